"""Recency, frequency, monetary (Hughes 1994): how long ago, how often, and for how much a customer bought; money per order, not per line."""

from __future__ import annotations

import ibis.expr.types as ir

from chaland.features import Counted, Made, numbers, share, told
from chaland.history import WHO, History, days, exact, total

NEEDS: dict[str, set[str]] = {"transactions": {"time"}}
TITLES = {
    "recency": ("Days since the last order", "Jours depuis la dernière commande"),
    "frequency": ("Orders", "Commandes"),
    "tenure": ("Days since the first order", "Jours depuis la première commande"),
    "total": ("Money spent", "Montant dépensé"),
    "per_order": ("Money per order", "Montant par commande"),
}
MONEY = ("total", "per_order")
ZEROS = ("frequency", "total")


class Options(Counted):
    """What a project may say of this family."""

    order: str | None = None
    """The column whose values tell orders apart; default: that of role order, else each moment is one order."""
    amount: str | None = None
    """What a row is worth; default: the column of role amount. Without one there is no money."""


def describe(options: Options, past: History) -> list[Made]:
    """The features that `compute` will make, in their order."""
    return numbers(options, {name: title for name, title in TITLES.items() if name not in MONEY or past.has(options, "amount")})


def compute(past: History, options: Options, key: str) -> ir.Table:
    """Recency and tenure in days before the day on which we stand, frequency in different orders, money in that of the amounts."""
    orders = ordered(past, options, key)
    today = days(past.today())
    sums = {"total": total(orders.amount)} if "amount" in orders.columns else {}
    counted = orders.group_by(WHO).agg(
        recency=(today - days(orders.time.max())).cast("float64"),
        tenure=(today - days(orders.time.min())).cast("float64"),
        frequency=orders.count(),
        **sums,
    )
    money = {"per_order": share(counted.total, counted.frequency)} if sums else {}
    return told(past, key, counted.mutate(**money), describe(options, past), ZEROS)


def ordered(past: History, options: Options, key: str) -> ir.Table:
    """One row per order: `_who`, `time` (its first moment), and `amount` where rows are worth something."""
    lines = past.linked(options, key, "time", "order", "amount")
    order = lines.order if "order" in lines.columns else lines.time
    money = {"amount": exact(lines.amount).sum()} if "amount" in lines.columns else {}
    return lines.group_by(WHO, _order=order).agg(time=lines.time.min(), **money)
