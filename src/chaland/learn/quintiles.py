"""Groups made by rule, not found: scores from 1 to 5 of recency, frequency and money, and the names of their combinations.

Each score is the fifth of the customers into which a value falls (Hughes 1994); equal values score alike, so that fifths are as even as
ties let them be. The names are those of Putler's table of recency against the mean of frequency and money (Mehta, «RFM analysis for
customer segmentation»), whose ranges overlap; here they lie side by side as in the grid of five by five that is widely used, with «lost»
in its last corner. Values are compared as float32, as in the graph, so that a customer scores alike wherever he is scored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from chaland.history import exact
from chaland.learn import assignment, naming
from chaland.learn.dataset import Feature
from chaland.learn.encode import Encoded
from chaland.learn.export import Graph
from chaland.learn.scaling import Recipe, Scaling
from chaland.learn.segmentation import Group
from chaland.spec.by_rule import FIFTHS, NEVER, RFM, number, titles

MEANS = (3, 5, 7, 9)
"""From which sums of the scores of frequency and money on their mean, halves up, is 2, 3, 4 and 5."""
SCORES = ("recency_score", "frequency_score", "monetary_score")
GRID: Mapping[int, tuple[str, str, str, str, str]] = {
    5: ("new_customers", "potential_loyalists", "potential_loyalists", "champions", "champions"),
    4: ("promising", "potential_loyalists", "potential_loyalists", "loyal", "loyal"),
    3: ("about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
    1: ("lost", "hibernating", "at_risk", "at_risk", "cannot_lose"),
}
"""By the score of recency, then by the mean of the scores of frequency and money from 1 to 5: the group's name."""
SPACE = Recipe("standard", "always", 1.0)


@dataclass(frozen=True)
class Cell:
    """Customers of one score of recency and one mean of the other two: how many, and their money; both scores None for who never bought."""

    recency: int | None
    mean: int | None
    customers: int
    money: float

    @property
    def name(self) -> str:
        """The group that the cell belongs to."""
        return NEVER if self.recency is None or self.mean is None else GRID[self.recency][self.mean - 1]

    def to_dict(self) -> dict[str, Any]:
        """One cell of the report's picture."""
        return {"recency": self.recency, "mean": self.mean, "group": number(self.name), "customers": self.customers, "money": self.money}


@dataclass(frozen=True)
class Cuts:
    """The four values that part the customers into fifths, for recency, frequency and money: a value up to a cut lies below it."""

    features: tuple[Feature, ...]
    values: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, rows: ir.Table, features: Sequence[Feature]) -> Cuts | None:
        """The exact quintiles of those who bought; None where nobody did. Days since the last order come first, then orders, then money."""
        bought = rows.filter(rows[features[0].name].notnull())
        values = tuple(_quintiles(bought, one.name) for one in features)
        return cls(tuple(features), values) if all(values) else None

    def scored(self, rows: ir.Table, key: str) -> ir.Table:
        """Key, group and the three scores of every row, with `_mean` and `_money` beside."""
        recency, frequency, money = (
            sum(((rows[one.name].cast("float32") > cut).cast("int64") for cut in cuts), start=ibis.literal(0, "int64"))
            for one, cuts in zip(self.features, self.values, strict=True)
        )
        bought = rows[self.features[0].name].notnull()
        told = (FIFTHS - recency, frequency + 1, money + 1)
        kept = {name: ibis.ifelse(bought, score, ibis.null("int64")).cast("int64") for name, score in zip(SCORES, told, strict=True)}
        table = rows.select(key, **kept, _money=exact(rows[self.features[2].name]))
        table = table.mutate(_mean=_mean(table[SCORES[1]] + table[SCORES[2]]))
        place = table[SCORES[0]] * 10 + table["_mean"]
        cells = [(10 * score + mean, number(name)) for score, names in GRID.items() for mean, name in enumerate(names, 1)]
        return table.mutate(group=place.cases(*cells, else_=number(NEVER)).cast("int64"))

    def to_dict(self) -> dict[str, list[float]]:
        """The cuts by what they cut, as `show --json` has them."""
        return {name: [round(cut, 4) for cut in cuts] for name, cuts in zip(RFM, self.values, strict=True)}

    def to_onnx(self) -> bytes:
        """The same rule as a graph, for people from a file."""
        graph = Graph()
        graph.node("Gather", ["numbers", graph.constant("first", np.array(0, np.int64))], "days", axis=1)
        graph.node("IsNaN", ["days"], "never")
        graph.node("Cast", ["never"], "never_as_number", to=assignment.DOUBLE)
        graph.node("Mul", ["never_as_number", graph.constant("far", np.array(float(FIFTHS**3)))], "beyond")
        total = "beyond"
        for nth, cuts in enumerate(self.values):
            part = _above(graph, nth, cuts, float(FIFTHS ** (2 - nth)))
            total = graph.node("Add", [total, part], f"place_{nth}")
        graph.node("Min", [total, graph.constant("last", np.array(float(FIFTHS**3)))], "place")
        graph.node("Cast", ["place"], "row", to=assignment.INT64)
        graph.node("Gather", [graph.constant("groups", np.array(_groups(), np.int64)), "row"], "group")
        return assignment.written(graph, self.features)


def counted(scored: ir.Table) -> list[Cell]:
    """How many customers are in each cell of the grid, and their money; in the order of the groups."""
    told = scored.group_by(SCORES[0], "_mean").agg(customers=scored.count().cast("int64"), money=scored["_money"].sum())
    cells = [Cell(*one.values()) for one in told.to_pyarrow().to_pylist()]
    kept = [Cell(one.recency, one.mean, one.customers, round(float(one.money or 0), 2)) for one in cells]
    return sorted(kept, key=lambda one: (number(one.name), -(one.recency or 0), -(one.mean or 0)))


def told(
    cells: Sequence[Cell], part: pa.Table, found: Sequence[int], features: Sequence[Feature]
) -> tuple[list[Group], list[naming.Trait]]:
    """The groups that have customers, in the order of their numbers, and what sets each apart among the customers of `part`."""
    customers, money = sum(one.customers for one in cells), sum(one.money for one in cells)
    names = list(dict.fromkeys(one.name for one in cells))
    traits = _traits(part, np.array(found, np.int64), [number(name) for name in names], features)
    groups = []
    for place, name in enumerate(names):
        mine = [one for one in cells if one.name == name]
        size, worth = sum(one.customers for one in mine), round(sum(one.money for one in mine), 2)
        said = naming.description(traits, place)
        share = round(worth / money, 6) if money else None
        groups.append(Group(number(name), titles(name), size, round(size / customers, 6), said, money=worth, money_share=share))
    return groups, traits


def _traits(part: pa.Table, found: assignment.Groups, ids: Sequence[int], features: Sequence[Feature]) -> list[naming.Trait]:
    data = Encoded.of(part, features)
    scaling = Scaling.fit(data, features, SPACE)
    return naming.traits(data, scaling, scaling.scaled(data), np.searchsorted(np.array(ids), found), features, len(ids))


def _quintiles(rows: ir.Table, column: str) -> tuple[float, ...]:
    """The least values up to which one, two, three and four fifths of the rows lie; none where there are no rows."""
    values = rows.select(value=rows[column].cast("float32"))
    many = values.group_by("value").agg(rows=values.count())
    upto = many.rows.sum().over(ibis.window(preceding=None, following=0, order_by=many["value"])).cast("int64")
    ordered = many.mutate(upto=upto, whole=many.rows.sum().over(ibis.window()).cast("int64"))
    cuts = {
        f"cut_{nth}": ordered["value"].min(where=ordered.upto * FIFTHS >= ordered.whole * nth).cast("float64") for nth in range(1, FIFTHS)
    }
    [least] = ordered.aggregate(**cuts).to_pyarrow().to_pylist()
    return tuple(least.values()) if None not in least.values() else ()


def _mean(both: ir.IntegerValue) -> ir.IntegerValue:
    """The mean of two scores, halves up, from their sum."""
    return sum(((both >= least).cast("int64") for least in MEANS), start=ibis.literal(1, "int64"))


def _above(graph: Graph, nth: int, cuts: Sequence[float], weight: float) -> str:
    """How many cuts of one feature a value lies above, times `weight`."""
    graph.node("Gather", ["numbers", graph.constant(f"at_{nth}", np.array([nth], np.int64))], f"picked_{nth}", axis=1)
    graph.node("IsNaN", [f"picked_{nth}"], f"blank_{nth}")
    graph.node("Where", [f"blank_{nth}", graph.constant(f"zero_{nth}", np.array(0.0, np.float32)), f"picked_{nth}"], f"known_{nth}")
    graph.node("Cast", [f"known_{nth}"], f"value_{nth}", to=assignment.DOUBLE)
    graph.node("Sub", [f"value_{nth}", graph.constant(f"cuts_{nth}", np.array([cuts]))], f"over_{nth}")
    graph.node("Sign", [f"over_{nth}"], f"side_{nth}")
    graph.node("Max", [f"side_{nth}", graph.constant(f"none_{nth}", np.array(0.0))], f"above_{nth}")
    return graph.node("MatMul", [f"above_{nth}", graph.constant(f"weight_{nth}", np.full(len(cuts), weight))], f"count_{nth}")


def _groups() -> list[int]:
    """The group of each combination of cuts passed, days first, then orders, then money; last, that of who never bought."""
    fifths = range(FIFTHS)
    mean = {one: 1 + sum(one >= least for least in MEANS) for one in range(2, 2 * FIFTHS + 1)}
    cells = [GRID[FIFTHS - days][mean[orders + money + 2] - 1] for days in fifths for orders in fifths for money in fifths]
    return [number(name) for name in [*cells, NEVER]]
