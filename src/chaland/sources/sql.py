"""Rows that a SELECT makes of other tables of the project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir
from pydantic import Field

from chaland.errors import SpecError
from chaland.ports import Engine
from chaland.spec.base import Spec

FILE = "sql"
GIVEN = ":given"
"""Behind the name of a column: its values as the query gives them, where they are no text."""


class Options(Spec):
    """Which query."""

    query: str = Field(min_length=1)
    """One SELECT in DuckDB's dialect. Other tables of the project are named as in it, and hold their clean rows with the derived columns."""


class Adapter:
    """Rows of a query over tables: a source whose rows are not read but made."""

    def __init__(self, options: Options, tables: Mapping[str, ir.Table], columns: Sequence[str]):
        self._query = options.query
        self._tables = tables
        self._columns = columns

    def table(self, engine: Engine) -> ir.Table:
        """The rows as text, with `_file`, `_line` and `_fault`; what is no text stands beside it as it is, under `NAME:given`.

        The lines number the rows in the order of all their columns, the first of `columns` first, so that they are equal on every engine.
        """
        made = engine.sql(self._query, self._tables)
        names = {name.lower(): name for name in made.columns}
        rows = made.select(**{name: made[names[name]] for name in self._columns})
        given = [name for name in self._columns if not rows[name].type().is_string()]
        texts = {name: _text(rows[name]) if name in given else rows[name] for name in self._columns}
        line = ibis.row_number().over(order_by=[rows[name].asc(nulls_first=True) for name in _exact_first(rows, self._columns)])
        return rows.select(
            **texts,
            **{f"{name}{GIVEN}": rows[name] for name in given},
            _file=ibis.literal(FILE),
            # Spark numbers rows in 32 bits, and Ibis takes that for 64.
            _line=line.cast("int32").cast("int64") + 1,
            _fault=ibis.null("string"),
        )

    def done(self) -> None:
        """Nothing to do: the rows are those of other tables."""

    def follow(self) -> None:
        """Raises SpecError: a query ends."""
        raise SpecError("an sql table is made whole, not followed.", next='Follow a stream: kind = "kafka".')


def _exact_first(rows: ir.Table, columns: Sequence[str]) -> list[str]:
    """The last digits of floats may differ from engine to engine: they decide last."""
    return sorted(columns, key=lambda name: bool(rows[name].type().is_floating()))


def _text(value: ir.Value) -> ir.StringValue:
    """What is told of a value; the same on every engine."""
    kind = value.type()
    if kind.is_timestamp():
        return _moment(value)
    return _number(value) if kind.is_floating() else value.cast("string")


def _moment(value: ir.TimestampValue) -> ir.StringValue:
    clock = [part.cast("string").lpad(2, "0") for part in (value.hour(), value.minute(), value.second())]
    return value.cast("date").cast("string") + " " + clock[0] + ":" + clock[1] + ":" + clock[2]


def _number(value: ir.FloatingValue) -> ir.StringValue:
    """A number to six places: engines print floats in their own ways, and whole numbers alike."""
    small = value.abs() < 9e12
    millionths = ibis.ifelse(small, value.abs() * 1e6, 0.0).round().cast("int64").cast("string")
    digits = ibis.ifelse(millionths.length() < 7, millionths.lpad(7, "0"), millionths)
    size = digits.length()
    text = digits.substr(0, size - 6) + "." + digits.substr(size - 6, 6)
    return ibis.ifelse(value.isnull(), ibis.null("string"), ibis.ifelse(small, ibis.ifelse(value < 0, "-", "") + text, "very large"))
