"""Where two tables differ: column by column over the same rows, in an order that both share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

CLOSE = 1e-9
SHOWN = 3
LONGEST = 80
ROW, THEIRS = "_row_number", "_theirs_"


@dataclass(frozen=True)
class Difference:
    """One thing that differs: the column (or «rows», or a column's type), in how many rows, and up to three values side by side."""

    column: str
    rows: int
    shown: tuple[tuple[str, str], ...] = ()


def differences(left: ir.Table, right: ir.Table) -> list[Difference]:
    """How `right` differs from `left`: integers, text, money and times exactly, floats by more than 1e-9 of the larger.

    Both tables belong to one engine, which does the comparing. Rows are matched in the order of all columns that compare exactly,
    then of the floats.
    """
    shape = _shape(left, right)
    if shape or not left.columns:
        return shape
    counts = [int(table.count().to_pyarrow().as_py()) for table in (left, right)]
    if counts[0] != counts[1]:
        return [Difference("rows", abs(counts[0] - counts[1]), ((str(counts[0]), str(counts[1])), *_lonely(left, right)))]
    both = _side_by_side(left, right)
    differing = both.aggregate(**{name: (~_alike(both, name)).sum().cast("int64") for name in left.columns}).to_pyarrow().to_pylist()[0]
    return [Difference(name, rows, _shown(both, name)) for name, rows in differing.items() if rows]


def _side_by_side(left: ir.Table, right: ir.Table) -> ir.Table:
    theirs = right.rename({THEIRS + name: name for name in right.columns})
    ordered = [
        table.mutate(**{ROW: ibis.row_number().over(order_by=[table[prefix + name] for name in _order(left)])})
        for table, prefix in ((left, ""), (theirs, THEIRS))
    ]
    return ordered[0].join(ordered[1], ROW)


def _order(table: ir.Table) -> list[str]:
    """Columns that compare exactly, then the floats: a difference in the last digits of one must not shuffle rows."""
    return sorted(table.columns, key=lambda name: bool(table[name].type().is_floating()))


def _alike(both: ir.Table, name: str) -> ir.BooleanValue:
    """Whether two values are the same; a null is like a null only, not-a-number like itself."""
    mine, theirs = both[name], both[THEIRS + name]
    same = mine.identical_to(theirs)
    if not mine.type().is_floating():
        return same
    finite = ~(mine.isinf() | theirs.isinf() | mine.isnan() | theirs.isnan())
    near = finite & ((mine - theirs).abs() <= CLOSE * ibis.greatest(mine.abs(), theirs.abs()))
    return same | near.fill_null(False)


def _shown(both: ir.Table, name: str) -> tuple[tuple[str, str], ...]:
    """The first values that differ, side by side."""
    rows = both.filter(~_alike(both, name)).order_by(ROW).limit(SHOWN).select(name, THEIRS + name).to_pyarrow().to_pylist()
    return tuple((said(row[name]), said(row[THEIRS + name])) for row in rows)


def said(value: Any) -> str:
    """A value as it is shown to a person."""
    return _cut(repr(value), LONGEST)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _shape(left: ir.Table, right: ir.Table) -> list[Difference]:
    mine, theirs = ({name: str(kind) for name, kind in table.schema().items()} for table in (left, right))
    names = [name for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)]
    return [Difference(f"{name} (its type)", 0, ((mine.get(name, "not there"), theirs.get(name, "not there")),)) for name in names]


def _lonely(left: ir.Table, right: ir.Table) -> list[tuple[str, str]]:
    """Up to three rows that stand on one side only, by the columns that compare exactly."""
    names = [name for name in left.columns if not left[name].type().is_floating()]
    if not names:
        return []
    here, there = left.select(*names), right.select(*names)
    mine, theirs = (a.difference(b, distinct=False).limit(SHOWN).to_pyarrow().to_pylist() for a, b in ((here, there), (there, here)))
    return [(_row(row), "no such row") for row in mine] + [("no such row", _row(row)) for row in theirs]


def _row(row: dict[str, Any]) -> str:
    return _cut(", ".join(f"{name}={value!r}" for name, value in row.items() if value is not None), 3 * LONGEST)
