"""Names and descriptions say what sets a group apart, in both languages."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from chaland.learn import naming
from chaland.learn.dataset import Feature
from chaland.learn.encode import Encoded
from chaland.learn.naming import ORDINARY, Trait
from chaland.learn.scaling import Scaling


def trait(name: str, distances: list[float], kind: str = "number", word: str = "", means: list[float] | None = None) -> Trait:
    known = np.array(means or [*([10.0] * len(distances)), 5.0])
    return Trait(name, {"en": f"{name} en", "fr": f"{name} fr"}, kind, word, np.array(distances), known, known)


def test_a_name_tells_the_largest_differences_first():
    told = [trait("Minutes", [0.6]), trait("Calls", [1.4]), trait("Months", [-0.9]), trait("Bills", [0.1])]
    assert naming.names(told, 1) == [
        {
            "en": "High calls en, minutes en; low months en",
            "fr": "Niveau élevé\u202f: calls fr, minutes fr\u202f; niveau bas\u202f: months fr",
        }
    ]


def test_plans_and_words_are_told_by_how_often_they_occur():
    told = [
        trait("Plan", [2.0, -0.8, 0.7], "truth", means=[0.9, 0.0, 0.3, 0.2]),
        trait("Town", [0.0, 0.0, 1.5], "word", "Lille", [0.1, 0.1, 0.6, 0.2]),
    ]
    english = [name["en"] for name in naming.names(told, 3)]
    assert english == ["Mostly plan en", "Less often plan en", "Mostly town en: Lille; more often plan en"]
    assert naming.names(told, 3)[2]["fr"] == "Surtout town fr\u202f: Lille\u202f; plus souvent plan fr"


def test_a_group_like_everybody_is_called_so():
    assert naming.names([trait("Minutes", [0.1])], 1) == [ORDINARY]
    assert naming.description([trait("Minutes", [0.1])], 0) == ORDINARY


def test_no_two_groups_have_one_name():
    told = [trait("Minutes", [0.9, 0.8, 0.7])]
    names = [name["en"] for name in naming.names(told, 3)]
    assert len(set(names)) == 3


def test_features_that_part_the_customers_alike_are_named_once():
    told = [trait("Security", [1.2, -0.4]), trait("Backup", [1.2, -0.4]), trait("Calls", [0.8, -0.1])]
    assert naming.names(told, 2)[0]["en"] == "High security en, calls en"


def test_abbreviations_keep_their_capitals():
    assert naming.names([trait("SMS", [1.0])], 1)[0]["en"] == "High SMS en"


def test_a_description_has_the_figures():
    told = [trait("Minutes", [1.0], means=[1234.5, 180.25]), trait("Plan", [0.8], "truth", means=[0.4, 0.125])]
    assert naming.description(told, 0) == {
        "en": "Minutes en: 1,234 (everyone: 180); Plan en: 40% (everyone: 12%)",
        "fr": "Minutes fr\u202f: 1\u202f234 (tous\u202f: 180)\u202f; Plan fr\u202f: 40\u202f% (tous\u202f: 12\u202f%)",
    }


@pytest.fixture
def measured() -> list[Trait]:
    minutes = np.array([10.0, 20.0, 30.0, 40.0, np.nan, 60.0] * 20)
    plan, town = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0] * 20), ["Brest", "Brest", "Lille", "Lille", "Lille", "Lille"] * 20
    features = [Feature("town", "word", "town", "Town", "Ville"), Feature("minutes", "number", "minutes", "Minutes", "Minutes")]
    features.append(Feature("plan", "number", "plan", "Plan", "Forfait"))
    data = Encoded.of(pa.table({"town": town, "minutes": pa.array(minutes, from_pandas=True), "plan": plan}), features)
    scaling = Scaling.fit(data, features)
    return naming.traits(data, scaling, scaling.scaled(data), np.array([0, 0, 0, 1, 1, 1] * 20), features)


def test_traits_come_in_the_order_of_the_features(measured):
    assert [(one.name, one.kind) for one in measured] == [("town", "word"), ("minutes", "number"), ("plan", "truth")]


def test_means_are_of_the_values_that_are_known(measured):
    minutes = measured[1].to_dict()
    assert (minutes["means"], minutes["mean"], minutes["medians"], minutes["median"]) == ([20, 50], 32, [20, 50], 30)


def test_shares_of_words_and_plans_are_means(measured):
    assert measured[2].to_dict()["means"] == [0, 1]
    assert measured[0].means == pytest.approx([1 / 3, 1, 2 / 3] if measured[0].word == "Lille" else [2 / 3, 0, 1 / 3])


def test_distances_weighted_by_size_cancel(measured):
    assert all(one.distances.sum() == pytest.approx(0, abs=1e-9) for one in measured)
