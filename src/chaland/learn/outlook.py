"""What is to be expected of customers in the time ahead, how far from it one of them may come out, and how far all of them together.

A customer's interval holds what will happen to that customer in 95 of 100 cases, if the model is right: buying by chance, leaving by
chance, and how much a purchase comes to. While a customer with x repeat purchases in the time T is there, rate and chance to leave are
gamma (r + x, alpha + T) and beta (a, b + x) distributed; purchases come until the time is up or the customer leaves. Their sum over
`v` + what was spent is a ratio of two gammas (Fader and Hardie 2013), so that its quantiles are those of x and T alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from chaland.learn.lifetime import Buying, Doubles, Fitted, Histories, Spending, Z

DRAWS, DIGITS = 1000, 2
"""Lives drawn for each number of purchases and age, and how many digits of the age count for it."""
TAIL = 0.025
NUDGE = 1e-4
SURE = 1e-12


@dataclass(frozen=True)
class Kinds:
    """Customers counted where they are alike, and what each kind has spent together; None where nothing tells of money."""

    histories: Histories
    spent: Doubles | None


@dataclass(frozen=True)
class Outlook:
    """What is expected of each kind of customer; `low` and `high` times (`v` + what one has spent) are the ends of the money's interval.

    `buys` and `pays` are the variances of one customer's purchases and of the money, the latter over the square of (`v` + spent).
    """

    alive: Doubles
    purchases: Doubles
    buys: Doubles
    low: Doubles | None
    high: Doubles | None
    pays: Doubles | None


@dataclass(frozen=True)
class Models:
    """How often customers buy and, where there is money, what a purchase is worth."""

    buying: Buying
    spending: Spending | None

    def outlook(self, histories: Histories, ahead: float, seed: int) -> Outlook:
        """Each kind's next `ahead` units of time."""
        alive, purchases = self.buying.alive(histories), self.buying.expected(histories, ahead)
        squares, low, high = _drawn(self, histories, alive, ahead, seed)
        buys = np.maximum(alive * squares - purchases**2, 0.0)
        if self.spending is None:
            return Outlook(alive, purchases, buys, None, None, None)
        p, q, _ = self.spending.fitted.values.values()
        shape = q + p * (histories.repeats + 1.0)
        mean = p * purchases / (shape - 1.0)
        second = np.divide(alive * p**2 * squares + p * purchases, (shape - 1.0) * (shape - 2.0), where=shape > 2.0, out=mean + np.inf)
        return Outlook(alive, purchases, buys, low, high, second - mean**2)

    def total(self, kinds: Kinds, ahead: float) -> tuple[float, float]:
        """Purchases and money expected of everybody."""
        each = self.buying.expected(kinds.histories, ahead)
        bought = float(kinds.histories.many @ each)
        if self.spending is None or kinds.spent is None:
            return bought, 0.0
        p, q, v = self.spending.fitted.values.values()
        worth = p * (v * kinds.histories.many + kinds.spent) / (p * (kinds.histories.repeats + 1.0) + q - 1.0)
        return bought, float(each @ worth)


def ends(models: Models, kinds: Kinds, outlook: Outlook, paid: float, ahead: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Ends of the 95 % intervals of all purchases and of all money: what chance does to each customer, and what the parameters may be.

    `paid` is the variance of the money of all customers, each by chance. It holds if the model is right: no season, no crisis, no campaign.
    """
    totals = models.total(kinds, ahead)
    chance = float(kinds.histories.many @ outlook.buys), paid
    known = [_by_parameters(models, partial(_side, kinds, ahead, side)) for side in (0, 1)]
    wide = [Z * np.sqrt(own + other) for own, other in zip(chance, known, strict=True)]
    (b_low, b_high), (m_low, m_high) = ((max(at - one, 0.0), at + one) for at, one in zip(totals, wide, strict=True))
    return (float(b_low), float(b_high)), (float(m_low), float(m_high))


def _side(kinds: Kinds, ahead: float, side: int, models: Models) -> float:
    return models.total(kinds, ahead)[side]


def _by_parameters(models: Models, told: Callable[[Models], float]) -> float:
    """The variance of a figure from that of the parameters, to first order."""
    bought = _variance(models.buying.fitted, lambda found: told(replace(models, buying=Buying(found))))
    if models.spending is None:
        return bought
    return bought + _variance(models.spending.fitted, lambda found: told(replace(models, spending=Spending(found))))


def _variance(fitted: Fitted, told: Callable[[Fitted], float]) -> float:
    names = list(fitted.values)

    def moved(name: str, by: float) -> float:
        return told(replace(fitted, values=fitted.values | {name: fitted.values[name] * np.exp(by)}))

    slopes = np.array([0.0 if one in fitted.bound else (moved(one, NUDGE) - moved(one, -NUDGE)) / (2 * NUDGE) for one in names])
    return float(slopes @ fitted.covariance @ slopes)


def _drawn(models: Models, told: Histories, alive: Doubles, ahead: float, seed: int) -> tuple[Doubles, Doubles, Doubles]:
    """For each kind the mean of squared purchases while there, and the ends of the interval of the money's ratio (0 where there is no money)."""
    tens = 10.0 ** np.maximum(np.floor(np.log10(np.maximum(told.age, 1.0))) - DIGITS + 1, 0.0)
    pairs, place = np.unique(np.column_stack([told.repeats, np.rint(told.age / tens) * tens]), axis=0, return_inverse=True)
    squares, ordered = np.empty(len(pairs)), np.zeros((len(pairs), DRAWS), np.float32)
    for at, (x, age) in enumerate(pairs):
        bought, ratio = _lives(models, x, age, ahead, np.random.default_rng([seed, int(x), int(age)]))
        squares[at] = (bought**2).mean()
        if ratio is not None:
            ordered[at] = np.sort(ratio)
    low, high = (_quantile(ordered, place, alive, level) for level in (TAIL, 1.0 - TAIL))
    return squares[place], low, high


def _lives(models: Models, x: float, age: float, ahead: float, dice: np.random.Generator) -> tuple[Doubles, Doubles | None]:
    """Purchases of customers who are still there, and their money over (`v` + spent), one for each life."""
    r, alpha, a, b = models.buying.fitted.values.values()
    rate = dice.standard_gamma(r + x, DRAWS) / (alpha + age)
    leaves = np.clip(dice.beta(a, b + x, DRAWS), SURE, 1.0)
    bought = np.minimum(dice.poisson(rate * ahead), dice.geometric(leaves)).astype(np.float64)
    if models.spending is None:
        return bought, None
    p, q, _ = models.spending.fitted.values.values()
    return bought, dice.standard_gamma(p * bought) / dice.standard_gamma(q + p * (x + 1.0), DRAWS)


def _quantile(ordered: npt.NDArray[np.float32], place: npt.NDArray[np.intp], alive: Doubles, level: float) -> Doubles:
    """The quantile of what is 0 for those who have left, and one of `ordered` for the others; between two draws in proportion."""
    inside = np.clip((level - (1.0 - alive)) / np.maximum(alive, SURE), 0.0, 1.0) * (DRAWS - 1)
    first = np.floor(inside).astype(np.int64)
    below, above = (ordered[place, one].astype(np.float64) for one in (first, np.minimum(first + 1, DRAWS - 1)))
    told: Doubles = np.where(level <= 1.0 - alive, 0.0, below + (inside - first) * (above - below))
    return told
