"""The four holes in the wall: what an engine, a source, a store and a tracker must be able to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import ibis.expr.types as ir
import pyarrow as pa

Batches = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
Reader = Callable[[str], Iterator[pa.RecordBatch]]
WriteMode = Literal["append", "overwrite", "merge"]


@runtime_checkable
class Engine(Protocol):
    """Where expressions run. All times are UTC; integer overflow and division by zero raise."""

    def rows(self, files: Sequence[str], reader: Reader, schema: pa.Schema) -> ir.Table:
        """The rows that `reader` gives for each of `files`, read where the engine runs; `reader` must be picklable."""

    def take(self, rows: pa.Table) -> ir.Table:
        """Rows from memory; blanks stay blank, nulls stay null."""

    def read(self, path: str, version: int | None = None) -> ir.Table:
        """The Delta table at `path`, as it is now or as it was at `version`."""

    def sql(self, text: str, tables: Mapping[str, ir.Table]) -> ir.Table:
        """A SELECT in DuckDB's dialect over the named tables."""

    def write(self, table: ir.Table, path: str, mode: WriteMode = "overwrite", key: str | None = None) -> int:
        """Write a Delta table, all or nothing; `merge` needs the `key` column. Gives the version written."""

    def pin(self, table: ir.Table) -> ir.Table:
        """The same table, computed once."""

    def apply(self, table: ir.Table, fn: Batches, schema: pa.Schema) -> ir.Table:
        """`fn` over the table batch by batch; its batches have `schema`. `fn` must be picklable."""

    def close(self) -> None:
        """Let go of everything, and wipe what was spilled or staged."""


@runtime_checkable
class Source(Protocol):
    """Where rows come from."""

    def table(self, engine: Engine) -> ir.Table:
        """All rows, every column as text, with their file, line and fault."""

    def follow(self) -> Iterator[pa.RecordBatch]:
        """Rows as they come, for sources that never end."""

    def done(self) -> None:
        """All that was given so far is safe: it need not be given again."""


@runtime_checkable
class Store(Protocol):
    """Where results are kept and asked for by key."""

    def put(self, name: str, key: str, batch: pa.RecordBatch) -> None:
        """Keep each row under its value of column `key` in collection `name`; putting twice is putting once."""

    def get(self, name: str, key: str) -> dict[str, Any] | None:
        """The row kept under `key`, or None."""

    def scan(self, name: str, after: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
        """Up to `limit` rows in the order of their keys, from just after `after`."""

    def erase(self, name: str, keys: Sequence[str]) -> int:
        """Forget these keys; how many there were."""

    def close(self) -> None:
        """Let go of files and connections."""


@runtime_checkable
class Tracker(Protocol):
    """Where runs are written down."""

    def note(self, run: str, values: Mapping[str, Any]) -> None:
        """Write down values of a run; a later value of the same name stands beside the earlier."""

    def keep(self, run: str, folder: Path) -> None:
        """Keep the files of a folder with the run."""
