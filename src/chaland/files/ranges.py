"""Big files without quoted line ends in parts: a look over all bytes finds where to cut, and on which line each part begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.files.any_reader import AnyReader
from chaland.files.csv_reader import SAMPLE, CsvReader, relative, whole_lines
from chaland.files.encoding import Survey, survey
from chaland.files.fast import record_ends
from chaland.files.layout import Ask, Layout, read_layout
from chaland.files.opening import blocks, codec
from chaland.files.part import Part

PLAN = pa.schema(
    [
        ("begin", pa.int64()),
        ("end", pa.int64()),
        ("line", pa.int64()),
        ("last", pa.bool_()),
        ("encoding", pa.string()),
        ("bom", pa.binary()),
        ("guessed", pa.bool_()),
    ]
)
ONE_BYTE_A_LINE_END = ("utf-8", "cp1252")


@dataclass(frozen=True)
class Planner:
    """Finds the parts of one file, each of about `size` bytes: a picklable callable, path → one batch of parts; none where it is to be read whole."""

    reader: CsvReader | AnyReader
    size: int
    root: str

    def __call__(self, path: str) -> Iterator[pa.RecordBatch]:
        """The parts of the file at `path`."""
        parts = list(self._parts(path))
        rows = [vars(part) for part in parts] if len(parts) > 1 else []
        yield pa.RecordBatch.from_pylist(rows, schema=PLAN)

    def _parts(self, path: str) -> Iterator[Part]:
        reader, file = self._csv(path), relative(path, self.root)
        if reader is None or codec(path, file):
            return
        seen = survey(blocks(path, file, reader.block, reader.bounds), reader.said.encoding)
        if not _plain(seen):
            return
        layout = _layout(reader, path, file)
        cuts = list(_cuts(reader, path, file, layout, self.size)) if layout else []
        for (begin, line), (end, _) in pairwise(cuts):
            yield Part(begin, end, line, end == cuts[-1][0], seen.encoding, seen.bom, seen.guessed)

    def _csv(self, path: str) -> CsvReader | None:
        """Who reads the file as CSV; None where it is of another kind."""
        one = self.reader.of(path) if isinstance(self.reader, AnyReader) else self.reader
        return one if isinstance(one, CsvReader) else None


def divisible(reader: Any) -> bool:
    """Whether files of this reader may be read in parts."""
    if isinstance(reader, AnyReader):
        return reader.rows is None
    return isinstance(reader, CsvReader) and reader.rows is None and not reader.always_faithful


def planner(reader: Any, size: int) -> Planner:
    """Who finds the parts of files of a divisible reader."""
    return Planner(reader, size, str(reader.root))


def readers(reader: CsvReader | AnyReader, plan: pa.Table) -> list[CsvReader]:
    """A reader for each part of a plan."""
    single = reader.csv() if isinstance(reader, AnyReader) else reader
    return [replace(single, part=Part(**row)) for row in plan.to_pylist()]


def _plain(seen: Survey) -> bool:
    return seen.encoding in ONE_BYTE_A_LINE_END and not seen.broken and not seen.old_mac and not seen.nuls


def _layout(reader: CsvReader, path: str, file: str) -> Layout | None:
    """What the head of the file says, as each part will read it; None where its first lines are too long for that."""
    with open(path, "rb") as stream:
        head = stream.read(4 * SAMPLE)
    sample = head[: head.find(b"\n", SAMPLE) + 1]
    if not sample:
        return None
    # Only how fields are enclosed is asked here, for which the bytes of one-byte code pages will do.
    text = sample.decode("utf-8", "replace").encode()
    return read_layout(text, False, Ask(None, reader.said, reader.bounds, reader.hints), file)


def _cuts(reader: CsvReader, path: str, file: str, layout: Layout, size: int) -> Iterator[tuple[int, int]]:
    """Where parts begin, with their lines, and at last where the file ends; nothing where a record may go over a line's end."""
    cuts, offset, line = [(0, 1)], 0, 1
    for piece in whole_lines(blocks(path, file, min(reader.block, max(size // 8, 1 << 16)), reader.bounds), reader.bounds.row_bytes):
        if not _ends_with_lines(piece, layout):
            return
        offset, line = offset + len(piece), line + piece.count(b"\n")
        if offset - cuts[-1][0] >= size:
            cuts.append((offset, line))
    whole = _length(path)
    if offset != whole:  # a line too long to be kept
        return
    if cuts[-1][0] != whole:
        cuts.append((whole, line))
    yield from cuts


def _ends_with_lines(piece: bytes, layout: Layout) -> bool:
    """Whether every record ends where its line ends."""
    dialect = layout.dialect
    if dialect.quote and not (len(dialect.quote) == 1 and dialect.quote.isascii()):
        return False
    if dialect.escaping and dialect.escape.encode() in piece:
        return False
    if not dialect.quote or dialect.quote.encode() not in piece:
        return True
    bytes_ = np.frombuffer(piece if piece.endswith(b"\n") else piece + b"\n", np.uint8)
    ends = np.flatnonzero(bytes_ == 10)
    found = record_ends(bytes_, piece, ends, layout)
    return found is not None and len(found) == len(ends)


def _length(path: str) -> int:
    with open(path, "rb") as stream:
        return stream.seek(0, 2)
