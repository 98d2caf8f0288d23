"""Where the header of a file is, and which of its columns are the wanted ones."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from chaland.errors import DataError, Fault, Where, nearest
from chaland.files.records import Record
from chaland.files.report import Wanted
from chaland.files.sniff import looks_like_data, usual_width


@dataclass(frozen=True)
class Place:
    """Where the header stands among the first records, and what it says; `index` -1: the file has none."""

    index: int
    cells: list[str]
    width: int
    notes: list[str] = field(default_factory=list)


BLANKS = "\0\ufeff\u200b" + "".join(char for char in map(chr, range(0x3001)) if char.isspace())
"""What is trimmed off the cells of a header."""


def trimmed(header: str) -> str:
    """A cell of a header without the blanks around it."""
    return header.strip(BLANKS)


def same(header: str) -> str:
    """The form in which headers are compared: trimmed, NFC, without case."""
    return unicodedata.normalize("NFC", trimmed(header)).casefold()


def named(columns: Wanted | None, cells: Sequence[str]) -> int:
    """How many wanted columns these cells name."""
    if not columns:
        return 0
    present = {same(cell) for cell in cells}
    return sum(1 for alternatives, _ in columns.values() if any(same(name) in present for name in alternatives))


def find(records: Sequence[Record], columns: Wanted | None) -> Place:
    """The header: the first record that names most of the wanted columns, else the first that looks like one."""
    width = usual_width(records[1:]) or usual_width(records)
    index = _best(records, columns)
    if index is None:
        index = _first_full(records, width)
        below = [r.fields for r in records[index + 1 : index + 21] if r.fields and len(r.fields) == width]
        cells = records[index].fields or []
        if len(cells) == width and looks_like_data(cells, below):
            return Place(-1, [], width, ["the first line looks like data: the columns are numbered"])
    cells, notes = fitted([trimmed(cell) for cell in records[index].fields or []], records[index + 1 :])
    return Place(index, cells, len(cells), notes)


def _best(records: Sequence[Record], columns: Wanted | None) -> int | None:
    counts = [named(columns, record.fields or []) for record in records[:100]]
    most = max(counts, default=0)
    return counts.index(most) if most else None


def _first_full(records: Sequence[Record], width: int) -> int:
    """The first record that is as wide as the others and has most of its cells filled; else the first at all."""
    if width == 1 and records[0].fields and len(records[0].fields) > 2:
        return 0
    for index, record in enumerate(records[:100]):
        filled = sum(1 for cell in record.fields or [] if cell.strip())
        wide = filled == width or abs(len(record.fields or []) - width) <= (width > 2)
        if record.fields and wide and (width < 3 or filled > width / 2):
            return index
    return next((index for index, record in enumerate(records) if record.fields), 0)


def fitted(cells: list[str], below: Sequence[Record]) -> tuple[list[str], list[str]]:
    """The header as wide as the records below it, where it is plainly too wide or too narrow."""
    width = usual_width(below)
    rows = [record.fields for record in below if record.fields and len(record.fields) == width]
    if not rows or len(cells) == width:
        return cells, []
    if len(cells) > width and len([cell for cell in cells if cell]) == width:
        return [cell for cell in cells if cell], ["blank cells of the header that no record has were left out"]
    if len(cells) < width and not any(cell.strip() for row in rows for cell in row[len(cells) :]):
        return cells + [""] * (width - len(cells)), []
    if len(cells) == width - 1 and len(rows) > 1 and all(row[-1].strip() for row in rows):
        return ["", *cells], ["the header has one cell less than the records: the first column has no name"]
    return cells, []


def other_header(cells: Sequence[str], names: Collection[str]) -> bool:
    """Whether nearly all of a record's cells, each once, are headers of the file."""
    hits = {cell for cell in cells if cell in names}
    return len(hits) > 1 and len(hits) >= 0.8 * max(len(cells), 0.6 * len(names))


def unique(cells: Sequence[str]) -> list[str]:
    """Names for all columns: blank ones are numbered, repeated ones get a number too."""
    names: list[str] = []
    taken = {same(cell) for cell in cells}
    seen: Counter[str] = Counter()
    for place, cell in enumerate(cells, 1):
        name = cell or f"column_{place}"
        seen[same(name)] += 1
        count = seen[same(name)]
        while count > 1 and same(f"{name}_{count}") in taken:
            count += 1
        final = name if count == 1 else f"{name}_{count}"
        taken.add(same(final))
        names.append(final)
    return names


def match(cells: Sequence[str], columns: Wanted, file: str, line: int) -> dict[str, int | None]:
    """Logical column → place of its header in `cells`, None for an optional one that is absent.

    Raises one DataError that tells every column that is missing or present twice.
    """
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        places.setdefault(same(cell), []).append(place)
    found: dict[str, int | None] = {}
    faults: list[Fault] = []
    for column, (alternatives, optional) in columns.items():
        hits = sorted({place for name in alternatives for place in places.get(same(name), [])})
        found[column] = hits[0] if hits else None
        if len(hits) > 1:
            faults.append(_twice(column, [cells[hit] for hit in hits], file, line))
        elif not hits and not optional:
            faults.append(_missing(column, alternatives, cells, file, line))
    if faults:
        raise DataError(
            f"{file}: {len(faults)} column{'s' if len(faults) > 1 else ''} cannot be found",
            where=Where(file, line or None),
            next=faults[0].hint,
            code=faults[0].code,
            faults=faults,
        )
    return found


def _twice(column: str, headers: list[str], file: str, line: int) -> Fault:
    said = f"column {column!r} is there twice: {' and '.join(repr(header) for header in headers)}"
    return Fault(
        (column,), said, "Keep one of them in the file, or name one of them only in `from`.", Where(file, line or None), "column_twice"
    )


def _missing(column: str, alternatives: Sequence[str], cells: Sequence[str], file: str, line: int) -> Fault:
    headers = [cell for cell in cells if cell]
    hint = next((said for name in alternatives if (said := nearest(name, headers)).startswith("Did you mean")), "")
    if not hint:
        shown = ", ".join(repr(header) for header in headers[:20])
        hint = (
            f"Its header has: {shown}{' …' if len(headers) > 20 else ''}."
            if headers
            else "It has no header line: give `names` beside `header = false`."
        )
    names = " or ".join(repr(name) for name in alternatives)
    return Fault((column,), f"no column is called {names}", hint, Where(file, line or None), "column_missing")
