"""What is said of a forecast: which method, how far off it was, and last season's values beside it."""

from __future__ import annotations

from chaland.flow.report.foretold import errors, foretold, said
from chaland.flow.report.words import Words

EN = Words("en")
BASE = {"name": "seasonal_naive", "metrics": {"mae": 5000.4, "rmse": 6.0, "bias": 1.0, "wape": 0.25}}
WON = {"name": "seasonal_mean", "metrics": {"mae": 4.0, "rmse": 5.0, "bias": 0.0, "wape": 0.2}}
TOLD = {"kept": "seasonal_mean", "measured_on": 9, "beats_baseline": True, "baseline": BASE, "candidates": [WON]}


def test_what_is_kept_is_told_beside_last_seasons_values() -> None:
    assert all(part in said(TOLD, EN) for part in ("mean of all seasons", "9 past days", "20.0%", "25.0%"))


def test_a_baseline_that_wins_is_said_to_win() -> None:
    assert "No method beat" in said(TOLD | {"kept": "seasonal_naive", "beats_baseline": False}, EN)


def test_a_series_too_short_to_measure_says_so_and_has_no_errors() -> None:
    short = TOLD | {"measured_on": 0, "baseline": {"name": "seasonal_naive", "metrics": {}}, "candidates": []}
    assert "too short" in said(short, EN)
    assert errors(short, EN.number, EN) is None


def test_the_method_that_is_used_is_marked_among_all() -> None:
    grid = errors(TOLD, EN.number, EN)
    assert grid is not None
    assert (len(grid.rows), grid.marked, grid.rows[0][1]) == (2, {1}, "5,000")


def test_without_periods_ahead_there_is_no_table_of_them() -> None:
    assert foretold(TOLD, str, EN.number, EN) is None
