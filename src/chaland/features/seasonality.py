"""When in the year a customer buys: the mean place of the orders on the circle of months, and the share of each quarter."""

from __future__ import annotations

import math
from collections.abc import Callable

import ibis.expr.types as ir

from chaland.features import Counted, Made, numbers, share, told
from chaland.history import WHO, History

NEEDS: dict[str, set[str]] = {"transactions": {"time"}}
TITLES = {
    "month_sine": ("Season of the orders, spring (+) to autumn (-)", "Saison des commandes, printemps (+) à automne (-)"),
    "month_cosine": ("Season of the orders, winter (+) to summer (-)", "Saison des commandes, hiver (+) à été (-)"),
    "quarter_1": ("Share of the orders from January to March", "Part des commandes de janvier à mars"),
    "quarter_2": ("Share of the orders from April to June", "Part des commandes d'avril à juin"),
    "quarter_3": ("Share of the orders from July to September", "Part des commandes de juillet à septembre"),
    "quarter_4": ("Share of the orders from October to December", "Part des commandes d'octobre à décembre"),
}
MONTHS = range(1, 13)


class Options(Counted):
    """What a project may say of this family."""

    order: str | None = None
    """The column whose values tell orders apart; default: that of role order, else each moment is one order."""


def describe(options: Options, past: History) -> list[Made]:
    """The features that `compute` will make, in their order."""
    return numbers(options, TITLES)


def compute(past: History, options: Options, key: str) -> ir.Table:
    """Each month stands at its own twelfth of the circle, January at 0; null for who never ordered."""
    lines = past.linked(options, key, "time", "order")
    order = lines.order if "order" in lines.columns else lines.time
    orders = lines.group_by(WHO, _order=order).agg(time=lines.time.min())
    months = {f"m{month}": (orders.time.month() == month).sum() for month in MONTHS}
    counted = orders.group_by(WHO).agg(orders=orders.count(), **months)
    found = {"month_sine": _mean(counted, math.sin), "month_cosine": _mean(counted, math.cos)}
    found |= {f"quarter_{q}": share(_sum(counted, 3 * q), counted.orders) for q in (1, 2, 3, 4)}
    return told(past, key, counted.mutate(**found), describe(options, past), ())


def _mean(counted: ir.Table, of: Callable[[float], float]) -> ir.FloatingValue:
    """The months are counted by the engine and weighed with twelve constants, so that no engine's own sine shows in it."""
    weighed = [counted[f"m{month}"].cast("float64") * round(of(math.tau * (month - 1) / 12), 15) for month in MONTHS]
    total = weighed[0]
    for one in weighed[1:]:
        total = total + one
    return share(total, counted.orders)


def _sum(counted: ir.Table, last: int) -> ir.IntegerValue:
    return counted[f"m{last - 2}"] + counted[f"m{last - 1}"] + counted[f"m{last}"]
