"""What the sections of a report are made of: grids of numbers, and figures with their numbers below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

Cell = str | Markup
Facts = Mapping[str, Any]
FOLDED, SPARED = 8, 3


@dataclass(frozen=True)
class Grid:
    """A table: its caption, its head, and rows whose first cell is their head; `words` are the columns that hold text."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    words: frozenset[int] = frozenset({0})
    marked: frozenset[int] = frozenset()
    folded: int = FOLDED

    @property
    def shown(self) -> int:
        """How many rows are seen at once: all, or the first few where there are many more."""
        return len(self.rows) if len(self.rows) <= self.folded + SPARED else self.folded


@dataclass(frozen=True)
class Figure:
    """A picture with a title, one sentence of how to read it, its legend, and its numbers."""

    title: str
    svg: Markup
    read: str
    data: Grid | None = None
    legend: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Remark:
    """A warning or a note: what it means in words, the code that scripts see, and what exactly was found."""

    title: str
    meaning: str
    code: str
    said: str


@dataclass(frozen=True)
class Told:
    """One big number, the words beside it, a line of what stands behind it, and a list of its parts as (share, name)."""

    number: str
    words: str
    behind: str = ""
    kind: str = ""
    parts: Sequence[tuple[str, str]] = ()


def total(counts: Facts | None) -> float:
    """The sum of a mapping's numbers."""
    return sum((counts or {}).values())


def in_order(told: Facts, order: Iterable[str]) -> dict[str, Any]:
    """A mapping in a given order of its keys, others last by name: steps that were skipped tell theirs in another order."""
    known = [key for key in order if key in told]
    return {key: told[key] for key in [*known, *sorted(set(told) - set(known))]}


def share(part: float, whole: float) -> float:
    """Part of whole, from 0 to 1; 0 of nothing is 0."""
    return part / whole if whole else 0.0


def named(title: Cell, small: str) -> Markup:
    """A row's head with a small line of explanation under it."""
    return Markup("{}<small>{}</small>").format(title, small) if small else Markup("{}").format(title)
