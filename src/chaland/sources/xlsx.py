"""Excel workbooks (.xlsx): one sheet of each, every cell as text, dates in ISO 8601."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from chaland.files.adapter import Columns, Files
from chaland.files.report import Bounds
from chaland.files.xlsx_reader import XlsxReader
from chaland.spec.base import Spec, Words
from chaland.spec.site import Limits


class Options(Spec):
    """Which files, and where in them the table stands; what is left out is found out from each file."""

    path: Words
    """File, folder or glob, or a list of them, relative to the data folder; or an address on S3."""
    sheet: str | int | None = None
    """The sheet: its name, or its number from 1. Default: of the visible ones the first that names most of the columns."""
    header: int | None = Field(None, ge=1)
    """The row of the header, from 1."""


class Adapter(Files):
    """Rows of workbooks."""

    kind = "xlsx"

    def __init__(self, options: Options, root: Path, columns: Columns | None, limits: Limits):
        super().__init__(options.path, root, columns, limits)
        self._options = options

    def reader(self, rows: int | None = None, every: bool = False) -> XlsxReader:
        """The reader of these files: `every` column instead of the wanted ones, and the first `rows` of each."""
        columns, said = None if every else self._columns, self._options
        return XlsxReader(str(self._root), columns, Bounds.of(self._limits), rows, said.sheet, said.header, self._columns)
