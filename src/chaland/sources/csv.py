"""CSV files as people have them: any separator, quote, encoding and compression; everything is read as text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from chaland.files.adapter import Columns, Files
from chaland.files.csv_reader import CsvReader
from chaland.files.encoding import known
from chaland.files.layout import Said
from chaland.files.report import Bounds
from chaland.spec.base import Spec, Words
from chaland.spec.site import Limits


def _as_lines(value: Any) -> Any:
    return [value] if isinstance(value, int) and not isinstance(value, bool) else value


class Options(Spec):
    """Which files, and how they are written; what is left out is found out from each file."""

    path: Words
    """File, folder or glob, or a list of them, relative to the data folder; or an address on S3, as `s3://bucket/folder/*.csv`."""
    separator: str | None = Field(None, min_length=1, max_length=8)
    """What stands between fields."""
    quote: str | None = Field(None, max_length=1)
    """What encloses fields that hold separators; "" for nothing."""
    escape: str | None = Field(None, max_length=1)
    """What stands before a quote within a field: the quote itself (doubling), a backslash, or "" for nothing."""
    encoding: str | None = None
    """The encoding, as "utf-8", "cp1252" or "utf-16"."""
    header: Annotated[bool | tuple[int, ...] | None, BeforeValidator(_as_lines)] = None
    """The line of the header, from 1 (a list: the cells of these lines are joined); false: the files have none."""
    names: tuple[str, ...] = ()
    """The columns of files that have no header."""
    comment: str = ""
    """Lines that begin so are skipped."""

    @field_validator("encoding")
    @classmethod
    def _exists(cls, value: str | None) -> str | None:
        if value is not None and not known(value):
            raise ValueError(f"there is no encoding {value!r}; usual ones are utf-8, cp1252, latin-1, utf-16, gb18030")
        return value

    @field_validator("escape")
    @classmethod
    def _is_usual(cls, value: str | None) -> str | None:
        if value not in {None, "", '"', "'", "\\"}:
            raise ValueError(f"an escape of {value!r} is not known: there is the quote itself, a backslash, or nothing")
        return value

    def said(self) -> Said:
        """What is said of the writing, as plain values."""
        header = None if self.header is True else self.header
        return Said(self.separator, self.quote, self.escape, self.encoding, self.comment, header, self.names)


class Adapter(Files):
    """Rows of CSV files."""

    kind = "csv"

    def __init__(self, options: Options, root: Path, columns: Columns | None, limits: Limits):
        super().__init__(options.path, root, columns, limits)
        self._options = options

    def reader(self, rows: int | None = None, every: bool = False) -> CsvReader:
        """The reader of these files: `every` column instead of the wanted ones, and the first `rows` of each."""
        columns = None if every else self._columns
        return CsvReader(str(self._root), columns, self._options.said(), Bounds.of(self._limits), rows, self._columns)
