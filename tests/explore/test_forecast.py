"""Forecasts: the baseline unless something honestly beats it, and intervals as wide as the errors were."""

from __future__ import annotations

import numpy as np
import pytest

from chaland.explore import forecast

MONTHS = np.arange(72)
SEASON = 100 * np.sin(2 * np.pi * MONTHS / 12)


def noise(size: float) -> np.ndarray:
    return np.random.default_rng(7).normal(0, size, len(MONTHS))


def test_a_series_that_repeats_itself_is_foretold_without_error_by_last_season() -> None:
    found = forecast.run(list(1000 + SEASON), "month", 6)
    assert (found.kept, found.told["beats_baseline"]) == ("seasonal_naive", False)
    assert found.values == pytest.approx((1000 + SEASON)[12:18])


def test_a_series_that_grows_is_foretold_better_than_by_last_season() -> None:
    found = forecast.run(list(1000 + 10 * MONTHS + SEASON + noise(10)), "month", 12)
    truth = 1000 + 10 * np.arange(72, 84) + SEASON[:12]
    last = (1000 + 10 * MONTHS + SEASON)[60:]
    assert found.told["beats_baseline"]
    assert np.abs(found.values - truth).mean() < 0.3 * np.abs(last - truth).mean()


def test_the_intervals_hold_what_comes_and_widen_with_the_distance() -> None:
    values = list(1000 + 10 * MONTHS + SEASON + noise(20))
    found = forecast.run(values[:60], "month", 12)
    assert np.mean((found.lows < values[60:]) & (values[60:] < found.highs)) >= 0.8
    assert np.all(np.diff(found.highs - found.lows) >= -1e-9)


def test_errors_are_measured_on_origins_that_chose_nothing() -> None:
    told = forecast.run(list(1000 + SEASON + noise(30)), "month", 6).told
    assert 0 < told["measured_on"] <= (told["origins"] + 1) // 2 < told["origins"]
    assert {one["name"] for one in told["candidates"]} | {told["baseline"]["name"]} == set(forecast.METHODS)


@pytest.mark.parametrize("name", forecast.METHODS)
def test_a_method_sees_nothing_of_what_it_foretells(name: str) -> None:
    values = 1000 + SEASON + noise(30)
    errors = forecast._backtest(forecast.METHODS[name], values, 12, 3)
    changed = values.copy()
    changed[-1] += 500
    moved = forecast._backtest(forecast.METHODS[name], changed, 12, 3) - errors
    assert np.nanmax(np.abs(moved[:, 0][:-1])) == 0
    assert np.nansum(np.abs(moved)) == pytest.approx(3 * 500)


@pytest.mark.parametrize("values", [[], [5.0], [1.0, 2.0, 3.0]])
def test_a_short_series_is_foretold_by_its_last_values_without_intervals(values: list[float]) -> None:
    found = forecast.run(values, "month", 2)
    assert (found.kept, found.told["measured_on"]) == ("seasonal_naive", 0)
    assert found.values.tolist() == [values[-1] if values else 0.0] * 2
    assert np.isnan(found.lows).all()


def test_a_series_of_zeros_has_no_share_of_error() -> None:
    told = forecast.run([0.0] * 40, "month", 3).told
    assert told["baseline"]["metrics"] == {"mae": 0.0, "rmse": 0.0, "bias": 0.0, "wape": None}
