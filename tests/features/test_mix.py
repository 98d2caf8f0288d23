"""What a customer turns to."""

import dataclasses
from typing import Any

import ibis

from chaland.conformance.features import FeatureConformance
from chaland.features import mix
from chaland.history import History
from tests.features import purchases


class TestMix(FeatureConformance):
    module = mix
    options = mix.Options(kind="mix", by="who", depth=1, words=("food", "home"))


def told(past: History, **words: Any) -> list[dict[str, Any]]:
    rows = mix.compute(past, mix.Options(kind="mix", by="who", depth=1, **words), "id").order_by("id").to_pyarrow().to_pylist()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_dotted_codes_are_cut_and_the_commonest_have_their_share(past: History) -> None:
    assert told(past, top=1) == [{"food": 0.6, "other": 0.4}, {"food": 1.0, "other": 0.0}, {"food": None, "other": None}]


def test_words_that_are_said_are_the_ones_that_count(past: History) -> None:
    assert told(past, words=["home", "toys"])[0] == {"home": 0.4, "toys": 0.0, "other": 0.6}


def test_settled_words_describe_another_day_by_the_same_features(past: History) -> None:
    settled = mix.settled(mix.Options(kind="mix", by="who", depth=1), past, "id")
    assert settled.words == ("food", "home")
    assert mix.settled(settled, past.before(purchases.DAY.replace(month=1)), "id") == settled


def test_words_that_look_alike_keep_names_of_their_own(past: History) -> None:
    options = mix.Options(kind="mix", by="who", words=("A b", "a-b", "other", "é"))
    assert [one.name for one in mix.describe(options, past)] == ["a_b", "a_b_2", "other_2", "blank", "other"]


class TestMixByWeight(FeatureConformance):
    module = mix
    options = mix.Options(kind="mix", by="who", depth=1, weight="pieces", words=("food",))


def test_a_weight_counts_pieces_or_money_instead_of_rows(past: History) -> None:
    assert told(past, weight="pieces", top=1) == [
        {"food": 7 / 9, "other": 2 / 9},
        {"food": 1.0, "other": 0.0},
        {"food": None, "other": None},
    ]
    assert told(past, weight="value", words=["home"]) == [
        {"home": 70.2 / 100, "other": 29.8 / 100},
        {"home": 0.0, "other": 1.0},
        {"home": None, "other": None},
    ]


def test_the_commonest_words_are_those_that_weigh_most(past: History) -> None:
    by = mix.Options(kind="mix", by="who", depth=1, top=1)
    assert mix.settled(by, past, "id").words == ("food",)
    assert mix.settled(by.model_copy(update={"weight": "value"}), past, "id").words == ("home",)


def test_a_row_without_a_weight_above_0_does_not_count(past: History) -> None:
    lines = past.tables["lines"]
    given_back = lines.mutate(pieces=ibis.ifelse(lines.article == "tea", -lines.pieces, lines.pieces))
    lessened = dataclasses.replace(past, tables={**past.tables, "lines": given_back})
    assert told(lessened, weight="pieces", words=["food"])[0] == {"food": 0.0, "other": 1.0}
