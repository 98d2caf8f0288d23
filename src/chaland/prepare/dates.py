"""Whether dates stand in the order that their column declares: a whole file in another order is a fault, a single bad date is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from chaland.prepare import clean, types
from chaland.prepare.contract import FIELD
from chaland.spec import Column, Table
from chaland.spec.column import TIMES

SHARE = 0.1
"""From this share of a file's dates on, those that only another order reads are no slips of the pen."""


@dataclass(frozen=True)
class Contradiction:
    """A column whose dates stand in another order in one file: how many of how many are not read, and the orders in which they would be."""

    file: str
    column: str
    unread: int
    dates: int
    orders: tuple[str, ...]


def dated(table: Table) -> list[str]:
    """The columns that hold dates or times."""
    return [name for name, column in table.columns.items() if column.type in TIMES]


def unread(enforced: ir.Table, columns: Sequence[str]) -> ir.Table:
    """How many values of each of these columns were not read as what they are, as one row."""
    return enforced.agg(**{name: enforced._changes.contains(f"{name}{FIELD}type{FIELD}").sum() for name in columns})


def orders(rows: ir.Table, table: Table, columns: Sequence[str]) -> ir.Table:
    """By file, of each of these columns of text: `COLUMN:dates`, `COLUMN:unread`, and for each other order `COLUMN:ORDER:only` (dates that
    only it reads) and `COLUMN:ORDER:not` (dates that it does not read and the declared order does)."""
    texts = {name: _meant(rows[name], table.columns[name]) for name in columns}
    counts: dict[str, ir.Scalar] = {}
    for name, text in texts.items():
        column = table.columns[name]
        own = types.typed(text, column).notnull()
        counts |= {f"{name}:dates": text.count(), f"{name}:unread": _rows(text.notnull() & ~own)}
        for order in _others(column):
            other = types.typed(text, column.model_copy(update={"date_order": order})).notnull()
            counts |= {f"{name}:{order}:only": _rows(~own & other), f"{name}:{order}:not": _rows(own & ~other)}
    return rows.group_by("_file").agg(**counts)


def contradictions(counts: Sequence[Mapping[str, Any]], table: Table, columns: Sequence[str]) -> Iterator[Contradiction]:
    """The columns whose dates contradict their declared order, file by file."""
    for file in sorted(counts, key=lambda one: str(one["_file"])):
        for name in columns:
            fitting = {order: file[f"{name}:{order}:only"] for order in _others(table.columns[name]) if _fits(file, name, order)}
            best = tuple(order for order, rows in fitting.items() if rows == max(fitting.values()))
            if best:
                yield Contradiction(file["_file"], name, file[f"{name}:unread"], file[f"{name}:dates"], best)


def _fits(counts: Mapping[str, Any], name: str, order: str) -> bool:
    """Whether another order reads most of what is not read, and that is more than a slip here and there."""
    only, proof = counts[f"{name}:{order}:only"], counts[f"{name}:{order}:not"]
    most = only * 2 > counts[f"{name}:unread"]
    return bool(only and most and (only > proof or (only > 1 and only >= SHARE * counts[f"{name}:dates"])))


def _others(column: Column) -> list[str]:
    return [order for order in types.DAY if order != column.date_order]


def _meant(text: ir.StringValue, column: Column) -> ir.StringValue:
    return clean.respelt(clean.said(clean.bare(text), text, column), column.words)


def _rows(which: ir.BooleanValue) -> ir.IntegerScalar:
    return which.fill_null(ibis.literal(False)).sum().cast("int64")
