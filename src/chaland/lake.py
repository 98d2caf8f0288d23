"""Where each table lies, and its versions; rows go through an engine, never through here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis.expr.types as ir

from chaland import delta
from chaland.errors import DataError, Where, nearest
from chaland.ports import Engine, WriteMode


class Lake:
    """Delta tables under one folder, each named `kind/name` (such as clean/subscribers)."""

    def __init__(self, root: Path):
        self.root = root

    def path(self, name: str) -> Path:
        """The folder of a table."""
        return self.root / name

    def has(self, name: str) -> bool:
        """Whether the table was ever written."""
        return delta.exists(self.path(name))

    def table(self, engine: Engine, name: str, version: int | None = None) -> ir.Table:
        """The rows of a table, now or as of a version; a DataError where there is none."""
        if not self.has(name):
            hint = nearest(name, self.names()) or "Run the project first."
            raise DataError(f"the lake has no table {name!r}", where=Where(file=self.root.name), next=hint, code="no_table")
        return engine.read(str(self.path(name)), version)

    def write(self, engine: Engine, name: str, table: ir.Table, mode: WriteMode = "overwrite", key: str | None = None) -> int:
        """Write a table, all or nothing; the version written."""
        path = self.path(name)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return engine.write(table, str(path), mode, key)

    def names(self) -> list[str]:
        """All tables, in the order of their names."""
        return sorted(log.parent.relative_to(self.root).as_posix() for log in self.root.glob("*/*/_delta_log"))

    def standing(self) -> Iterator[delta.Standing]:
        """Every table with its rows, bytes and versions."""
        return (delta.standing(self.path(name), name) for name in self.names())

    def vacuum(self, keep_days: int) -> int:
        """Drop what no version younger than `keep_days` needs; how many files went."""
        return sum(delta.vacuum(self.path(name), keep_days) for name in self.names())
