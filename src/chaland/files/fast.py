"""Blocks of text that prove clean, read vectorised: the same table as the faithful path gives, many times faster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from chaland.files.dialect import Broken
from chaland.files.header import BLANKS, other_header
from chaland.files.layout import Layout

_MARKS = b"\xed\xb3"
"""How the lone surrogates begin that stand for undecodable bytes and too long lines."""


_BOM = b"\xef\xbb\xbf"
"""Arrow takes it off the front of every block, also where part files were joined and it is no mark of the file."""

_WIDE = 500
"""More columns are read faithfully: Arrow would set aside half a megabyte for each, again and again."""

_TRIES = 2000
"""Lines of a block that are looked at for a header; where more hold its word, the column is compared."""


@dataclass(frozen=True)
class Block:
    """The records of a clean block: their columns, the line (from 0) each starts on, and how many lines there are."""

    columns: list[pa.ChunkedArray]
    starts: Any
    lines: int


def read(data: bytes, layout: Layout, row_bytes: int) -> Block | None:
    """The records of `data` (whole lines of UTF-8), or None unless all of it is proved clean."""
    if not _simple(data, layout):
        return None
    if not data.endswith(b"\n"):
        data += b"\n"
    bytes_ = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(bytes_ == 10)
    closed = record_ends(bytes_, data, ends, layout)
    if closed is None:
        return None
    lengths = np.diff(closed, prepend=-1) - 1
    if lengths.min() <= layout.width or lengths.max() > row_bytes:
        return None
    table = _parsed(data, layout, len(ends) != len(closed), int(lengths.max()))
    if table is None or table.num_rows != len(closed) or _repeats_header(table, data, layout):
        return None
    firsts = np.concatenate(([0], closed[:-1] + 1))
    starts = np.arange(len(ends)) if len(ends) == len(closed) else np.searchsorted(ends, firsts)
    return Block([table.column(str(place)) for place in layout.places.values() if place is not None], starts, len(ends))


def _simple(data: bytes, layout: Layout) -> bool:
    dialect = layout.dialect
    if not 2 <= layout.width <= _WIDE or not _one_byte(dialect.separator) or (dialect.quote and not _one_byte(dialect.quote)):
        return False
    if (
        b"\0" in data
        or data.startswith(_BOM)
        or (not data.isascii() and _MARKS in data)
        or (dialect.escaping and dialect.escape.encode() in data)
        or (dialect.comment and dialect.comment.encode() in data)
    ):
        return False
    return b"\r" not in data or data.count(b"\r") == data.count(b"\r\n")


def _one_byte(char: str) -> bool:
    return len(char) == 1 and char.isascii()


def record_ends(bytes_: Any, data: bytes, ends: Any, layout: Layout) -> Any:
    """Where records end, among `ends`, the line feeds of `bytes_`; None unless every quote opens or closes a field, or is doubled within one."""
    quote = layout.dialect.quote.encode()
    if not quote or quote not in data:
        return ends
    if not layout.dialect.escape:
        return None
    marks = np.flatnonzero(bytes_ == quote[0])
    if len(marks) % 2:
        return None
    separator = ord(layout.dialect.separator)
    before = bytes_[marks[0::2] - 1]
    if marks[0] == 0:
        before[0] = 10
    after = bytes_[marks[1::2] + 1]
    opened = (before == separator) | (before == 10) | (before == quote[0])
    closed = (after == separator) | (after == 10) | (after == 13) | (after == quote[0])
    if not (opened.all() and closed.all()):
        return None
    return ends[np.searchsorted(marks, ends) % 2 == 0]


def _parsed(data: bytes, layout: Layout, broken_lines: bool, longest: int) -> pa.Table | None:
    names = [str(place) for place in range(layout.width)]
    wanted = {str(place) for place in layout.places.values() if place is not None} | {str(layout.telling)}
    quote = layout.dialect.quote or False
    try:
        return csv.read_csv(
            pa.BufferReader(data),
            csv.ReadOptions(column_names=names, block_size=max(1 << 20, 2 * longest + 2)),
            csv.ParseOptions(
                delimiter=layout.dialect.separator,
                quote_char=quote,
                newlines_in_values=broken_lines,
                ignore_empty_lines=False,
                invalid_row_handler=_refuse,
            ),
            csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=sorted(wanted, key=int),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None


def _refuse(_row: Any) -> str:
    return "error"


def _repeats_header(table: pa.Table, data: bytes, layout: Layout) -> bool:
    """Whether there may be a header line in `data`, this one or another."""
    if not layout.cells or not layout.header_line:
        return False
    place = layout.telling
    cell = layout.cells[place]
    if layout.dialect.quote and layout.dialect.quote in cell:
        return True
    at, tries = data.find(cell.encode()), 0
    while at >= 0 and tries < _TRIES:
        end = data.find(b"\n", at)
        if _is_header(data[data.rfind(b"\n", 0, at) + 1 : end if end >= 0 else len(data)], layout):
            return True
        at, tries = data.find(cell.encode(), end) if end >= 0 else -1, tries + 1
    return at >= 0 and bool(pc.any(pc.equal(pc.utf8_trim(table.column(str(place)), BLANKS), cell)).as_py())


def _is_header(line: bytes, layout: Layout) -> bool:
    found = layout.dialect.split(line.decode("utf-8", "replace").rstrip("\r"))
    if isinstance(found, Broken):
        return True
    cells = [cell.strip(BLANKS) for cell in found]
    return cells == layout.cells or other_header(cells, {cell for cell in layout.cells if cell})
