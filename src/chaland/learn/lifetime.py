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
"""Customers who must have come back, at least, before anything is said of their habits."""
HAIR = 1e-7
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
        kinds, many = np.unique(told, axis=0, return_counts=True)
        return cls.counted(kinds[:, 0].copy(), kinds[:, 1].copy(), kinds[:, 2].copy(), many)

    @classmethod
    def counted(cls, repeats: npt.ArrayLike, last: npt.ArrayLike, age: npt.ArrayLike, many: npt.ArrayLike) -> Histories:
        """Customers counted already where they are alike; the same errors."""
        x, t, age, many = (np.asarray(one, np.float64) for one in (repeats, last, age, many))
        if (np.minimum(x, t) < 0).any() or (t > age).any() or ((x == 0) != (t == 0)).any():
            raise DataError("a last purchase lies before the first one, or after today", code="histories")
        if many[x > 0].sum() < FEW:
            next = "Bring more history, or a longer one."
            raise DataError(f"fewer than {FEW} customers came back: their habits cannot be told", next=next, code="few_returns")
        return cls(x, t, age, many)


@dataclass(frozen=True)
class Fitted:
    """Parameters by name, each with its 95 % interval (from the curvature of the likelihood, on the scale of its logarithm).

    A parameter that came to rest at a bound (`bound`) is not told by the data: its interval is open, and it counts as known in `covariance`,
    which is that of the logarithms of all.
    """

    values: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    log_likelihood: float
    covariance: Doubles
    bound: tuple[str, ...] = ()


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
        """Purchases expected in the next `ahead` units of time (equation 10 of the paper, its series turned by Euler's transformation)."""
        r, alpha, a, b = self.fitted.values.values()
        # The equation divides by a - 1: a hair beside it, nothing is lost.
        a = a if abs(a - 1.0) > HAIR else 1.0 + HAIR
        x, age = histories.repeats, histories.age
        z = ahead / (alpha + age + ahead)
        series = hyp2f1(a + b - 1.0 - r, a - 1.0, a + b + x - 1.0, z)
        share = 1.0 - (1.0 - z) ** (a - 1.0) * series
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
    def fit(cls, purchases: npt.ArrayLike, mean: npt.ArrayLike, many: npt.ArrayLike | None = None) -> Spending:
        """From numbers of purchases, their mean worth (above 0), and how many customers have both; DataError where there are too few."""
        x, worth = np.asarray(purchases, np.float64), np.asarray(mean, np.float64)
        count = np.ones(len(x)) if many is None else np.asarray(many, np.float64)
        kept = (x > 0) & (worth > 0)
        if count[kept].sum() < FEW:
            raise DataError(f"fewer than {FEW} customers bought and paid", next="Bring more history, or a longer one.", code="few_paid")
        x, worth, count = x[kept], worth[kept], count[kept]
        unit = float(np.median(worth))
        found = _fitted(lambda point: _spending(point, x, worth / unit, count), ("p", "q", "v"), float(count.sum()))
        if found.values["p"] + found.values["q"] <= 1.0:
            raise DataError("purchases differ so much that their worth has no mean", next="Are the amounts right?", code="histories")
        return cls(_in_units(found, "v", unit, float(count.sum())))

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


def _spending(point: Doubles, x: Doubles, worth: Doubles, many: Doubles) -> tuple[float, Doubles]:
    """Minus the log likelihood of Gamma-Gamma and its gradient, by the logarithms of p, q, v (equation 1 of the note)."""
    p, q, v = np.exp(point)
    total = v + x * worth
    whole = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v) + (p * x - 1) * np.log(worth) + p * x * np.log(x)
    whole = whole - (p * x + q) * np.log(total)
    by_p = x * (digamma(p * x + q) - digamma(p * x) + np.log(worth) + np.log(x) - np.log(total))
    by_q = digamma(p * x + q) - digamma(q) + np.log(v) - np.log(total)
    by_v = q / v - (p * x + q) / total
    return -float(many @ whole), -np.array([many @ by_p * p, many @ by_q * q, many @ by_v * v])


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
    free = (found.x > bounds[0][0] + HAIR) & (found.x < bounds[0][1] - HAIR)
    covariance = _covariance(by_customer, found.x, weight, free)
    spread = np.where(free, np.sqrt(np.diag(covariance)), np.inf)
    values = {name: float(np.exp(place)) for name, place in zip(names, found.x, strict=True)}
    ends = {name: (float(np.exp(p - Z * s)), float(np.exp(p + Z * s))) for name, p, s in zip(names, found.x, spread, strict=True)}
    bound = tuple(name for name, one in zip(names, free, strict=True) if not one)
    return Fitted(values, ends, -float(found.fun) * weight, covariance, bound)


def _covariance(cost: Any, place: Doubles, weight: float, free: npt.NDArray[np.bool_]) -> Doubles:
    """Of the logarithms, from the curvature around the best: 0 beside a bound, not a number where the curvature says nothing."""
    step, whole = 1e-4, np.zeros((len(place), len(place)))
    rows = [(cost(place + step * one)[1] - cost(place - step * one)[1]) / (2 * step) for one in np.eye(len(place))]
    curve = weight * (np.array(rows) + np.array(rows).T) / 2
    try:
        inverse = np.linalg.inv(curve[np.ix_(free, free)])
    except np.linalg.LinAlgError:
        inverse = np.full((free.sum(), free.sum()), np.nan)
    whole[np.ix_(free, free)] = inverse if (np.diag(inverse) > 0).all() else np.nan
    return whole


def _in_units(found: Fitted, name: str, unit: float, events: float) -> Fitted:
    """One parameter brought back to the unit it was told in; the likelihood of `events` times with it."""
    values = found.values | {name: found.values[name] * unit}
    low, high = found.intervals[name]
    ends = found.intervals | {name: (low * unit, high * unit)}
    return Fitted(values, ends, found.log_likelihood - events * float(np.log(unit)), found.covariance, found.bound)
