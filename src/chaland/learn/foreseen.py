"""What was expected of customers against what they then did, and against simple rivals: counted where the rows are, in fair parts of the customers.

What decides is a squared error, for an expectation is the number that makes it least; the mean absolute error is least for the median, which
for most customers is nothing («nobody buys» looks good by it). Purchases of a customer vary as much as there are of them, so that plain
squares hang on a few large buyers: each customer's square is over what one had bought before (`scaled_rmse`), which is a Poisson deviance
to second order, and stands where a rival foretells nothing. Customers fall into parts by a hash of their key; the intervals come from
drawing parts anew (Efron 1979), the same ones for model and rivals, so that they are paired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from chaland.history import WHO, History, days
from chaland.learn.histories import PART, SPENT, units
from chaland.learn.lifetime import Doubles
from chaland.spec.lifetime import UNITS, Lifetime

MODEL, HEURISTIC = "model", "recency"
RIVALS = (HEURISTIC, "own_rate", "again", "nobody")
"""Who bought lately goes on at the own rate, others stop; everybody goes on at the own rate; the last days come again; nobody buys."""
WHATS = ("purchases", "value")
MAIN = "scaled_rmse"
PARTS, DRAWS = 256, 1000
TENTHS, GROUPS = 10, 7
"""The top tenth is looked at; customers with so many purchases after the first, or more, are one group."""
FIGURES = 9
"""Digits that are told: the last ones of a sum of floats hang on the order of adding."""


@dataclass(frozen=True)
class Window:
    """The `days` days from a day on, and as many before it; and what a customer had `spent` until then, on average."""

    before: History
    future: History
    words: Lifetime
    key: str
    days: int
    spent: float

    def compared(self, told: ir.Table) -> ir.Table:
        """Customers with what was expected of them by the model and by each rival (`NAME_WHAT`), and what came (`purchases`, `value`)."""
        day = days(ibis.literal(self.future.start).cast("date"))
        later = _summed(units(self.future, self.words, self.key, day, 1), "")
        before = _summed(units(self.before, self.words, self.key, day, -1), "again_")
        whole = told.left_join(later, told[WHO] == later["_who_"]).drop("_who_")
        whole = whole.left_join(before, whole[WHO] == before["_who_again_"]).drop("_who_again_")
        came = {name: whole[name].fill_null(0.0) for name in whole.columns if name.removeprefix("again_") in WHATS}
        return self._rivals(whole.mutate(**came))

    def _rivals(self, rows: ir.Table) -> ir.Table:
        own, lately = simple(rows, self.words, self.days)
        foretold = {
            "model_purchases": rows.expected_purchases,
            "nobody_purchases": ibis.literal(0.0),
            "_scale_purchases": rows.frequency + 1.0,
        }
        if "expected_value" in rows.columns:
            scale = rows[SPENT].cast("float64") / PART + self.spent
            foretold |= {"model_value": rows.expected_value, "nobody_value": ibis.literal(0.0), "_scale_value": scale}
        rivals = {f"{name}_{what}": told[what] for name, told in (("own_rate", own), (HEURISTIC, lately)) for what in told}
        return rows.mutate(**foretold, **rivals)


def simple(rows: ir.Table, words: Lifetime, ahead: int) -> tuple[dict[str, ir.FloatingValue], dict[str, ir.FloatingValue]]:
    """Purchases, and value where there is money, in so many days at everybody's own rate and mean; and of those only who bought lately."""
    length = UNITS[words.unit]
    rate = rows.frequency.cast("float64") / rows.age.cast("float64") * (ahead / length)
    own = {"purchases": rate}
    if SPENT in rows.columns:
        own["value"] = rate * (rows[SPENT].cast("float64") / PART / (rows.frequency + 1).cast("float64"))
    lately = (rows.age - rows.recency) * length <= (words.active or words.days)
    return own, {what: ibis.ifelse(lately, one, 0.0) for what, one in own.items()}


def _summed(bought: ir.Table, called: str) -> ir.Table:
    """Purchases and money of each customer."""
    money = {f"{called}value": bought.amount.sum().cast("float64")} if "amount" in bought.columns else {}
    told = bought.group_by(WHO).agg(**{f"{called}purchases": bought.count().cast("float64")}, **money)
    return told.rename({f"_who_{called}": WHO})


def parts(rows: ir.Table) -> pa.Table:
    """Sums over each fair part of the customers: `customers`, what came, and for each who foretold it the errors, their squares and the sum.

    With them what came from the tenth of whom most was expected, ties broken by the key.
    """
    whats = _whats(rows)
    best = {f"_best_{name}": _tenth(rows, rows[f"{name}_{whats[-1]}"]) for name in (MODEL, *RIVALS[:-1])}
    rows = rows.mutate(_part=rows[WHO].cast("string").hexdigest("md5").substr(0, 2), **best)
    sums = {"customers": rows.count().cast("float64")}
    for what in whats:
        sums |= {what: rows[what].sum()} | _errors(rows, what)
    tops = {f"{name}_top": rows[whats[-1]].sum(where=rows[f"_best_{name}"]).fill_null(0.0) for name in (MODEL, *RIVALS[:-1])}
    if "value_low" in rows.columns:
        sums["covered"] = ((rows["value"] >= rows["value_low"]) & (rows["value"] <= rows["value_high"])).cast("float64").sum()
    return rows.group_by("_part").agg(**sums, **tops).order_by("_part").to_pyarrow()


def _whats(rows: ir.Table) -> list[str]:
    return [what for what in WHATS if f"{MODEL}_{what}" in rows.columns]


def _errors(rows: ir.Table, what: str) -> dict[str, ir.FloatingScalar]:
    sums: dict[str, ir.FloatingScalar] = {}
    for name in (MODEL, *RIVALS):
        error = rows[f"{name}_{what}"] - rows[what]
        sums |= {
            f"{name}_{what}_abs": error.abs().sum(),
            f"{name}_{what}_sq": (error * error).sum(),
            f"{name}_{what}_scaled": (error * error / rows[f"_scale_{what}"]).sum(),
            f"{name}_{what}_sum": rows[f"{name}_{what}"].sum(),
        }
    return sums


def _tenth(rows: ir.Table, foretold: ir.FloatingValue) -> ir.BooleanValue:
    place = ibis.ntile(TENTHS).over(order_by=[ibis.desc(foretold), rows[WHO]])
    told: ir.BooleanValue = place == 0
    return told


def by_group(rows: ir.Table) -> list[dict[str, Any]]:
    """Customers by how often they had come back: how many there are, and per customer what was expected and what came, with its 95 % interval."""
    group = ibis.least(rows.frequency, GROUPS)
    sums = {"customers": rows.count()}
    for what in _whats(rows):
        sums |= {
            f"expected_{what}": rows[f"model_{what}"].sum(),
            f"observed_{what}": rows[what].sum(),
            f"_squares_{what}": (rows[what] * rows[what]).sum(),
        }
    found = rows.group_by(repeats=group.cast("int64")).agg(**sums).order_by("repeats").to_pyarrow().to_pylist()
    return [_per_customer(one) for one in found]


def _per_customer(one: dict[str, Any]) -> dict[str, Any]:
    many = one["customers"]
    told: dict[str, Any] = {"repeats": one["repeats"], "or_more": one["repeats"] == GROUPS, "customers": many}
    for what in [word for word in WHATS if f"observed_{word}" in one]:
        mean = one[f"observed_{what}"] / many
        wide = 1.96 * (max(one[f"_squares_{what}"] / many - mean**2, 0.0) / many) ** 0.5
        ends = {"value": _cut(mean), "low": _cut(mean - wide), "high": _cut(mean + wide)}
        told |= {f"expected_{what}": _cut(one[f"expected_{what}"] / many), f"observed_{what}": ends}
    return told


@dataclass(frozen=True)
class Measured:
    """Sums over fair parts of the customers → every measure with its interval."""

    sums: Mapping[str, Doubles]
    seed: int

    @classmethod
    def of(cls, told: Sequence[pa.Table], seed: int) -> Measured:
        """Of one window, or of several together: the same customers are in the same part."""
        names = [name for name in told[0].column_names if name != "_part" and all(name in table.column_names for table in told)]
        every = sorted({one for table in told for one in table["_part"].to_pylist()})
        place = {one: at for at, one in enumerate(every)}
        sums = {name: np.zeros(len(every)) for name in names}
        for table in told:
            at = [place[one] for one in table["_part"].to_pylist()]
            for name in names:
                np.add.at(sums[name], at, table[name].to_numpy(zero_copy_only=False).astype(np.float64))
        return cls(sums, seed)

    @property
    def customers(self) -> int:
        """How many were measured."""
        return int(self.sums["customers"].sum())

    @property
    def whats(self) -> list[str]:
        """What was measured: purchases, and value where there is money."""
        return [what for what in WHATS if what in self.sums]

    @cached_property
    def _weights(self) -> Doubles:
        """How often each part is drawn: once in the first row, then anew."""
        many = len(self.sums["customers"])
        drawn = np.random.default_rng(self.seed).multinomial(many, np.full(many, 1 / many), DRAWS)
        return np.vstack([np.ones(many), drawn]).astype(np.float64)

    def metrics(self, name: str) -> dict[str, dict[str, dict[str, float | None]]]:
        """What the model or a rival is worth: by what is foretold, by measure, the value and its 95 % interval.

        mae and rmse per customer in purchases or money; scaled_rmse: each square over the purchases that one had made before (for money: over
        what one had spent, and the mean of that); bias: foretold less what came, per customer; ratio: all foretold over all that came;
        top_tenth: the share of what came that came from the tenth of whom most was expected; covered: the share of customers whose money came
        to lie in their own interval.
        """
        told = {what: self._of(name, what) for what in self.whats}
        if name == MODEL and "covered" in self.sums:
            told["value"]["covered"] = self._sum("covered") / self._sum("customers")
        return {what: {metric: _interval(values) for metric, values in one.items()} for what, one in told.items()}

    def behind(self, name: str, what: str) -> dict[str, float | None]:
        """How much larger the model's error is than a rival's, by the measure that decides: below 0 is better."""
        return _interval(self._of(MODEL, what)[MAIN] - self._of(name, what)[MAIN])

    def _of(self, name: str, what: str) -> dict[str, Doubles]:
        many, came, foretold = (self._sum(one) for one in ("customers", what, f"{name}_{what}_sum"))
        told = {
            "mae": self._sum(f"{name}_{what}_abs") / many,
            "rmse": np.sqrt(self._sum(f"{name}_{what}_sq") / many),
            MAIN: np.sqrt(self._sum(f"{name}_{what}_scaled") / many),
            "bias": (foretold - came) / many,
            "ratio": _over(foretold, came),
        }
        return told | (
            {"top_tenth": _over(self._sum(f"{name}_top"), came)} if f"{name}_top" in self.sums and what == self.whats[-1] else {}
        )

    def _sum(self, name: str) -> Doubles:
        told: Doubles = self._weights @ self.sums[name]
        return told


def _over(part: Doubles, whole: Doubles) -> Doubles:
    told: Doubles = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return told


def _interval(values: Doubles) -> dict[str, float | None]:
    """The value itself, which comes first, and the middle 95 % of those that were drawn."""
    if np.isnan(values).any():
        return {"value": _cut(values[0]), "low": None, "high": None}
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return {"value": _cut(values[0]), "low": _cut(low), "high": _cut(high)}


def _cut(value: float) -> float | None:
    return None if not np.isfinite(value) else float(f"{value:.{FIGURES}g}")
