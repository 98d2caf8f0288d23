"""One look at files for all the tables that are read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from chaland.spec import Table

Columns = Mapping[str, tuple[tuple[str, ...], bool]]
SERVICE = ("_file", "_line", "_fault", "_said")


@dataclass(frozen=True)
class Shared:
    """The columns wanted of some files by several tables: each kind of column once, and which table knows it by which name."""

    columns: Columns
    names: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, tables: Mapping[str, Table]) -> Shared:
        """What the tables want, together: a column that two of them find in the same way is read once."""
        columns: dict[str, tuple[tuple[str, ...], bool]] = {}
        names: dict[str, dict[str, str]] = {}
        for table, spec in tables.items():
            for name, column in spec.columns.items():
                wanted = (column.names(name), column.optional)
                taken = next((one for one, known in columns.items() if known == wanted), None)
                called = taken or (name if name not in columns else f"{table}.{name}")
                columns[called] = wanted
                names.setdefault(table, {})[name] = called
        return cls(columns, names)

    def rows(self, rows: ir.Table, table: str) -> ir.Table:
        """The rows as one table wants them."""
        return rows.select(*SERVICE, **{name: rows[called] for name, called in self.names[table].items()})

    def report(self, report: Mapping[str, Any], table: str) -> dict[str, Any]:
        """A file's report as one table wants it: the columns that it lacks by the names of the table."""
        missing = set(report["missing"])
        return {**report, "missing": [name for name, called in self.names[table].items() if called in missing]}
