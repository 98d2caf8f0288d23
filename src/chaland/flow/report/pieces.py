"""What the sections of a report are made of: grids of numbers, and figures with their numbers below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

Cell = str | Markup
Facts = Mapping[str, Any]
FOLDED, SPARED = 8, 3
NORMAL = 1.959964
FEW = 100
"""A share of fewer customers than these is marked."""


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


def wilson(part: float, whole: float) -> tuple[float, float]:
    """The 95 % interval of a share, from its counts (Wilson 1927); it stays within 0 and 1 and is wide where there are few."""
    if whole <= 0:
        return 0.0, 1.0
    at, extra = part / whole, NORMAL**2 / whole
    middle = (at + extra / 2) / (1 + extra)
    half = NORMAL * (at * (1 - at) / whole + extra / whole / 4) ** 0.5 / (1 + extra)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class GroupErrors:
    """A model's errors in one group of a sensitive column: how many there are, how many really are, are flagged, and both."""

    column: str
    group: str
    rows: int
    really: int
    flagged: int
    found: int

    @classmethod
    def of(cls, told: Facts) -> GroupErrors:
        """From shares, as the step tells them."""
        rows = int(told["rows"])
        really, flagged = (round(rows * (told.get(share) or 0.0)) for share in ("positives", "told_positive"))
        found = round(really * told["recall"]) if told.get("recall") is not None else 0
        return cls(str(told["column"]), str(told["group"]), rows, really, flagged, found)


def named(title: Cell, small: str) -> Markup:
    """A row's head with a small line of explanation under it."""
    return Markup("{}<small>{}</small>").format(title, small) if small else Markup("{}").format(title)
