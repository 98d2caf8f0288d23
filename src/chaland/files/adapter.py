"""What every source made of files is: files found, read in limited processes, as tables or as a look at them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from chaland.errors import SpecError
from chaland.files import pool
from chaland.files.found import FoundFile, find, once
from chaland.files.report import FileReport, reports, schema_for
from chaland.ports import Engine, Reader
from chaland.spec.base import Words
from chaland.spec.site import Limits

Columns = Mapping[str, tuple[tuple[str, ...], bool]]


class Files:
    """Rows of files. `columns`: logical column → (its alternative headers, whether it may be absent); None: all columns."""

    kind: ClassVar[str]

    def __init__(self, path: Words, root: Path, columns: Columns | None, limits: Limits):
        self._path = path
        self._root = root
        self._columns = columns
        self._limits = limits

    @cached_property
    def _found(self) -> list[FoundFile]:
        return find(self._path, self._root)

    def files(self) -> list[FoundFile]:
        """The files, sorted by name; raises DataError where nothing matches."""
        return list(self._found)

    def reader(self, rows: int | None = None, every: bool = False) -> Reader:
        """The reader of these files: `every` column instead of the wanted ones, and the first `rows` of each."""
        raise NotImplementedError

    def table(self, engine: Engine) -> ir.Table:
        """All rows of all files as text, each with its file, line and fault; files that hold the same bytes are read once."""
        if self._columns is None:
            raise SpecError(
                f"a {self.kind} source cannot become a table without named columns.", next="Name the columns in the project file."
            )
        return engine.rows([file.path for file in once(self._found)], self.reader(), schema_for(self._columns))

    def look(self, rows: int | None) -> list[tuple[FileReport, pa.Table]]:
        """Per file its report and its first `rows` (None: all), every column as text, read in limited processes."""
        with tempfile.TemporaryDirectory(prefix="chaland-") as folder:
            staged = pool.stage([file.path for file in self._found], self.reader(rows, every=True), None, Path(folder), self._limits)
            return [_parted(pq.read_table(path, memory_map=False)) for path in staged]

    def follow(self) -> Iterator[pa.RecordBatch]:
        """Raises SpecError: files end."""
        raise SpecError(f"a {self.kind} source is read whole, not followed.", next='Follow a stream: kind = "kafka".')

    def done(self) -> None:
        """Nothing to do: files are read whole."""


def _parted(table: pa.Table) -> tuple[FileReport, pa.Table]:
    said, rows = reports(table)
    return said[0], rows
