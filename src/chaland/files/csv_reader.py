"""The reader of CSV files: a path in, batches of text out, every record accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from chaland.errors import DataError, Where
from chaland.files import fast
from chaland.files.encoding import Survey, survey, utf8
from chaland.files.faithful import Gatherer
from chaland.files.layout import NOTHING_SAID, Ask, Layout, Said, read_layout
from chaland.files.opening import blocks, codec, stretch
from chaland.files.part import PART, Part, Told
from chaland.files.records import TOO_LONG
from chaland.files.report import BOUNDS, Bounds, FileReport, Wanted, report_batch

SAMPLE = 1 << 18


@dataclass(frozen=True)
class CsvReader:
    """Reads one CSV file: a picklable callable, path → batches.

    Each batch has the wanted columns as text (all columns of the file, under unique names, where `columns` is None), then
    `_file`, `_line`, `_fault`, `_said`; the last row of a file holds its FileReport. Raises DataError when the file cannot be used.
    """

    root: str
    columns: Wanted | None = None
    said: Said = NOTHING_SAID
    bounds: Bounds = BOUNDS
    rows: int | None = None
    hints: Wanted | None = None
    block: int = 8 << 20
    always_faithful: bool = False
    part: Part | None = None

    def __call__(self, path: str) -> Iterator[pa.RecordBatch]:
        """The batches of the file at `path`."""
        file = relative(path, self.root)
        if self.part is not None:
            yield from self._parted(path, file, self.part)
            return
        seen = survey(blocks(path, file, self.block, self.bounds), self.said.encoding)
        pieces = whole_lines(utf8(blocks(path, file, self.block, self.bounds), seen), self.bounds.row_bytes)
        first, following = next(pieces, b""), next(pieces, None)
        sample, whole = _sample(first, following is None)
        layout = read_layout(sample, whole, Ask(self.columns, self.said, self.bounds, self.hints), file)
        gatherer = Gatherer(file, layout, self.bounds.row_bytes, layout.lines + 1)
        gatherer.skipped.update(blank=layout.blank, title=layout.title)
        yield from self._first(self._batches(gatherer, first[layout.offset :], following, pieces), gatherer)
        _useless(gatherer, layout, file)
        yield report_batch(self._report(path, seen, layout, gatherer), gatherer.schema)

    def _parted(self, path: str, file: str, part: Part) -> Iterator[pa.RecordBatch]:
        """The batches of a part of the file, and what it says of itself."""
        seen = part.survey()
        head = next(whole_lines(utf8(stretch(path, file, 0, None, self.block), seen), self.bounds.row_bytes))
        layout = read_layout(_sample(head, False)[0], False, Ask(self.columns, self.said, self.bounds, self.hints), file)
        gatherer = Gatherer(file, layout, self.bounds.row_bytes, layout.lines + 1 if part.first else part.line)
        if part.first:
            gatherer.skipped.update(blank=layout.blank, title=layout.title)
        own = replace(seen, bom=seen.bom if part.first else b"")
        pieces = whole_lines(utf8(stretch(path, file, *part.stretch, self.block), own), self.bounds.row_bytes)
        first, following = next(pieces, b""), next(pieces, None)
        rest = first[layout.offset :] if part.first else first
        yield from self._batches(gatherer, rest, following, pieces, part.last)
        told = Told(self._report(path, seen, layout, gatherer), part.begin, part.end, part.last, gatherer.good, gatherer.open)
        yield report_batch(told.report, gatherer.schema, PART, told.to_json())

    def _batches(
        self, gatherer: Gatherer, rest: bytes, following: bytes | None, pieces: Iterator[bytes], last: bool = True
    ) -> Iterator[pa.RecordBatch]:
        """Block by block: the fast path where a block proves clean, the faithful one where it does not; `last`: the file ends with these."""
        while rest or following is not None:
            block = (
                None if self.always_faithful or gatherer.foreign or not rest else fast.read(rest, gatherer.layout, self.bounds.row_bytes)
            )
            if block:
                rest = b""
                yield from gatherer.block(block)
            elif rest:
                rest = yield from gatherer.text(rest, following is None and last)
            if following is None:
                break
            rest += following
            following = next(pieces, None)
        if last:
            yield from gatherer.end()
        else:
            gatherer.open = bool(rest) or gatherer.waits

    def _first(self, batches: Iterator[pa.RecordBatch], gatherer: Gatherer) -> Iterator[pa.RecordBatch]:
        """Only the first `rows` of the batches, where a number is given."""
        given = 0
        for batch in batches:
            kept = batch if self.rows is None else batch.slice(0, self.rows - given)
            given += kept.num_rows
            yield kept
            if self.rows is not None and given >= self.rows:
                gatherer.read = given
                return

    def _report(self, path: str, seen: Survey, layout: Layout, gatherer: Gatherer) -> FileReport:
        dialect, used = layout.dialect, {place for place in layout.places.values() if place is not None}
        return FileReport(
            file=gatherer.file,
            bytes=Path(path).stat().st_size,
            kind="csv",
            encoding=seen.name,
            compression=codec(path, gatherer.file),
            separator=dialect.separator,
            quote=dialect.quote,
            escape=dialect.escape,
            header=layout.cells,
            header_line=layout.header_line,
            unnamed=[cell for place, cell in enumerate(layout.cells) if place not in used],
            missing=[name for name, place in layout.places.items() if place is None],
            read=gatherer.read,
            skipped={name: gatherer.skipped[name] for name in ("blank", "title", "repeated_header", "footer")},
            faults=dict(gatherer.faults),
            repaired=gatherer.repaired,
            truncated=bool(gatherer.faults["cut"]),
            path_taken="faithful" if gatherer.faithfully else "fast",
            notes=_notes(seen, layout, gatherer),
            examples=gatherer.examples,
        )


def relative(path: str, root: str) -> str:
    """The name of a file in messages and rows: its path below `root`, or its bare name."""
    for place, base in ((Path(path).absolute(), Path(root).absolute()), (Path(path).resolve(), Path(root).resolve())):
        if place.is_relative_to(base):
            return place.relative_to(base).as_posix()
    return Path(path).name


def whole_lines(pieces: Iterator[bytes], longest: int) -> Iterator[bytes]:
    """The same bytes in pieces that end with a line; a line over `longest` bytes becomes a mark that says so."""
    mark = TOO_LONG.encode("utf-8", "surrogatepass")
    held: list[bytes] = []
    size, dropped = 0, False
    for piece in pieces:
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield (mark + piece[piece.find(b"\n") : cut]) if dropped else b"".join([*held, piece[:cut]])
            held, size, dropped = [], 0, False
        held.append(piece[cut:])
        size += len(piece) - cut
        if size > longest:
            held, dropped = [], True
    rest = mark if dropped else b"".join(held)
    if rest:
        yield rest


def _sample(first: bytes, only: bool) -> tuple[bytes, bool]:
    if len(first) <= SAMPLE:
        return first, only
    cut = first.find(b"\n", SAMPLE) + 1
    return (first[:cut], False) if cut else (first, only)


def _useless(gatherer: Gatherer, layout: Layout, file: str) -> None:
    if gatherer.read > 2 and not gatherer.good and gatherer.faults["ragged"] == gatherer.read:
        said = f"{file}: none of its {gatherer.read} records has the {layout.width} fields of its header"
        raise DataError(
            said + ".",
            where=Where(file, layout.header_line or None),
            next="Is it really one record per line? If it is, say `separator` and `quote` for this source.",
            code="all_ragged",
        )


def _notes(seen: Survey, layout: Layout, gatherer: Gatherer) -> list[str]:
    notes = list(layout.notes)
    if seen.guessed:
        notes.append(f"the encoding was guessed as {seen.encoding}; say `encoding` if letters look wrong")
    if seen.nuls:
        notes.append(f"{seen.nuls} zero bytes")
    if gatherer.repaired:
        notes.append(f"{gatherer.repaired} records with a quote too many or too few were read in the one way that fits")
    return notes


def faithful(reader: CsvReader) -> CsvReader:
    """The same reader without the fast path: for tests that compare the two."""
    return replace(reader, always_faithful=True)
