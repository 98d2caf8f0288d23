"""Tables by role and by time: whoever makes features is handed only the past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from chaland.spec import Table


@dataclass(frozen=True)
class History:
    """Clean tables by name, with their specs, as far as one may see them: from `start` (inclusive) to `end` (exclusive), in UTC days."""

    tables: Mapping[str, ir.Table]
    specs: Mapping[str, Table]
    start: date | None = None
    end: date | None = None

    def before(self, day: date) -> History:
        """Only what happened before `day`."""
        return self._between(None, day)

    def after(self, day: date, days: int) -> History:
        """Only what happened in the `days` days that begin with `day`."""
        return self._between(day, day + timedelta(days=days))

    def role(self, role: str) -> dict[str, ir.Table]:
        """The tables of one role, by name."""
        return {name: table for name, table in self.tables.items() if self.specs[name].role == role}

    def customers(self) -> tuple[str, ir.Table, Table]:
        """The table of role customers: its name, rows and spec."""
        name = next(name for name, spec in self.specs.items() if spec.role == "customers")
        return name, self.tables[name], self.specs[name]

    def _between(self, start: date | None, end: date) -> History:
        seen = {name: _seen(table, self.specs[name], start, end) for name, table in self.tables.items()}
        return History(seen, self.specs, start, end)


def _seen(table: ir.Table, spec: Table, start: date | None, end: date) -> ir.Table:
    """Rows of one table between two days; a table without a time is always seen whole."""
    time = spec.with_role("time")
    if time is None:
        return table
    happened = table[time].cast("date")
    inside = happened < ibis.literal(end)
    return table.filter(inside & (happened >= ibis.literal(start)) if start else inside)
