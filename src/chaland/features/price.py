"""At which prices a customer looks or buys: mean, median and highest price of the rows."""

from __future__ import annotations

import ibis.expr.types as ir

from chaland.features import Counted, Made, numbers, share, told
from chaland.history import MILLION, WHO, History, exact

NEEDS: dict[str, set[str]] = {"transactions": {"time", "amount"}}
TITLES = {
    "mean": ("Mean price", "Prix moyen"),
    "median": ("Median price", "Prix médian"),
    "highest": ("Highest price", "Prix le plus haut"),
}


class Options(Counted):
    """What a project may say of this family."""

    amount: str | None = None
    """The column with the price; default: that of role amount."""
    event: str | None = None
    """The column that says what happened, where `when` names a word of it; default: that of role event."""
    when: str | None = None
    """Only rows with this word in the event column."""


def describe(options: Options, past: History) -> list[Made]:
    """The features that `compute` will make, in their order."""
    return numbers(options, TITLES)


def compute(past: History, options: Options, key: str) -> ir.Table:
    """Prices of the rows that have one; null for who has none."""
    rows = past.linked(options, key, "amount", "event")
    if options.when is not None:
        rows = rows.filter(rows.event == options.when)
    # In whole millionths: between two whole numbers every engine finds the same middle.
    priced = rows.select(WHO, price=exact(rows.amount), millionths=(rows.amount.cast("float64") * MILLION + 0.5).floor().cast("int64"))
    counted = priced.group_by(WHO).agg(
        prices=priced.price.count(),
        sum=priced.price.sum().cast("float64"),
        median=priced.millionths.median().cast("float64") / MILLION,
        highest=priced.price.max().cast("float64"),
    )
    return told(past, key, counted.mutate(mean=share(counted.sum, counted.prices)), describe(options, past), ())
