"""How settled profiles are is told in both languages, with the curve and its numbers."""

import pytest

from chaland.flow.report import steady
from chaland.flow.report.remarks import remark
from chaland.flow.report.words import Words

TOLD = {
    "beyond_chance": False,
    "minimum_events": 4,
    "settling": {
        "reliability": 0.7,
        "looked_at": 90,
        "curve": [{"events": n, "customers": 90, "features": 2, "reliability": r} for n, r in ((2, 0.5), (4, 0.72))],
        "features": [{"feature": "price", "title": {"en": "Price", "fr": "Prix"}, "events": None, "curve": []}],
        "below": 30,
        "above": 60,
        "kept": {"below": {"customers": 20, "same": 0.8, "by_chance": 0.5}, "above": None},
    },
    "validation": {"folds": {"agreement": 0.9, "each": []}, "months": {"agreement": None, "each": []}},
}


@pytest.mark.parametrize(
    ("lang", "told"), [("en", ("tendencies", "from 4 events on", "one month only")), ("fr", ("tendances", "à partir de 4", "qu'un mois"))]
)
def test_what_is_known_is_said_and_no_more(lang: str, told: tuple[str, ...]) -> None:
    said = " ".join(steady.said(TOLD, Words(lang)))
    assert all(one in said for one in told)
    assert "80" in said


def test_the_curve_has_its_numbers_and_features_that_never_settle_say_so() -> None:
    figure = steady.curve(TOLD, Words("en"))
    assert figure
    assert figure.data
    assert [list(row) for row in figure.data.rows] == [["2", "90", "2", "0.50"], ["4", "90", "2", "0.72"]]
    assert [list(grid.rows[0]) for grid in steady.grids(TOLD, Words("en"))] == [["Price", "not within these data"]]


def test_where_nobody_asked_nothing_is_said() -> None:
    assert steady.said({}, Words("en")) == []
    assert steady.curve({}, Words("en")) is None
    assert list(steady.grids({}, Words("en"))) == []


def test_the_note_of_profiles_that_never_settle_is_told_in_french() -> None:
    said = "no number of events up to 128 makes profiles as reliable as 0.7: groups are learnt from everybody"
    told = remark({"code": "unsettled", "said": said}, Words("fr"))
    assert told.said.startswith("aucun nombre d'événements jusqu'à 128")
    assert told.title != "unsettled"
