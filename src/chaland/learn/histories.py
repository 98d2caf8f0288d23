"""Histories of buying, counted where the rows are: how often each customer came back, when last, since when, and what is expected of them.

A purchase is a day (or a week) with at least one row: what is bought on one day is one purchase, however many orders it is in. Time is
counted back from the day on which one stands, so that the last week is whole: today's eve is 1 day ago.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from chaland.history import WHO, History, days, exact
from chaland.learn.lifetime import Doubles, Histories
from chaland.learn.outlook import Kinds, Models, Outlook
from chaland.spec.lifetime import UNITS, Lifetime

KIND = ("frequency", "recency", "age")
"""Purchases after the first, time from the first to the last, time from the first to the day on which one stands."""
SPENT = "spent"
PART = 10_000.0
"""What was spent is counted in ten-thousandths, whole, so that every engine tells the same."""
DIGITS = 3
"""Sums of money are alike where their first digits are."""


def counted(past: History, words: Lifetime, key: str) -> ir.Table:
    """One row per customer who bought before the day: `_who`, KIND in units of time, and `spent` (in PARTs, never below 0) where rows have money."""
    bought = units(past, words, key, days(past.today()), -1)
    money = {SPENT: _whole(bought.amount.sum())} if "amount" in bought.columns else {}
    kinds = {"frequency": bought.count() - 1, "recency": bought.at.max() - bought.at.min(), "age": bought.at.max()}
    told = bought.group_by(WHO).agg(**{name: one.cast("int64") for name, one in kinds.items()}, **money)
    _, rows, _ = past.customers()
    return told.semi_join(rows, told[WHO] == rows[key])


def units(seen: History, words: Lifetime, key: str, day: ir.IntegerValue, sign: int) -> ir.Table:
    """One row per customer and unit of time with a purchase: `_who`, `at` (so many units before `day` where `sign` is -1, from it on where 1), `amount`."""
    rows = seen.linked(words, key, "time", "amount")
    apart = days(rows.time) - day if sign > 0 else day - days(rows.time)
    steps = UNITS[words.unit]
    at = apart if steps == 1 else ((apart + (0 if sign > 0 else steps - 1)) / steps).floor()
    money = {"amount": exact(rows.amount).sum()} if "amount" in rows.columns else {}
    return rows.group_by(WHO, at=at.cast("int64")).agg(**money)


def kinds(told: ir.Table) -> Kinds:
    """Customers counted where they are alike, in a total order; DataError where too few came back."""
    money = {SPENT: told[SPENT].cast("float64").sum()} if SPENT in told.columns else {}
    rows = told.group_by(*KIND).agg(many=told.count(), **money).order_by(*KIND).to_pyarrow()
    columns = {name: _doubles(rows, name) for name in rows.column_names}
    frequency, recency, age = (columns[name] for name in KIND)
    return Kinds(Histories.counted(frequency, recency, age, columns["many"]), columns[SPENT] / PART if money else None)


def sums(told: ir.Table) -> pa.Table:
    """What was spent in how many purchases, counted where both are alike: `purchases`, `mean` of a purchase, `many`; for Gamma-Gamma."""
    text = told[SPENT].cast("string")
    alike = told.mutate(purchases=told.frequency + 1, digits=text.length().cast("int64"), first=text.substr(0, DIGITS))
    groups = alike.group_by("purchases", "digits", "first").agg(many=alike.count(), whole=alike[SPENT].cast("decimal(38, 0)").sum())
    rows = groups.order_by("purchases", "digits", "first").to_pyarrow()
    many, whole, purchases = (_doubles(rows, name) for name in ("many", "whole", "purchases"))
    return pa.table({"purchases": purchases, "mean": whole / many / purchases / PART, "many": many})


def outlooks(told: Histories, found: Outlook) -> pa.Table:
    """What is expected of each kind of customer, as rows for an engine."""
    columns = {name: pa.array(one.astype(np.int64)) for name, one in zip(KIND, (told.repeats, told.last, told.age), strict=True)}
    columns |= {"alive": pa.array(found.alive), "expected_purchases": pa.array(found.purchases)}
    if found.low is not None:
        columns |= {"_low": pa.array(found.low), "_high": pa.array(found.high), "_pays": pa.array(found.pays)}
    return pa.table(columns)


def expected(told: ir.Table, kinds_ahead: ir.Table, models: Models) -> ir.Table:
    """Each customer with what is expected: `alive`, `expected_purchases`, and with money `expected_worth` of a purchase, `expected_value`, its ends."""
    other = kinds_ahead.rename({f"_of_{name}": name for name in KIND})
    both = told.join(other, [told[name] == other[f"_of_{name}"] for name in KIND]).drop(*(f"_of_{name}" for name in KIND))
    if models.spending is None or SPENT not in told.columns:
        return both
    p, q, v = models.spending.fitted.values.values()
    base = both[SPENT].cast("float64") / PART + v
    worth = base * p / ((both.frequency + 1).cast("float64") * p + (q - 1.0))
    ends = {"value_low": base * both["_low"], "value_high": base * both["_high"], "_paid": base * base * both["_pays"]}
    return both.mutate(expected_worth=worth, expected_value=worth * both.expected_purchases, **ends).drop("_low", "_high", "_pays")


def of_everybody(past: History, told: ir.Table, key: str, kept: Mapping[str, bool]) -> ir.Table:
    """One row per customer, as the lake keeps it; `kept` says of purchases and of value whether what is expected of them is told, or null.

    What the recency heuristic foretells is told in any case.
    """
    _, rows, _ = past.customers()
    every = rows.select(_key=rows[key])
    both = every.left_join(told, every["_key"] == told[WHO])
    money = {SPENT: _cents(both[SPENT].cast("float64") / PART)} if SPENT in told.columns else {}
    guesses = {name: _told(both, told, name, kept["purchases"]) for name in ("alive", "expected_purchases")}
    values = {name: _told(both, told, name, kept["value"]) for name in ("expected_worth", "expected_value", "value_low", "value_high")}
    guesses |= {"heuristic_purchases": _told(both, told, "heuristic_purchases", True)}
    values["heuristic_value"] = _told(both, told, "heuristic_value", True)
    return both.select(
        **{key: both["_key"]}, **{name: both[name] for name in KIND}, **money, **guesses, **{n: _cents(v) for n, v in values.items()}
    )


def _told(both: ir.Table, told: ir.Table, name: str, kept: bool) -> ir.FloatingValue:
    return both[name] if kept and name in told.columns else ibis.null("float64")


def _cents(value: ir.FloatingValue) -> ir.DecimalValue:
    """Money rounded to two digits, in floats first, which all engines do alike."""
    return ((value * 100.0 + 0.5).floor() / 100.0).cast("decimal(18, 2)")


def _whole(amount: ir.NumericValue) -> ir.IntegerValue:
    value = amount.cast("float64").fill_null(0.0)
    return (ibis.greatest(value, 0.0) * PART + 0.5).floor().cast("int64")


def _doubles(rows: pa.Table, name: str) -> Doubles:
    told: Doubles = rows[name].cast(pa.float64()).to_numpy()
    return told
