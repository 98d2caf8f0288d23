"""The reader of files of several kinds: each is read as what it is, whatever its name says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from chaland.files import kinds
from chaland.files.csv_reader import CsvReader, relative
from chaland.files.opening import plain
from chaland.files.parquet_reader import ParquetReader
from chaland.files.report import BOUNDS, Bounds, Wanted
from chaland.files.xlsx_reader import XlsxReader


@dataclass(frozen=True)
class AnyReader:
    """Reads one CSV, Parquet or Excel file: a picklable callable, path → batches, as the readers of each kind do."""

    root: str
    columns: Wanted | None = None
    bounds: Bounds = BOUNDS
    rows: int | None = None
    sheet: str | int | None = None
    hints: Wanted | None = None

    def __call__(self, path: str) -> Iterator[pa.RecordBatch]:
        """The batches of the file at `path`."""
        return self.of(path)(path)

    def of(self, path: str) -> CsvReader | ParquetReader | XlsxReader:
        """Who reads the file at `path`."""
        with plain(path, relative(path, self.root)) as stream:
            found = kinds.seen(stream.read(1 << 12))
        code = found[0] if found else ""
        if code == "parquet":
            return ParquetReader(self.root, self.columns, self.bounds, self.rows)
        if code == "xlsx":
            return XlsxReader(self.root, self.columns, self.bounds, self.rows, self.sheet, hints=self.hints)
        return self.csv()

    def csv(self) -> CsvReader:
        """Who reads the CSV files among them."""
        return CsvReader(self.root, self.columns, bounds=self.bounds, rows=self.rows, hints=self.hints)
