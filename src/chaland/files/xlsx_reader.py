"""The reader of Excel workbooks: one sheet as records, every row accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa

from chaland.errors import DataError, Where
from chaland.files import header
from chaland.files.csv_reader import relative
from chaland.files.dialect import Dialect
from chaland.files.faithful import Gatherer
from chaland.files.layout import Ask, Layout, Said, placed
from chaland.files.records import Record
from chaland.files.report import BOUNDS, Bounds, FileReport, Wanted, report_batch
from chaland.files.workbook import Row, Workbook

_SAMPLE = 200


@dataclass(frozen=True)
class XlsxReader:
    """Reads one sheet of a workbook: a picklable callable, path → batches, as CsvReader does; `_line` is the row's number in the sheet.

    Numbers are as short as they can be, dates and times ISO 8601, truths "true" and "false". `sheet` is a name, or a number from 1;
    without it, of several sheets the first that names most of the wanted columns, or where all are wanted, that has most cells at its
    top. `head` is the row of the header, from 1.
    """

    root: str
    columns: Wanted | None = None
    bounds: Bounds = BOUNDS
    rows: int | None = None
    sheet: str | int | None = None
    head: int | None = None
    hints: Wanted | None = None

    def __call__(self, path: str) -> Iterator[pa.RecordBatch]:
        """The batches of the workbook at `path`."""
        file = relative(path, self.root)
        book = Workbook(path, file, self.bounds)
        sheet = self._chosen(book, file)
        records = (_record(row) for row in book.rows(sheet))
        first = list(islice(records, _SAMPLE))
        layout = self._layout(first, file)
        gatherer = Gatherer(file, layout, self.bounds.row_bytes)
        gatherer.skipped.update(title=layout.title)
        below = (record for record in chain(first, records) if record.line >= layout.lines)
        yield from gatherer.sheet(_numbered(below, layout), self.rows)
        yield report_batch(self._report(path, layout, gatherer, book, sheet), gatherer.schema)

    def _chosen(self, book: Workbook, file: str) -> str:
        if isinstance(self.sheet, int) and 1 <= self.sheet <= len(book.sheets):
            return book.sheets[self.sheet - 1]
        if self.sheet is None:
            wanted = self.columns or self.hints
            return max(book.sheets, key=lambda sheet: self._fitting(book, sheet, wanted)) if len(book.sheets) > 1 else book.sheets[0]
        same = [name for name in book.sheets if header.same(name) == header.same(str(self.sheet))]
        if not same:
            there = ", ".join(map(repr, book.sheets[:8]))
            raise DataError(f"{file} has no sheet {self.sheet!r}.", where=Where(file), next=f"There is: {there}.", code="no_sheet")
        return same[0]

    def _fitting(self, book: Workbook, sheet: str, wanted: Wanted | None) -> int:
        """How many wanted columns a sheet names; where none are wanted, how many cells it has at its top."""
        rows = list(islice(book.rows(sheet), 100))
        if not wanted:
            return sum(1 for row in rows for cell in row.cells if cell)
        return max((header.named(wanted, row.cells) for row in rows), default=0)

    def _layout(self, first: list[Record], file: str) -> Layout:
        full = [record for record in first if record.fields]
        if not full:
            raise DataError(f"{file}: the sheet is empty.", where=Where(file), next="Say `sheet`, if it is another.", code="empty")
        said = Said(header=(self.head,) if self.head else None)
        place, top = placed(full, Ask(self.columns, said, self.bounds, self.hints), file)
        above = 0 if top is None else top.line + 1
        line = 0 if top is None else top.line + 1
        places = header.match(place.cells, self.columns, file, line) if self.columns is not None else _every(place)
        title = sum(1 for record in full if record.line < above and record is not top)
        return Layout(Dialect(), place.cells, line, place.width, 0, places, above, 0, 0, title, notes=place.notes)

    def _report(self, path: str, layout: Layout, gatherer: Gatherer, book: Workbook, sheet: str) -> FileReport:
        used = {place for place in layout.places.values() if place is not None}
        others = [f"of {len(book.sheets)} sheets, {sheet!r} was read"] if len(book.sheets) > 1 else []
        return FileReport(
            file=gatherer.file,
            bytes=Path(path).stat().st_size,
            kind="xlsx",
            header=layout.cells,
            header_line=layout.header_line,
            unnamed=[cell for place, cell in enumerate(layout.cells) if place not in used],
            missing=[name for name, place in layout.places.items() if place is None],
            read=gatherer.read,
            skipped={name: gatherer.skipped[name] for name in ("blank", "title", "repeated_header", "footer")},
            faults=dict(gatherer.faults),
            path_taken="faithful",
            notes=[*layout.notes, *others],
            examples=gatherer.examples,
        )


def _every(place: header.Place) -> dict[str, int | None]:
    return {name: index for index, name in enumerate(header.unique(place.cells or [""] * place.width))}


def _record(row: Row) -> Record:
    """A row as a record; without fields where all its cells are empty."""
    return Record(row.number - 1, row.cells if any(cell.strip() for cell in row.cells) else None)


def _numbered(records: Iterable[Record], layout: Layout) -> Iterator[Record]:
    """The records as wide as the header; what stands beside the table makes a record faulty."""
    for record in records:
        fields = record.fields
        if fields is None:
            yield record
        elif any(cell.strip() for cell in fields[layout.width :]):
            yield record._replace(fault="ragged", said="a value stands right of the last column of the header")
        else:
            yield record._replace(fields=(fields + [""] * layout.width)[: layout.width])
