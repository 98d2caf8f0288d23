"""What customers will buy and be worth who may leave without a word: BG/NBD for how often, Gamma-Gamma for how much.

BG/NBD: Fader, Hardie and Lee, «Counting your customers the easy way», Marketing Science 24 (2005). While alive a customer buys at a rate that
is gamma distributed over customers (`r`, `alpha`), and after each purchase leaves with a chance that is beta distributed (`a`, `b`).
Gamma-Gamma: Fader and Hardie, «The Gamma-Gamma model of monetary value» (2013). Both are fitted by maximum likelihood, over customers that are
counted where they are alike: only (x, t_x, T) matters, the repeat purchases, the day of the last, and the days since the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import digamma, gammaln, hyp2f1

from chaland.errors import DataError

Doubles = npt.NDArray[np.float64]

LEAST, MOST = 1e-4, 1e4
FEW = 50
Z = 1.959963984540054
"""Half the width of a 95 % interval in standard deviations of a normal."""


@dataclass(frozen=True)
class Histories:
    """Customers counted where they are alike: `repeats` x, `last` t_x and `age` T in one unit of time, and how `many` have them."""

    repeats: Doubles
    last: Doubles
    age: Doubles
    many: Doubles

    @classmethod
    def of(cls, repeats: npt.ArrayLike, last: npt.ArrayLike, age: npt.ArrayLike) -> Histories:
        """Customers, one by one; DataError where a last purchase lies before the first or after today, or where nobody bought twice."""
        told = np.column_stack([np.asarray(one, np.float64) for one in (repeats, last, age)])
        if len(told) and ((told < 0).any() or (told[:, 1] > told[:, 2]).any() or ((told[:, 0] == 0) != (told[:, 1] == 0)).any()):
            raise DataError("a last purchase lies before the first one, or after today", code="histories")
        if (told[:, 0] > 0).sum() < FEW:
            next = "Bring more history, or a longer one."
            raise DataError(f"fewer than {FEW} customers came back: their habits cannot be told", next=next, code="few_returns")
        kinds, many = np.unique(told, axis=0, return_counts=True)
        return cls(kinds[:, 0].copy(), kinds[:, 1].copy(), kinds[:, 2].copy(), many.astype(np.float64))


@dataclass(frozen=True)
class Fitted:
    """Parameters by name, each with its 95 % interval (from the curvature of the likelihood, on the scale of its logarithm)."""

    values: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    log_likelihood: float


@dataclass(frozen=True)
class Buying:
    """How often customers buy, and how soon they leave."""

    fitted: Fitted

    @classmethod
    def fit(cls, histories: Histories) -> Buying:
        """The parameters that make these histories most likely; time is brought to the scale of the ages for the search."""
        unit = max(float(histories.age.max()), 1e-9) / 10.0
        scaled = Histories(histories.repeats, histories.last / unit, histories.age / unit, histories.many)
        found = _fitted(lambda point: _buying(point, scaled), ("r", "alpha", "a", "b"), float(histories.many.sum()))
        return cls(_in_units(found, "alpha", unit, float(histories.many @ histories.repeats)))

    def alive(self, histories: Histories) -> Doubles:
        """The chance that a customer is still there (who bought once is, by this model)."""
        return 1.0 / (1.0 + self._odds(histories))

    def expected(self, histories: Histories, ahead: float) -> Doubles:
        """Purchases expected in the next `ahead` units of time."""
        r, alpha, a, b = self.fitted.values.values()
        x, age = histories.repeats, histories.age
        z = ahead / (alpha + age + ahead)
        series = hyp2f1(r + x, b + x, a + b + x - 1.0, z)
        share = 1.0 - ((alpha + age) / (alpha + age + ahead)) ** (r + x) * series
        told: Doubles = (a + b + x - 1.0) / (a - 1.0) * share / (1.0 + self._odds(histories))
        return told

    def _odds(self, histories: Histories) -> Doubles:
        """Of having left against being there."""
        r, alpha, a, b = self.fitted.values.values()
        x = histories.repeats
        odds = a / (b + np.maximum(x, 1.0) - 1.0) * ((alpha + histories.age) / (alpha + histories.last)) ** (r + x)
        told: Doubles = np.where(x > 0, odds, 0.0)
        return told


@dataclass(frozen=True)
class Spending:
    """How much a purchase of a customer is worth."""

    fitted: Fitted

    @classmethod
    def fit(cls, purchases: npt.ArrayLike, mean: npt.ArrayLike) -> Spending:
        """From each returning customer's number of purchases and their mean worth (above 0); DataError where there are too few."""
        x, worth = np.asarray(purchases, np.float64), np.asarray(mean, np.float64)
        kept = (x > 0) & (worth > 0)
        if kept.sum() < FEW:
            raise DataError(
                f"fewer than {FEW} customers came back and paid", next="Bring more history, or a longer one.", code="few_returns"
            )
        x, worth = x[kept], worth[kept]
        unit = float(np.median(worth))
        found = _fitted(lambda point: _spending(point, x, worth / unit), ("p", "q", "v"), float(len(x)))
        return cls(_in_units(found, "v", unit, 0.0))

    def expected(self, purchases: npt.ArrayLike, mean: npt.ArrayLike) -> Doubles:
        """The mean worth of each customer's purchases to come: between what was seen and what everybody spends."""
        p, q, v = self.fitted.values.values()
        x, worth = np.asarray(purchases, np.float64), np.asarray(mean, np.float64)
        told: Doubles = p * (v + x * np.where(x > 0, worth, 0.0)) / (p * x + q - 1.0)
        return told


def _buying(point: Doubles, told: Histories) -> tuple[float, Doubles]:
    """Minus the log likelihood of BG/NBD and its gradient, by the logarithms of r, alpha, a, b (equations 3 and 6 of the paper)."""
    r, alpha, a, b = np.exp(point)
    x, many = told.repeats, told.many
    back = x > 0
    at, left = np.log(alpha + told.age), np.log(alpha + told.last)
    stay = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    gone = np.where(back, np.log(a) - np.log(b + np.maximum(x, 1.0) - 1.0) + (r + x) * (at - left), -np.inf)
    both = np.logaddexp(0.0, gone)
    whole = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + stay - (r + x) * at + both
    share = np.exp(gone - both)
    by_r = digamma(r + x) - digamma(r) + np.log(alpha) - at + share * (at - left)
    by_alpha = r / alpha - (r + x) / (alpha + told.age) + share * (r + x) * (1 / (alpha + told.age) - 1 / (alpha + told.last))
    by_a = digamma(a + b) - digamma(a + b + x) + share / a
    by_b = (
        digamma(a + b) + digamma(b + x) - digamma(b) - digamma(a + b + x) - share * np.where(back, 1 / (b + np.maximum(x, 1.0) - 1.0), 0.0)
    )
    slope = np.array([many @ by_r * r, many @ by_alpha * alpha, many @ by_a * a, many @ by_b * b])
    return -float(many @ whole), -slope


def _spending(point: Doubles, x: Doubles, worth: Doubles) -> tuple[float, Doubles]:
    """Minus the log likelihood of Gamma-Gamma and its gradient, by the logarithms of p, q, v (equation 1 of the note)."""
    p, q, v = np.exp(point)
    total = v + x * worth
    whole = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v) + (p * x - 1) * np.log(worth) + p * x * np.log(x)
    whole = whole - (p * x + q) * np.log(total)
    by_p = x * (digamma(p * x + q) - digamma(p * x) + np.log(worth) + np.log(x) - np.log(total))
    by_q = digamma(p * x + q) - digamma(q) + np.log(v) - np.log(total)
    by_v = q / v - (p * x + q) / total
    return -float(whole.sum()), -np.array([by_p.sum() * p, by_q.sum() * q, by_v.sum() * v])


def _fitted(cost: Any, names: tuple[str, ...], weight: float) -> Fitted:
    """The least cost, looked for on the scale of logarithms; DataError where it has none within reason."""

    def by_customer(point: Doubles) -> tuple[float, Doubles]:
        value, slope = cost(point)
        return value / weight, slope / weight

    bounds = [(np.log(LEAST), np.log(MOST))] * len(names)
    found = minimize(
        by_customer, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-8, "maxiter": 500}
    )
    if not np.isfinite(found.fun):
        raise DataError("the histories fit no such customers", next="Are the times and purchases right?", code="histories")
    spread = _spread(by_customer, found.x, weight)
    values = {name: float(np.exp(place)) for name, place in zip(names, found.x, strict=True)}
    ends = {name: (float(np.exp(p - Z * s)), float(np.exp(p + Z * s))) for name, p, s in zip(names, found.x, spread, strict=True)}
    return Fitted(values, ends, -float(found.fun) * weight)


def _spread(cost: Any, place: Doubles, weight: float) -> Doubles:
    """Standard deviations of the logarithms, from the curvature around the best; infinite where there is none."""
    step = 1e-4
    rows = [(cost(place + step * one)[1] - cost(place - step * one)[1]) / (2 * step) for one in np.eye(len(place))]
    curve = weight * (np.array(rows) + np.array(rows).T) / 2
    try:
        variance = np.diag(np.linalg.inv(curve))
    except np.linalg.LinAlgError:
        return np.full(len(place), np.inf)
    told: Doubles = np.sqrt(np.where(variance > 0, variance, np.inf))
    return told


def _in_units(found: Fitted, name: str, unit: float, events: float) -> Fitted:
    """One parameter brought back to the unit it was told in; the likelihood of `events` times with it."""
    values = found.values | {name: found.values[name] * unit}
    low, high = found.intervals[name]
    return Fitted(values, found.intervals | {name: (low * unit, high * unit)}, found.log_likelihood - events * float(np.log(unit)))
