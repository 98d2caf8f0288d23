"""Files of several kinds: CSV (also compressed), Parquet and Excel, each read as what it is."""

from __future__ import annotations

from pathlib import Path

from chaland.files.adapter import Columns, Files
from chaland.files.any_reader import AnyReader
from chaland.files.report import Bounds
from chaland.spec.base import Spec, Words
from chaland.spec.site import Limits


class Options(Spec):
    """Which files; how they are written is found out from each."""

    path: Words
    """File, folder or glob, or a list of them, relative to the data folder; or an address on S3."""
    sheet: str | int | None = None
    """The sheet of workbooks: its name, or its number from 1."""


class Adapter(Files):
    """Rows of files of any kind."""

    kind = "files"

    def __init__(self, options: Options, root: Path, columns: Columns | None, limits: Limits):
        super().__init__(options.path, root, columns, limits)
        self._sheet = options.sheet

    def reader(self, rows: int | None = None, every: bool = False) -> AnyReader:
        """The reader of these files: `every` column instead of the wanted ones, and the first `rows` of each."""
        columns = None if every else self._columns
        return AnyReader(str(self._root), columns, Bounds.of(self._limits), rows, self._sheet, self._columns)
