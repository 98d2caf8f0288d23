"""A line with a quote too many or too few: the one way of reading it that gives the right number of fields."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chaland.files.dialect import Dialect

_LONGEST = 1 << 16
_STATES = 20000


@dataclass
class _Way:
    """The cheapest ways to reach a place: their cost, how many there are, the fields of one of them."""

    cost: int
    count: int
    fields: tuple[str, ...]


def repaired(line: str, dialect: Dialect, width: int) -> list[str] | None:
    """The fields of `line` when exactly one cheapest reading of its quotes gives `width` of them, else None.

    Every quote taken as a plain character costs one. The rule of thumb behind it: a stray quote is a slip in one place.
    """
    if not dialect.quote or len(line) > _LONGEST or line.count(dialect.separator) * width > _STATES:
        return None
    ways: dict[int, dict[int, _Way]] = {0: {0: _Way(0, 1, ())}}
    last = len(line) + 1
    while pending := [at for at in ways if at < last]:
        at = min(pending)
        _extend(ways, at, line, dialect, width)
        del ways[at]
    best = ways.get(last, {}).get(width)
    return list(best.fields) if best and best.count == 1 else None


def _extend(ways: dict[int, dict[int, _Way]], at: int, line: str, dialect: Dialect, width: int) -> None:
    for value, cost, after in _readings(line, at, dialect):
        for count, way in ways[at].items():
            if count < width:
                _offer(ways.setdefault(after, {}), count + 1, _Way(way.cost + cost, way.count, (*way.fields, value)))


def _offer(there: dict[int, _Way], count: int, way: _Way) -> None:
    known = there.get(count)
    if known is None or way.cost < known.cost:
        there[count] = way
    elif way.cost == known.cost and way.fields != known.fields:
        known.count += way.count


def _readings(line: str, at: int, dialect: Dialect) -> list[tuple[str, int, int]]:
    """Each way to read the field at `at`: its value, the quotes taken as plain characters, where the next one starts."""
    stop = line.find(dialect.separator, at)
    bare = line[at:] if stop < 0 else line[at:stop]
    found = [(bare, bare.count(dialect.quote), len(line) + 1 if stop < 0 else stop + len(dialect.separator))]
    opened = re.match("[ \t]*" + re.escape(dialect.quote), line[at:])
    if opened:
        found += _quoted(line, at + opened.end(), dialect)
    return found


def _quoted(line: str, start: int, dialect: Dialect) -> list[tuple[str, int, int]]:
    closing = re.compile(re.escape(dialect.quote) + "[ \t]*(?:(" + re.escape(dialect.separator) + r")|\Z)")
    found = []
    for close in list(closing.finditer(line, start))[:40]:
        value, cost = _content(line[start : close.start()], dialect)
        found.append((value, cost, close.end() if close.group(1) else len(line) + 1))
    return found


def _content(inside: str, dialect: Dialect) -> tuple[str, int]:
    quote, cost = dialect.quote, 0
    if dialect.escaping:
        inside = inside.replace(dialect.escape * 2, dialect.escape).replace(dialect.escape + quote, quote * 2)

    def single(run: re.Match[str]) -> str:
        nonlocal cost
        cost += len(run.group()) % 2
        return quote * ((len(run.group()) + 1) // 2)

    return re.sub(f"(?:{re.escape(quote)})+", single, inside), cost
