"""Where each table lies, and its versions; rows go through an engine, never through here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis.expr.types as ir

from chaland import delta, storage
from chaland.errors import DataError, Where, nearest
from chaland.ports import Engine, WriteMode

SECRET = "_secret"


class Lake:
    """Delta tables under one folder or place on S3, each named `kind/name` (such as clean/subscribers)."""

    def __init__(self, root: Path | str):
        self.root = str(root)

    def path(self, name: str) -> str:
        """The folder of a table, or its place on S3."""
        return storage.join(self.root, name)

    def has(self, name: str) -> bool:
        """Whether the table was ever written."""
        return delta.exists(self.path(name))

    def table(self, engine: Engine, name: str, version: int | None = None) -> ir.Table:
        """The rows of a table, now or as of a version; a DataError where there is none."""
        if not self.has(name):
            hint = nearest(name, self.names()) or "Run the project first."
            raise DataError(
                f"the lake has no table {name!r}", where=Where(file=Path(storage.bare(self.root)).name), next=hint, code="no_table"
            )
        return engine.read(self.path(name), version)

    def write(self, engine: Engine, name: str, table: ir.Table, mode: WriteMode = "overwrite", key: str | None = None) -> int:
        """Write a table, all or nothing; the version written."""
        path = self.path(name)
        if not storage.remote(path):
            Path(path).mkdir(mode=0o700, parents=True, exist_ok=True)
        return engine.write(table, path, mode, key)

    def names(self) -> list[str]:
        """All tables, in the order of their names."""
        found = (f"{kind}/{name}" for kind in storage.folders(self.root) for name in storage.folders(storage.join(self.root, kind)))
        return sorted(name for name in found if "_delta_log" in storage.folders(self.path(name)))

    def check(self, value: str) -> str:
        """The check value of the secret that this lake was made with: the first one ever given, which is `value` for a new lake."""
        return delta.kept_once(storage.join(self.root, SECRET), value)

    def checked(self) -> str | None:
        """The check value of the secret that this lake was made with, or None."""
        return delta.kept(storage.join(self.root, SECRET))

    def standing(self) -> Iterator[delta.Standing]:
        """Every table with its rows, bytes and versions."""
        return (delta.standing(self.path(name), name) for name in self.names())

    def vacuum(self, keep_days: int) -> int:
        """Drop what no version younger than `keep_days` needs; how many files went."""
        return sum(delta.vacuum(self.path(name), keep_days) for name in self.names())
