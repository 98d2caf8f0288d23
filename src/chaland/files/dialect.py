"""How one file is written: separator, quote, escape; and one record of it taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property


class Broken(Enum):
    """Why a record could not be taken apart by the rules."""

    OPEN = auto()
    """A quote is opened and never closed."""
    STRAY = auto()
    """A quote stands where none may stand."""


@dataclass(frozen=True)
class Dialect:
    """Separator, quote ("" for none) and escape: the quote itself for doubling, another character as a backslash, or "" for none."""

    separator: str = ","
    quote: str = '"'
    escape: str = '"'
    comment: str = ""

    @property
    def escaping(self) -> bool:
        """Quotes may be escaped by another character, as a backslash."""
        return self.escape not in {"", self.quote}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        quote = re.escape(self.quote)
        pairs = [quote + quote] if self.escape else []
        if self.escaping:
            escape = re.escape(self.escape)
            pairs.append(f"{escape}(?:{quote}|{escape})")
        return re.compile("|".join([*pairs, quote]))

    @cached_property
    def _after(self) -> re.Pattern[str]:
        """What may follow a closing quote: blanks, then a separator or the end of the line."""
        blanks = "" if self.separator[0].isspace() else "[ \t]*"
        return re.compile(rf"{blanks}(?:({re.escape(self.separator)})|\r*(?:\n|\Z))")

    @cached_property
    def _before(self) -> re.Pattern[str]:
        """What may stand before an opening quote."""
        blanks = "" if self.separator[0].isspace() else "[ \t]*"
        return re.compile(blanks + re.escape(self.quote))

    def plain(self, line: str) -> bool:
        """Whether `line` can be taken apart by its separators alone."""
        return not (self.quote and self.quote in line) and not (self.escaping and self.escape in line)

    def split(self, line: str) -> list[str] | Broken:
        """The fields of one line that holds one whole record."""
        if self.plain(line):
            return line.split(self.separator)
        found = self.take(line)
        return found if isinstance(found, Broken) else found[0]

    def take(self, text: str) -> tuple[list[str], int, list[str]] | Broken:
        """The fields of the record that `text` begins with, where it ends (quoted fields may hold line ends), and those not enclosed that hold a quote."""
        fields: list[str] = []
        bare: list[str] = []
        at, end = 0, _end(text, 0)
        while True:
            opened = self._before.match(text, at) if self.quote else None
            if opened:
                closed = self._quoted(text, opened.end())
                if isinstance(closed, Broken):
                    return closed
                value, at, more = closed
                end = _end(text, at)
            else:
                value, at, more = self._bare(text, at, end)
                if self.quote and self.quote in value:
                    bare.append(value)
            fields.append(value)
            if not more:
                return fields, end, bare

    def _quoted(self, text: str, at: int) -> tuple[str, int, bool] | Broken:
        parts: list[str] = []
        for found in self._pattern.finditer(text, at):
            parts.append(text[at : found.start()])
            at = found.end()
            after = self._after.match(text, at) if found.group() == self.quote else None
            if after:
                return "".join(parts), after.end(1) if after.group(1) else at, bool(after.group(1))
            if found.group() == self.quote and self.escape:
                return Broken.STRAY
            parts.append(found.group()[-1])
        return Broken.OPEN

    def _bare(self, text: str, at: int, end: int) -> tuple[str, int, bool]:
        stop = text.find(self.separator, at, end)
        while self.escaping and stop > 0 and self._odd(text, at, stop):
            stop = text.find(self.separator, stop + 1, end)
        value = text[at : end if stop < 0 else stop]
        if self.escaping:
            value = value.replace(self.escape + self.separator, self.separator)
        return (value, end, False) if stop < 0 else (value, stop + len(self.separator), True)

    def _odd(self, text: str, start: int, stop: int) -> bool:
        before = text[start:stop]
        return (len(before) - len(before.rstrip(self.escape))) % 2 == 1

    def misplaced(self, bare: list[str]) -> bool:
        """Whether a quote seems to open in the middle of one field that is not enclosed and to close another: a separator is missing."""
        opened = False
        for field in bare:
            odd = field.count(self.quote) % 2 == 1
            if odd and opened and field.rstrip().endswith(self.quote):
                return True
            opened = opened or (odd and not field.rstrip().endswith(self.quote) and field.find(self.quote) > 0)
        return False


def _end(text: str, at: int) -> int:
    """Where the line that holds `at` ends, its carriage returns not counted."""
    end = text.find("\n", at)
    if end < 0:
        end = len(text)
    while end > at and text[end - 1] == "\r":
        end -= 1
    return end
