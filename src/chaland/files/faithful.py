"""Records of one file to batches: every record accounted for, with its line and its fault."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from chaland.files.fast import Block
from chaland.files.header import other_header, trimmed
from chaland.files.layout import Layout, lines_of
from chaland.files.records import Record, Tokenizer
from chaland.files.report import schema_for

_ROWS = 16384
_HELD = 10
_FOOTER = re.compile(
    r"\W*(total|grand total|sum|somme|rows?\b|\d+\s+rows?\b|\(\d+ rows?|records?\b|\d+ records?|lignes?\b|nombre de|source|sources|note|notes|footnote|generated|exported|extrait|édité|date d|end of|fin\b|page\b|©|copyright|\*)",
    re.I,
)


@dataclass
class Gatherer:
    """Gathers the rows of one file into batches, counting what is skipped and what is faulty."""

    file: str
    layout: Layout
    row_bytes: int
    line: int = 1
    read: int = 0
    good: int = 0
    repaired: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    faithfully: bool = False
    foreign: bool = False
    open: bool = False
    examples: list[dict[str, Any]] = field(default_factory=list)
    _rows: list[Sequence[str | None]] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    _faulty: dict[int, Record] = field(default_factory=dict)
    _held: list[tuple[Record, int, bool]] = field(default_factory=list)
    _gap: bool = False

    def __post_init__(self) -> None:
        layout = self.layout
        self.schema = schema_for(layout.places)
        self._tokens = Tokenizer(layout.dialect, layout.width, layout.least, self.row_bytes, layout.encloses, layout.kinds)
        self._nothing = (None,) * layout.width
        self._names = {cell for cell in layout.cells if cell}
        self._mark = (
            next((place for place, cell in enumerate(layout.cells) if cell), None) if layout.header_line and layout.width > 1 else None
        )

    def text(self, data: bytes, final: bool) -> Generator[pa.RecordBatch, None, bytes]:
        """The batches of `data`, whole lines of UTF-8; returns the lines that cannot be judged before more are there."""
        self.faithfully = True
        text = data.decode("utf-8", "surrogatepass")
        lines = lines_of(text)
        done = 0
        for record in self._tokens.records(lines, final, text.endswith("\n")):
            self._take(record)
            done = record.line + record.lines
            if len(self._rows) >= _ROWS:
                yield self._flush()
        if self._rows:
            yield self._flush()
        self.line += done
        return "".join(line + "\n" for line in lines[done:]).encode("utf-8", "surrogatepass")

    def block(self, block: Block) -> Iterator[pa.RecordBatch]:
        """The batches of a clean block."""
        yield from self._release()
        self.read += len(block.starts)
        self.good += len(block.starts)
        table = pa.Table.from_arrays(block.columns, names=[str(place) for place in range(len(block.columns))])
        at = 0
        for batch in table.to_batches() if block.columns else _counted(len(block.starts)):
            lines = pa.array(block.starts[at : at + batch.num_rows] + self.line, pa.int64())
            yield self._batch(batch, lines)
            at += batch.num_rows
        self.line += block.lines

    def sheet(self, records: Iterable[Record], most: int | None = None) -> Iterator[pa.RecordBatch]:
        """The batches of records that have the width of the header, and the line of their place; at most the first `most`."""
        self.faithfully = True
        for record in records:
            lonely = self._lonely(record.fields) and _footer(record, False)
            self._take(record._replace(fault="ragged", said="a footer") if lonely and not record.fault else record)
            if len(self._rows) >= _ROWS:
                yield self._flush()
            if most is not None and self.read >= most:
                break
        yield from self.end()

    @property
    def waits(self) -> bool:
        """Whether what comes next would change what was made of the last records."""
        return self.foreign or self._gap or bool(self._held)

    def end(self) -> Iterator[pa.RecordBatch]:
        """What was held back: footers are counted, the rest are rows."""
        kept = [(record, line) for record, line, gap in self._held if not (self.good and _footer(record, gap))]
        self.skipped["footer"] += len(self._held) - len(kept)
        self._held = []
        for record, line in kept:
            self._add(record, line)
        if self._rows:
            yield self._flush()

    def _take(self, record: Record) -> None:
        if record.fields is None and record.fault is None:
            self.skipped["blank"] += record.lines
            self._gap = True
        elif self._is_header(record.fields):
            self.skipped["repeated_header"] += 1
            self.foreign = False
        elif self.foreign or self._is_foreign(record.fields):
            self.foreign = True
            self._give_back()
            self._add(
                record._replace(fault="other_table", said="another table with another header begins in this file"), self.line + record.line
            )
        elif record.fault in {"ragged", "cut"} and len(self._held) < _HELD and self._lonely(record.fields):
            self._held.append((record, self.line + record.line, self._gap))
        else:
            self._give_back()
            self._add(record, self.line + record.line)

    def _lonely(self, fields: list[str] | None) -> bool:
        return self.layout.width > 2 and fields is not None and sum(1 for cell in fields if cell.strip()) <= 1

    def _is_header(self, fields: list[str] | None) -> bool:
        mark, cells = self._mark, self.layout.cells
        if mark is None or fields is None or len(fields) < len(cells) or trimmed(fields[mark]) != cells[mark]:
            return False
        return [trimmed(cell) for cell in fields] == cells

    def _is_foreign(self, fields: list[str] | None) -> bool:
        """Whether these are headers too, but other ones or in another order."""
        if self._mark is None or not fields or len(fields) < 2 or trimmed(fields[0]) not in self._names:
            return False
        cells = [trimmed(cell) for cell in fields]
        return self.layout.cells[self.layout.telling] in cells and other_header(cells, self._names)

    def _give_back(self) -> None:
        held, self._held, self._gap = self._held, [], False
        for record, line, _ in held:
            self._add(record, line)

    def _release(self) -> Iterator[pa.RecordBatch]:
        self._give_back()
        if self._rows:
            yield self._flush()

    def _add(self, record: Record, line: int) -> None:
        self.read += 1
        self.repaired += record.repaired and not record.fault
        if record.fault:
            self.faults[record.fault] += 1
            if len(self.examples) < 5:
                self.examples.append({"line": line, "fault": record.fault, "said": record.said})
            self._faulty[len(self._rows)] = record
            self._rows.append(self._nothing)
        else:
            self.good += 1
            self._rows.append(record.fields or ())
        self._lines.append(line)

    def _flush(self) -> pa.RecordBatch:
        rows, lines, faulty = self._rows, self._lines, self._faulty
        self._rows, self._lines, self._faulty = [], [], {}
        count, columns = len(rows), list(zip(*rows, strict=True))
        wanted = [
            pa.nulls(count, pa.string()) if place is None else pa.array(columns[place], pa.string())
            for place in self.layout.places.values()
        ]
        faults = [pa.nulls(count, pa.string())] * 2
        if faulty:
            faults = [pa.array([getattr(faulty.get(row), name, None) for row in range(count)], pa.string()) for name in ("fault", "said")]
        return pa.RecordBatch.from_arrays(
            [*wanted, pa.repeat(pa.scalar(self.file), count), pa.array(lines, pa.int64()), *faults], schema=self.schema
        )

    def _batch(self, batch: Any, lines: pa.Array) -> pa.RecordBatch:
        columns = iter(batch.columns)
        count = batch.num_rows
        wanted = [pa.nulls(count, pa.string()) if place is None else next(columns) for place in self.layout.places.values()]
        nulls = pa.nulls(count, pa.string())
        return pa.RecordBatch.from_arrays([*wanted, pa.repeat(pa.scalar(self.file), count), lines, nulls, nulls], schema=self.schema)


def _counted(rows: int) -> list[pa.RecordBatch]:
    """Rows of a file of which no column is wanted."""
    return [pa.RecordBatch.from_struct_array(pa.array([{}] * rows, pa.struct([])))]


def _footer(record: Record, gap: bool) -> bool:
    return gap or bool(_FOOTER.match(" ".join(cell for cell in record.fields or [] if cell)))
