"""The features of customers from half of their rows: the odd ones and the even ones, in the order in which they happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from chaland.flow.customers import customer_key, entity, family, gathered_at
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.history import History
from chaland.learn.cluster import in_part
from chaland.spec.linked import Linked

ALL = 0
"""The number of events that stands for all that a customer has."""
SIDES, DIGITS = ("even", "odd"), 8
PLACE = ("_file", "_line")


def rows_of(run: Run, families: Sequence[str], past: History, share: float = 1.0) -> ir.Table:
    """The rows that some families are counted over, of a fair part of the customers: all columns, and `_who`."""
    name, by, _ = place(run, families)
    rows = past.tables[name]
    rows = rows.mutate(_who=rows[by].cast("string"))
    return rows.filter(in_part(rows["_who"], share))


def seen(run: Run, families: Sequence[str], past: History, rows: ir.Table) -> History:
    """A history in which there are only these rows, and those whose they are."""
    name, by, _ = place(run, families)
    rows = run.engine.pin(rows.mutate(**{by: rows["_who"]}))
    who = rows.select(**{customer_key(run, families): rows["_who"]}).distinct()
    return replace(past, tables={name: rows, entity(run, families): run.engine.pin(who)}, remake=None)


def halved(run: Run, families: Sequence[str], past: History, rows: ir.Table, levels: Sequence[int]) -> ir.Table:
    """For each customer and each number of events that he has, among `levels` or all of them, the features of odd and even rows side by side.

    Gives `_who`, `_of` (how many events he has), `_events` (the number looked at, `ALL` for all), and each feature as `odd_NAME`, `even_NAME`.
    """
    key = customer_key(run, families)
    looked = _looked(run, rows, place(run, families)[2], [*levels, ALL])
    made = gathered_at(run, families, seen(run, families, past, looked))
    names = [name for name in made.columns if name != key]
    of = rows.group_by("_who").agg(_of=rows.count().cast("int64")).rename(_whose="_who")
    sides = [
        made.filter(made[key].substr(0, 1) == str(nth)).select(
            _who=made[key].substr(1 + DIGITS),
            _events=made[key].substr(1, DIGITS).cast("int64"),
            **{f"{side}_{name}": name for name in names},
        )
        for nth, side in enumerate(SIDES)
    ]
    both = sides[0].join(sides[1], ["_who", "_events"])
    return run.engine.pin(both.join(of, both["_who"] == of["_whose"]).drop("_whose"))


def _looked(run: Run, rows: ir.Table, time: str, levels: Sequence[int]) -> ir.Table:
    """Each row once for each number of events that it is among, under a name that says which half of which number it belongs to."""
    mine = ibis.window(group_by="_who", order_by=[time, *PLACE])
    numbered = rows.mutate(_nth=ibis.row_number().over(mine), _of=rows.count().over(ibis.window(group_by="_who")))
    asked = run.engine.take(pa.table({"_level": pa.array(levels, pa.int64()), "_code": [f"{one:0{DIGITS}d}" for one in levels]}))
    both = numbered.cross_join(asked)
    inside = (both["_nth"] < both["_level"]) & (both["_of"] >= both["_level"])
    both = both.filter(inside | ((both["_level"] == ALL) & (both["_of"] >= 2)))
    side = ((both["_nth"] + 1) % 2).cast("string")
    return both.mutate(_who=side + both["_code"] + both["_who"]).drop("_nth", "_of", "_level", "_code")


def place(run: Run, families: Sequence[str]) -> tuple[str, str, str]:
    """The table that the families are counted over, its column that holds whose a row is, and that of its time."""
    _, words = family(run, families[0])
    assert isinstance(words, Linked), "check asks for families that are counted over rows"
    name = words.linked(in_force(run)) or ""
    return name, words.by or customer_key(run, families), words.time or in_force(run)[name].with_role("time") or ""
