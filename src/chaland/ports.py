"""The four holes in the wall: what an engine, a source, a store and a tracker must be able to do; and what only some engines can."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

Batches = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
Reader = Callable[[str], Iterator[pa.RecordBatch]]
WriteMode = Literal["append", "overwrite", "merge"]
Arrays = Mapping[str, npt.NDArray[Any]]
Task = Literal["binary", "multiclass", "regression"]


@runtime_checkable
class Engine(Protocol):
    """Where expressions run. All times are UTC; integer overflow raises, division by zero is null."""

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


class Learnt(Protocol):
    """One fitted model."""

    @property
    def arrays(self) -> Arrays:
        """All there is to it: `weights` and `intercept`, or trees node by node as `chaland.learn.algorithms.Trees` has them."""

    def measured(self) -> pa.Table:
        """`key` and `margin` (a list of one per class, where there are several) of every row of fold -1, in the order of the keys.

        As the engine itself scores them.
        """


class Fitting(Protocol):
    """Rows that an engine keeps to fit on."""

    def fit(self, algorithm: str, words: Mapping[str, float | int], seed: int, without: int | None = None) -> Learnt:
        """A model of all rows but those of fold -1, and those of fold `without`."""

    def directions(self) -> Arrays:
        """The principal components of `design`: its `mean`, all `axes` (columns, widest first), and the `shares` of the variance."""

    def centres(self, start: npt.NDArray[np.float64], seed: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """K-Means over `design`, from these centres [groups, columns] on: where they come to rest, and how many rows each has."""

    def close(self) -> None:
        """Let go of the rows."""


@runtime_checkable
class Fitter(Protocol):
    """An engine that can also fit models, where the rows are."""

    def fitting(self, rows: ir.Table, scales: npt.NDArray[np.float64] | None = None, task: Task = "binary", classes: int = 2) -> Fitting:
        """Rows to fit on: `key`, `fold` (-1 measures only), `label` and `design`, a list of numbers without nulls.

        The label is 0 or 1, the place of one of `classes`, or a number, by the task. `scales` is the unit of each column of `design` in
        which weights are penalised; 1 where it is not given.
        """


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

    def begin(self, run: str, started: datetime, parameters: Mapping[str, Any]) -> None:
        """Write down when a run started and what it was given; a parameter stands as first given."""

    def note(self, run: str, values: Mapping[str, Any]) -> None:
        """Write down values of a run; a later value of the same name stands beside the earlier."""

    def keep(self, run: str, folder: Path) -> None:
        """Keep the files of a folder with the run."""
