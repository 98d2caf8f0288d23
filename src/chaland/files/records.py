"""Text to records, one by one and faithfully: the path that no file defeats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from chaland.files.dialect import Broken, Dialect
from chaland.files.encoding import BROKEN
from chaland.files.profile import Kinds, fits, without_blank
from chaland.files.repair import repaired

TOO_LONG = "\udcfe"
"""Stands in the text for a line that was longer than the limit."""

_LOOKED_AT = 50


class Record(NamedTuple):
    """One record: the line it starts on (from 0), its fields or None, its fault, and how many lines it spans."""

    line: int
    fields: list[str] | None
    fault: str | None = None
    said: str | None = None
    lines: int = 1
    repaired: bool = False


@dataclass
class Tokenizer:
    """Takes text apart for a dialect and a width; `width` 0 means that any number of fields is right."""

    dialect: Dialect
    width: int = 0
    least: int = 0
    row_bytes: int = 4 << 20
    encloses: bool = False
    kinds: Kinds = ()

    def records(self, lines: list[str], final: bool, newline: bool = True) -> Iterator[Record]:
        """The records of `lines`; stops early at one that needs more lines, unless these are the `final` ones.

        Blank lines come as records without fields and without fault. `newline` tells whether the last line has its end.
        """
        at, count = 0, len(lines)
        separator, width, rare = self.dialect.separator, self.width, self._rare()
        while at < count:
            line = lines[at]
            fields = line.split(separator)
            if len(fields) == width > 1 and fields[0] and self._easy(line, rare):
                yield Record(at, fields)
                at += 1
                continue
            record = self._record(lines, at, final, newline)
            if record is None:
                return
            yield record
            at += record.lines

    def _easy(self, line: str, rare: list[str]) -> bool:
        return line[-1] != "\r" and len(line) < self.row_bytes and not any(map(line.__contains__, rare))

    def _rare(self) -> list[str]:
        """What makes a line need care: quotes, escapes, comments, marks."""
        dialect = self.dialect
        return [mark for mark in (dialect.quote, dialect.escape if dialect.escaping else "", dialect.comment, BROKEN) if mark]

    def _record(self, lines: list[str], at: int, final: bool, newline: bool) -> Record | None:
        line = lines[at].rstrip("\r")
        if self._blank(line):
            return Record(at, None)
        if len(line) > self.row_bytes or line == TOO_LONG:
            return Record(at, None, "too_long", f"longer than {self.row_bytes >> 10} KiB")
        found = (line.split(self.dialect.separator), 0, []) if self.dialect.plain(line) else self.dialect.take(line)
        last = final and not newline and at == len(lines) - 1
        if found is Broken.OPEN:
            return self._open(lines, at, final, last)
        if isinstance(found, Broken):
            return self._mended(line, at) or Record(at, None, "ragged", "a quote stands where none may stand")
        fields, _, bare = found
        if self.encloses and len(bare) > 1 and self.dialect.misplaced(bare):
            return Record(at, fields, "ragged", "a quote opens in the middle of a field: a separator is missing")
        return self._judged(fields, at, 1, last)

    def _blank(self, line: str) -> bool:
        """Nothing on the line, or nothing but separators."""
        if not line or line[0].isalnum():
            return not line
        if self.dialect.comment and line.startswith(self.dialect.comment):
            return True
        separator = self.dialect.separator
        return not line.replace(separator, "") or (separator not in line and not line.strip(" \t\0\r\x1a"))

    def _judged(self, fields: list[str], at: int, lines: int, last: bool = False) -> Record:
        found, mended = len(fields), False
        if self.width and found != self.width:
            if found > self.width:
                fields, mended = self._narrowed(fields)
            if len(fields) > self.width or len(fields) < self.least:
                return self._ragged(fields, found, at, lines, last)
            fields += [""] * (self.width - len(fields))
        if any(BROKEN in field for field in fields):
            return Record(at, None, "undecodable", "bytes that are no text in this encoding", lines)
        return Record(at, fields, None, None, lines, mended)

    def _narrowed(self, fields: list[str]) -> tuple[list[str], bool]:
        """A record that is too wide: less what is blank at its end, unless its values then stand under the wrong columns."""
        surplus = fields[self.width :]
        if not any(map(str.strip, surplus)) and fits(fields[: self.width], self.kinds):
            return fields[: self.width], False
        mended = without_blank(fields, self.kinds) if len(surplus) == 1 and any(self.kinds) else None
        return (mended, True) if mended else (fields, False)

    def _ragged(self, fields: list[str], found: int, at: int, lines: int, last: bool) -> Record:
        if last and len(fields) < self.least:
            return Record(at, fields, "cut", f"the file ends in the middle of this record: {found} of {self.width} fields", lines)
        return Record(at, fields, "ragged", f"{found} fields instead of {self.width}", lines)

    def _mended(self, line: str, at: int) -> Record | None:
        fields = repaired(line, self.dialect, self.width) if self.width else None
        if fields is None or BROKEN in line:
            return None
        return Record(at, fields, None, None, 1, True)

    def _open(self, lines: list[str], at: int, final: bool, last: bool) -> Record | None:
        """A quote is open at the end of the line: a record over several lines, a stray quote, or the end of a cut file."""
        if last:
            return Record(at, None, "cut", "the file ends inside a quoted field")
        found, spans, enough = self._joined(lines, at)
        if not (enough or final):
            return None
        if not isinstance(found, Broken) and (self._fits(found) or not self._good_after(lines, at, spans)):
            return self._judged(found, at, spans)
        alone = self._mended(lines[at].rstrip("\r"), at)
        if alone or found is Broken.STRAY or enough or self._good_after(lines, at, _LOOKED_AT):
            return alone or Record(at, None, "ragged", "a quote is opened and not closed")
        return Record(at, None, "cut", "the file ends inside a quoted field", len(lines) - at)

    def _joined(self, lines: list[str], at: int) -> tuple[list[str] | Broken, int, bool]:
        """The record over several lines, how many, and whether more lines could change the answer."""
        count = 4
        while True:
            text = "\n".join(lines[at : at + count])
            found = self.dialect.take(text[: self.row_bytes])
            if not isinstance(found, Broken):
                return found[0], text.count("\n", 0, found[1]) + 1, True
            full = len(text) > self.row_bytes
            if found is Broken.STRAY or full or at + count >= len(lines):
                return found, 1, found is Broken.STRAY or full
            count *= 4

    def _fits(self, fields: list[str]) -> bool:
        return not self.width or self.least <= len(fields) <= self.width

    def _good_after(self, lines: list[str], at: int, count: int) -> bool:
        """Whether a line after the one at `at` is a good record on its own: then the open quote is a stray one."""
        return self.width > 1 and any(self._is_good(line) for line in lines[at + 1 : at + min(count, _LOOKED_AT)])

    def _is_good(self, line: str) -> bool:
        fields = self.dialect.split(line.rstrip("\r"))
        return not isinstance(fields, Broken) and len(fields) == self.width
