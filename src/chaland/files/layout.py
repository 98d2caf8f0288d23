"""What the first lines of a file say of the rest: dialect, header, and which column stands where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chaland.errors import DataError, Where
from chaland.files import header, sniff
from chaland.files.dialect import Dialect
from chaland.files.profile import Kinds, kinds
from chaland.files.records import Record, Tokenizer
from chaland.files.report import Bounds, Wanted


@dataclass(frozen=True)
class Said:
    """What the project says of a file's writing; None is guessed."""

    separator: str | None = None
    quote: str | None = None
    escape: str | None = None
    encoding: str | None = None
    comment: str = ""
    header: tuple[int, ...] | bool | None = None
    names: tuple[str, ...] = ()

    def dialect(self) -> tuple[Dialect, set[str]]:
        """The dialect as far as it is said, and what of it is."""
        fixed = {name for name in ("separator", "quote", "escape") if getattr(self, name) is not None}
        quote = '"' if self.quote is None else self.quote
        return Dialect(self.separator or ",", quote, quote if self.escape is None else self.escape, self.comment), fixed


NOTHING_SAID = Said()


@dataclass(frozen=True)
class Ask:
    """What is asked of a file: the columns wanted (None: all), how it is written, its bounds; `hints` are columns that help to find the header."""

    columns: Wanted | None
    said: Said
    bounds: Bounds
    hints: Wanted | None = None


@dataclass(frozen=True)
class Layout:
    """Where everything is in one file; `places` holds None for a column that the file does not have."""

    dialect: Dialect
    cells: list[str]
    header_line: int
    width: int
    least: int
    places: dict[str, int | None]
    lines: int
    offset: int
    blank: int
    title: int
    encloses: bool = False
    kinds: Kinds = ()
    notes: list[str] = field(default_factory=list)

    @property
    def telling(self) -> int:
        """The column whose header would betray another header line: the longest one, if it can be without quotes."""
        quote = self.dialect.quote or "\0"
        return max(range(len(self.cells)), key=lambda place: -1 if quote in self.cells[place] else len(self.cells[place]), default=0)


def lines_of(text: str) -> list[str]:
    """The lines of a text without their line feeds; a text that ends with one has no empty last line."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def read_layout(sample: bytes, whole: bool, ask: Ask, file: str) -> Layout:
    """The layout that `sample`, the first lines of the file, shows; `whole` when they are all there are.

    Raises DataError when there is nothing to read, or when wanted columns are missing.
    """
    lines = lines_of(sample.decode("utf-8", "surrogatepass"))
    given, fixed = ask.said.dialect()
    hints = ask.columns or ask.hints
    found = sniff.dialect(lines, given, fixed, lambda cells: header.named(hints, cells))
    records = list(Tokenizer(found, row_bytes=ask.bounds.row_bytes).records(lines, True))
    kept = [record for record in records if record.fields or record.fault]
    if not kept:
        raise DataError(
            f"{file} is empty.", where=Where(file), next="Copy it again from where it came, or take it out of the folder.", code="empty"
        )
    if not whole and len(kept) > 1:
        kept.pop()
    place, top = placed(kept, ask, file)
    above = 0 if top is None else top.line + top.lines
    skipped = [record for record in records if record.line < above and record is not top]
    blank = sum(1 for record in skipped if not (record.fields or record.fault))
    line = 0 if top is None else top.line + 1
    return Layout(
        dialect=found,
        cells=place.cells,
        header_line=line,
        width=place.width,
        least=_least(place),
        places=_places(place, ask.columns, file, line),
        lines=above,
        offset=len("".join(text + "\n" for text in lines[:above]).encode("utf-8", "surrogatepass")),
        blank=blank,
        title=len(skipped) - blank - (len(ask.said.header) - 1 if isinstance(ask.said.header, tuple) else 0),
        encloses=_encloses(lines, found),
        kinds=kinds([record.fields for record in kept if record.fields and record.line >= above][:200], place.width),
        notes=place.notes,
    )


def placed(records: Sequence[Record], ask: Ask, file: str) -> tuple[header.Place, Record | None]:
    """Where the header of records is, and the record that it is; raises DataError where it is too wide, or not where it should be."""
    place, top = _place(records, ask.said, ask.columns or ask.hints, file)
    _bounded(records, place, ask.bounds, file)
    return place, top


def _place(records: Sequence[Record], said: Said, columns: Wanted | None, file: str) -> tuple[header.Place, Record | None]:
    if said.header is False or (said.names and said.header is None):
        cells = list(said.names)
        width = len(cells) or sniff.usual_width(records)
        return header.Place(-1, cells, width), None
    if isinstance(said.header, tuple):
        return _at(records, said.header, file)
    place = header.find(records, columns)
    return place, None if place.index < 0 else records[place.index]


def _at(records: Sequence[Record], numbers: tuple[int, ...], file: str) -> tuple[header.Place, Record | None]:
    """The header where the project says it is: the cells of several lines are joined by a blank."""
    rows = [record for record in records if record.line + 1 in numbers and record.fields]
    if len(rows) != len(numbers):
        raise DataError(
            f"{file} has no record on line {numbers[-1]}, where its header should be.",
            where=Where(file, numbers[-1]),
            next="Mend `header` in the project file, or leave it out: it is then guessed.",
            code="no_header",
        )
    width = max(len(row.fields or []) for row in rows)
    cells = [" ".join(part for row in rows if (part := _cell(row, place))) for place in range(width)]
    index = records.index(rows[-1])
    cells, notes = header.fitted(cells, records[index + 1 :])
    return header.Place(index, cells, len(cells), notes), rows[-1]


def _cell(row: Record, place: int) -> str:
    return header.trimmed(row.fields[place]) if row.fields and place < len(row.fields) else ""


def _bounded(records: Sequence[Record], place: header.Place, bounds: Bounds, file: str) -> None:
    if place.width == 0:
        said = records[0].said or "no header can be made out"
        raise DataError(
            f"{file}: {said}.",
            where=Where(file, records[0].line + 1),
            next="Is it a text file with one record per line? If it is, say `separator`, `quote` and `encoding`.",
            code="no_header",
        )
    if place.width > bounds.columns:
        raise DataError(
            f"{file} has {place.width} columns; {bounds.columns} are allowed.",
            where=Where(file),
            next="Raise `limits.columns` in the site file if it is right.",
            code="too_wide",
        )


def _encloses(lines: Sequence[str], dialect: Dialect) -> bool:
    """Whether fields are seen to be enclosed in quotes: then a quote amid a bare field is no inch sign."""
    quoted = [line for line in lines[1:200] if dialect.quote and dialect.quote in line]
    return any(dialect.quote + dialect.separator in line or line.rstrip("\r").endswith(dialect.quote) for line in quoted)


def _least(place: header.Place) -> int:
    """The fewest fields a record may have: columns without a name at the end may be absent."""
    named = [index for index, cell in enumerate(place.cells) if cell]
    return named[-1] + 1 if named else place.width


def _places(place: header.Place, columns: Wanted | None, file: str, line: int) -> dict[str, int | None]:
    if columns is not None:
        return header.match(place.cells, columns, file, line)
    cells = place.cells or [""] * place.width
    return {name: index for index, name in enumerate(header.unique(cells))}
