"""What comes next in one series over time: a few plain methods, measured by a rolling back-test against last season's values.

The baseline is the seasonal naive forecast (what it was a season ago). A method is chosen on the earlier origins of the back-test and
kept only if it also beats the baseline on the later ones, which nothing was chosen on; otherwise the baseline is used, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from chaland.spec.trends import Period

Series = npt.NDArray[np.float64]
Method = Callable[[Series, int, int], Series]
SEASONS: Mapping[Period, int] = {"day": 7, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""Periods in a season."""
BASELINE = "seasonal_naive"
LEAST_ORIGINS, MOST_ORIGINS = 6, 60
NORMAL = 1.959964
TINY = 1e-9
"""A share of the mean value: to win by less is to win by rounding."""
EDGES = (0.0, 1.0)
START = (0.3, 0.05, 0.1, 0.9)


@dataclass(frozen=True)
class Forecast:
    """What is foretold (values, and the ends of 95 % intervals from the back-test's errors), by which method, and how each did."""

    kept: str
    values: Series
    lows: Series
    highs: Series
    told: Mapping[str, Any]

    def columns(self) -> dict[str, Series]:
        """As a table holds it; NaN where an end is not known."""
        return {"value": self.values, "low": self.lows, "high": self.highs}

    def to_dict(self) -> dict[str, Any]:
        """As `show` tells it."""
        return {"kept": self.kept, **self.told}


def run(series: Sequence[float], over: Period, ahead: int) -> Forecast:
    """Foretell so many periods ahead of a series without gaps.

    Too short for a back-test (two seasons and six origins): the baseline, or the last value where not even a season is there, without intervals.
    """
    values, season = np.asarray(series, dtype=float), SEASONS[over]
    season = season if len(values) >= 2 * season else 1
    errors = {name: _backtest(method, values, season, ahead) for name, method in METHODS.items()}
    origins = len(errors[BASELINE])
    if origins < LEAST_ORIGINS:
        return _short(values, season, ahead, origins)
    half = origins // 2
    best = min(METHODS, key=lambda name: (_mae(errors[name][:half]), name != BASELINE))
    won = _mae(errors[BASELINE][half:]) - _mae(errors[best][half:])
    kept = best if won > TINY * float(np.abs(values).mean()) else BASELINE
    found, spread = METHODS[kept](values, season, ahead), _spread(errors[kept])
    told = {
        "season": season,
        "origins": origins,
        "measured_on": origins - half,
        "chosen": best,
        "beats_baseline": kept != BASELINE,
        "baseline": {"name": BASELINE, "metrics": _metrics(errors[BASELINE][half:], values, ahead)},
        "candidates": [{"name": name, "metrics": _metrics(errors[name][half:], values, ahead)} for name in METHODS if name != BASELINE],
    }
    return Forecast(kept, found, found - NORMAL * spread, found + NORMAL * spread, told)


def _short(values: Series, season: int, ahead: int, origins: int) -> Forecast:
    found = seasonal_naive(values, season, ahead) if len(values) else np.zeros(ahead)
    nothing = np.full(ahead, np.nan)
    told = {"season": season, "origins": origins, "measured_on": 0, "chosen": BASELINE, "beats_baseline": False}
    return Forecast(BASELINE, found, nothing, nothing, told | {"baseline": {"name": BASELINE, "metrics": {}}, "candidates": []})


def _backtest(method: Method, values: Series, season: int, ahead: int) -> Series:
    """Truth less forecast, one row per origin: standing at each of the last origins, knowing only what was before it. NaN beyond the end."""
    first = max(2 * season, len(values) // 2, 2)
    origins = range(max(first, len(values) - MOST_ORIGINS), len(values))
    errors = np.full((len(origins), ahead), np.nan)
    for row, origin in enumerate(origins):
        truth = values[origin : origin + ahead]
        errors[row, : len(truth)] = truth - method(values[:origin], season, ahead)[: len(truth)]
    return errors


def _mae(errors: Series) -> float:
    return float(np.nanmean(np.abs(errors)))


def _metrics(errors: Series, values: Series, ahead: int) -> dict[str, float | None]:
    """Mean absolute and root mean squared error, bias (truth less forecast), and the absolute error as a share of what there was."""
    there = errors[~np.isnan(errors)]
    truths = np.concatenate([values[len(values) - len(errors) + row :][:ahead] for row in range(len(errors))])
    size = float(np.abs(truths).sum())
    return {
        "mae": float(np.abs(there).mean()),
        "rmse": float(np.sqrt((there**2).mean())),
        "bias": float(there.mean()),
        "wape": float(np.abs(there).sum() / size) if size else None,
    }


def _spread(errors: Series) -> Series:
    """The root mean squared error per step ahead, never less than that of a nearer one."""
    return np.maximum.accumulate(np.sqrt(np.nanmean(errors**2, axis=0)))


def seasonal_naive(values: Series, season: int, ahead: int) -> Series:
    """What it was a season ago."""
    last = values[-season:]
    return np.resize(last, ahead)


def drift(values: Series, season: int, ahead: int) -> Series:
    """A season ago, moved by the mean change from season to season."""
    moved = (values[season:] - values[:-season]).mean() if len(values) > season else 0.0
    found: Series = seasonal_naive(values, season, ahead) + moved * (1 + np.arange(ahead) // season)
    return found


def seasonal_mean(values: Series, season: int, ahead: int) -> Series:
    """The mean of the same period in all seasons, at the level of the last season."""
    rest = len(values) % season
    whole = values[rest:].reshape(-1, season)
    level = whole.mean(axis=1, keepdims=True)
    pattern: Series = (whole - level).mean(axis=0)
    found: Series = level[-1, 0] + np.resize(pattern, ahead)
    return found


def holt_winters(values: Series, season: int, ahead: int) -> Series:
    """Additive Holt-Winters with a damped trend (Gardner 1985), its four weights fitted to the one-step errors."""
    scale = float(np.abs(values).mean()) or 1.0
    scaled = values / scale

    def loss(weights: Series) -> float:
        return float((_smoothed(scaled, season, weights)[0][season:] ** 2).mean())

    fitted = minimize(loss, np.array(START), method="L-BFGS-B", bounds=[EDGES, EDGES, EDGES, (0.8, 0.98)], options={"maxiter": 40})
    _, level, slope, pattern = _smoothed(scaled, season, fitted.x)
    damping = np.cumsum(fitted.x[3] ** np.arange(1, ahead + 1))
    found: Series = scale * (level + slope * damping + np.resize(pattern, ahead))
    return found


def _smoothed(values: Series, season: int, weights: Series) -> tuple[Series, float, float, Series]:
    """One-step errors, and where level, slope and pattern came to rest (the pattern of the next season, in its order)."""
    alpha, beta, gamma, phi = (float(weight) for weight in weights)
    level, slope = float(values[:season].mean()), 0.0
    pattern, errors = [float(value) - level for value in values[:season]], []
    for place, value in enumerate(values.tolist()):
        at = place % season
        damped = phi * slope
        error = value - (level + damped + pattern[at])
        errors.append(error)
        moved = level + damped + alpha * error
        slope = damped + alpha * beta * error
        level = moved
        pattern[at] += gamma * (1 - alpha) * error
    turned = len(values) % season
    return np.array(errors), level, slope, np.array(pattern[turned:] + pattern[:turned])


METHODS: Mapping[str, Method] = {
    BASELINE: seasonal_naive,
    "seasonal_drift": drift,
    "seasonal_mean": seasonal_mean,
    "holt_winters": holt_winters,
}
"""All methods; each takes the series, the length of its season and how far ahead, and gives so many values."""
