"""Laws of the trends section: the right picture, the numbers beside it, both languages."""

from __future__ import annotations

from typing import Any

import pytest

from chaland.flow.report.trends import Trends, binned, fifths, period, short
from chaland.flow.report.words import Names, Words
from chaland.spec import Project

PROJECT = Project.model_validate(
    {
        "name": "p",
        "tables": {"lines": {"role": "transactions", "source": {"kind": "csv", "path": "x"}, "columns": {"day": {"type": "date", "role": "time"}, "city": {"title": {"en": "City", "fr": "Ville"}}, "sex": {}}}},
        "trends": {
            "bars": {"table": "lines", "rows": "city", "share": True, "top": 1},
            "cross": {"table": "lines", "rows": "city", "columns": "sex", "chart": "histogram"},
            "time": {"title": {"en": "Time", "fr": "Temps"}, "table": "lines", "over": "month", "forecast": 1},
            "boxes": {"table": "lines", "rows": ["city", "sex"], "chart": "box"},
        },
    }
)  # fmt: skip
EN, FR = (Trends(words, Names(PROJECT, words)) for words in (Words("en"), Words("fr")))
BASE = {"rows": 2, "total": 30, "table": "trends/x", "undated": 0}
BARS = BASE | {"ties": {"groups": 1, "tied": 1}, "drawn": [{"city": "Oslo", "value": 15, "share": 0.5, "place": 1, "tied": True}, {"city": None, "value": 15, "share": 0.5, "place": 1, "tied": True}]}  # fmt: skip
CROSS = BASE | {"drawn": [{"city": "Oslo", "sex": "F", "value": 20}, {"city": "Rome", "sex": None, "value": 10}]}
FORECAST = {"kept": "seasonal_naive", "measured_on": 9, "beats_baseline": False, "baseline": {"name": "seasonal_naive", "metrics": {"mae": 5.0, "rmse": 6.0, "bias": 1.0, "wape": 0.25}}, "candidates": [], "ahead": [{"period": "2024-03-01", "value": 15.0, "low": 4.5, "high": 25.5}]}  # fmt: skip
TIME = BASE | {"forecast": FORECAST, "drawn": [{"period": "2024-01-01", "value": 10}, {"period": "2024-02-01", "value": 20}]}


def test_a_top_tells_its_ties_and_a_blank_group_has_a_name() -> None:
    view = EN.view("bars", BARS)
    assert view is not None
    assert "More than one tie for the last place" in view.said
    assert [list(row) for row in view.grids[0].rows] == [["Oslo", "15", "50.0%", "1 (tied)"], ["not told", "15", "50.0%", "1 (tied)"]]


def test_a_cross_table_is_drawn_beside_the_histogram_asked_for() -> None:
    view = EN.view("cross", CROSS)
    assert view is not None
    assert [one.title for one in view.figures] == ["Cross", "Cross: how the values spread"]
    assert "fill-opacity" in view.figures[0].svg


def test_a_series_is_a_line_with_what_is_foretold_dashed() -> None:
    view = FR.view("time", TIME)
    assert view is not None
    assert (view.title, "l-chance" in view.figures[0].svg) == ("Temps", True)
    assert "Aucune méthode n'a battu" in view.said
    assert [list(row) for row in view.grids[0].rows] == [["mars 2024", "15", "4,50", "25,50"]]
    assert view.grids[1].marked == {0}


def test_boxes_hold_the_values_of_each_first_group() -> None:
    view = EN.view("boxes", CROSS)
    assert view is not None
    assert view.figures[0].svg.count('class="c-pale"') == 2


def test_a_trend_without_rows_says_so_and_draws_nothing() -> None:
    view = EN.view("bars", BASE | {"rows": 0, "total": None, "drawn": []})
    assert view is not None
    assert (view.figures, view.grids) == ([], [])


def test_a_trend_that_the_project_no_longer_has_is_not_shown() -> None:
    assert EN.view("gone", BARS) is None


@pytest.mark.parametrize(
    ("over", "en", "fr"),
    [
        ("day", "1 April 2024", "1er avril 2024"),
        ("month", "April 2024", "avril 2024"),
        ("quarter", "Q2 2024", "T2 2024"),
        ("year", "2024", "2024"),
    ],
)
def test_periods_are_written_as_people_write_them(over: str, en: str, fr: str) -> None:
    assert (period("2024-04-01", over, Words("en")), period("2024-04-01", over, Words("fr"))) == (en, fr)


def test_large_numbers_beside_an_axis_are_short() -> None:
    assert [short(value, Words("en")) for value in (5.0, 2500.0, 20_000.0, 1_500_000.0)] == ["5", "2,500", "20\u202fk", "1.50\u202fM"]


def test_every_value_is_in_one_bin() -> None:
    values: list[Any] = sorted([1.0, 2.0, 2.0, 9.0, 10.0])
    bins = binned(values)
    assert (sum(count for *_, count in bins), bins[0][0], bins[-1][1]) == (5, 1.0, 10.0)
    assert binned([3.0]) == [(3.0, 3.5, 1), (3.5, 4.0, 0)]


def test_five_numbers_tell_a_group() -> None:
    assert fifths([4.0, 1.0, 2.0, 3.0, 5.0]) == (1.0, 2.0, 3.0, 4.0, 5.0)
