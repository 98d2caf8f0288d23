"""Parquet files: every column is read as text, so that the contract judges all sources alike."""

from __future__ import annotations

from pathlib import Path

from chaland.files.adapter import Columns, Files
from chaland.files.parquet_reader import ParquetReader
from chaland.files.report import Bounds
from chaland.spec.base import Spec, Words
from chaland.spec.site import Limits


class Options(Spec):
    """Which files."""

    path: Words
    """File, folder (as Spark writes them) or glob, or a list of them, relative to the data folder; or an address on S3."""


class Adapter(Files):
    """Rows of Parquet files."""

    kind = "parquet"

    def __init__(self, options: Options, root: Path, columns: Columns | None, limits: Limits):
        super().__init__(options.path, root, columns, limits)

    def reader(self, rows: int | None = None, every: bool = False) -> ParquetReader:
        """The reader of these files: `every` column instead of the wanted ones, and the first `rows` of each."""
        return ParquetReader(str(self._root), None if every else self._columns, Bounds.of(self._limits), rows)
