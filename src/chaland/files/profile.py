"""Of what kind the values of each column are: enough to see that a record has slipped sideways."""

from __future__ import annotations

import re
from collections.abc import Sequence

_KINDS = {
    "number": re.compile(r"\s*[-+]?\s?[$€£¥]?\s?\d[\d\s.,']*(?:[eE][-+]?\d+)?\s?[%€$£]?\s*\Z"),
    "moment": re.compile(r"\s*(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?|\d{1,2}:\d{2}(?::\d{2}.*)?)\s*\Z"),
    "address": re.compile(r"\s*(?:https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+)\s*\Z"),
}

Kinds = tuple[str | None, ...]


def kinds(rows: Sequence[list[str]], width: int) -> Kinds:
    """Per column the kind that at least nine in ten of its values have, "blank" where it has none, None where they differ."""
    return tuple(_kind([row[place] for row in rows if len(row) == width]) for place in range(width))


def fits(fields: Sequence[str], expected: Kinds) -> bool:
    """Whether every value is of the kind of its column."""
    return all(_fits(value, kind) for value, kind in zip(fields, expected, strict=False))


def without_blank(fields: list[str], expected: Kinds) -> list[str] | None:
    """A record with one field too many: itself less the one blank that it has too much, when there is only one way that fits."""
    ways = {tuple(fields[:place] + fields[place + 1 :]) for place, value in enumerate(fields) if not value.strip()}
    right = [way for way in ways if fits(way, expected)]
    return list(right[0]) if len(right) == 1 else None


def _kind(values: list[str]) -> str | None:
    filled = [value for value in values if value.strip()]
    if len(values) < 3:
        return None
    if not filled:
        return "blank"
    return next((name for name, form in _KINDS.items() if sum(1 for value in filled if form.match(value)) >= 0.9 * len(filled)), None)


def _fits(value: str, kind: str | None) -> bool:
    return kind is None or not value.strip() or (kind != "blank" and bool(_KINDS[kind].match(value)))
