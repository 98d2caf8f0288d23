"""Guessing the dialect of a file from its first lines."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

from chaland.files.dialect import Dialect
from chaland.files.records import Record, Tokenizer

SEPARATORS = {",": 1.0, ";": 1.0, "\t": 1.0, "|": 0.95, "\x01": 0.9, "^": 0.7, "~": 0.7, ":": 0.45, " ": 0.35}
_LINES = 200
_KNOWN = re.compile(
    r"""\s*(?:
    [-+]?[$€£¥]?\s?\d{1,3}(?:[ \u00a0\u202f.,']\d{3})*(?:[.,]\d+)?\s?[%€$£]?   # 1,234.50
  | [-+]?\d*[.,]?\d+(?:[eE][-+]?\d+)?                                           # -1.5e3
  | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:[AP]M|UTC|Z|[-+]\d{2}:?\d{2})?)?
  | \d{1,2}:\d{2}(?::\d{2})?
  | [^\W\d_][\w'’.-]*                                                            # one word
  | [\w.+-]+@[\w-]+\.[\w.-]+ | https?://\S+
  )\s*\Z""",
    re.X,
)


def dialect(lines: Sequence[str], given: Dialect, fixed: set[str], named: Callable[[list[str]], int]) -> Dialect:
    """The dialect under which `lines` look most like a table.

    What is in `fixed` ("separator", "quote", "escape") is taken from `given`; `named` counts the cells of a record that are headers asked for.
    """
    sample = list(lines[:_LINES])
    told = re.fullmatch(r"\ufeff?sep=(.)\r?", sample[0]) if sample else None
    if told and "separator" not in fixed:
        given, fixed = replace(given, separator=told.group(1)), {*fixed, "separator"}
    tries = _candidates(sample, given, fixed)
    if len(tries) == 1:
        return tries[0]
    scored = [(_score(sample, found, named), -place, found) for place, found in enumerate(tries)]
    return max(scored, key=lambda entry: entry[:2])[2]


def _candidates(lines: list[str], given: Dialect, fixed: set[str]) -> list[Dialect]:
    text = "\n".join(lines)
    separators = [given.separator] if "separator" in fixed else [s for s in SEPARATORS if s in text and not _of_times(text, s)] or [","]
    quotes = [given.quote] if "quote" in fixed else ['"', *(["'"] if _quotes_with(text, "'") else [])]
    found = []
    for separator, quote in product(separators, quotes):
        escapes = [given.escape] if "escape" in fixed else [quote, *(["\\"] if "\\" + quote in text else [])]
        found += [Dialect(separator, quote, escape, given.comment) for escape in escapes]
    return found


def _of_times(text: str, separator: str) -> bool:
    """Whether colons mostly stand within times and addresses."""
    return separator == ":" and len(re.findall(r"\d:\d\d|://", text)) > 0.3 * text.count(":")


def _quotes_with(text: str, quote: str) -> bool:
    """Whether fields begin and end with `quote` at least once."""
    return bool(re.search(rf"(?:^|[,;\t|: ]){quote}[^{quote}\n]*{quote}(?:[,;\t|:]|\r?$)", text, re.M))


def _score(lines: list[str], found: Dialect, named: Callable[[list[str]], int]) -> float:
    records = list(Tokenizer(found).records(lines, True))
    kept = [record for record in records if record.fields or record.fault]
    widths = Counter(len(record.fields) for record in kept if record.fields)
    if not widths:
        return 0.0
    width, count = _usual(widths)
    wanted = max((named(record.fields) for record in kept[:20] if record.fields), default=0)
    share = count / len(kept)
    spread = 1 - 1 / width if width > 1 else 0.02
    cells = [cell for record in kept if record.fields and len(record.fields) == width for cell in record.fields]
    known = sum(1 for cell in cells if not cell.strip() or _KNOWN.match(cell)) / max(len(cells), 1)
    slips = sum(1 for record in kept if record.fault) + sum(_slip(cell, found) for cell in cells) / max(width, 1)
    regular = share * math.sqrt(share) * spread / (1 + slips / len(kept))
    return wanted * 10 + SEPARATORS.get(found.separator, 0.8) * regular * (0.35 + 0.65 * known)


def _slip(cell: str, found: Dialect) -> bool:
    """A quote left over at the edge of a cell: perhaps the wrong quote or escape."""
    return cell[:1] in {'"', "'"} or (cell[-1:] in {'"', "\\"} and not found.escaping)


def _usual(widths: Counter[int]) -> tuple[int, int]:
    """The width most records have; of equal ones the first seen."""
    return max(widths.items(), key=lambda entry: entry[1])


def usual_width(records: Sequence[Record]) -> int:
    """The number of fields that most of these records have, 0 when there are none."""
    widths = Counter(len(record.fields) for record in records if record.fields)
    return _usual(widths)[0] if widths else 0


def looks_like_data(head: list[str], below: Sequence[list[str]]) -> bool:
    """Whether a first line holds values rather than names: its cells are of the kind of those below it."""
    if not below or len({cell.strip().casefold() for cell in head if cell.strip()}) < len([c for c in head if c.strip()]) * 0.5:
        return bool(below)
    typed = [place for place in range(len(head)) if _mostly_typed([row[place] for row in below if place < len(row)])]
    alike = sum(1 for place in typed if _typed(head[place]))
    return bool(typed) and alike > 0.5 * len(typed) and not _years(head)


def _mostly_typed(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and sum(map(_typed, filled)) > 0.8 * len(filled)


def _typed(cell: str) -> bool:
    return not cell.strip()[:1].isalpha() and any(char.isdigit() for char in cell) and bool(_KNOWN.match(cell))


def _years(head: list[str]) -> bool:
    numbers = [cell.strip() for cell in head if _typed(cell)]
    return bool(numbers) and all(re.fullmatch(r"(19|20)\d\d", number) for number in numbers)
