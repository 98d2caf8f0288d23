"""The kinds of values in an expression, and which of them go together; one whole-number kind (64 bits), one time (UTC)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MOST_DIGITS = 38
INT_DIGITS = 19
EXACT_DIGITS = 34
"""Spark turns the sign of a decimal exactly up to here."""
CALLED = {
    "int": "a whole number",
    "float": "a number",
    "decimal": "a decimal",
    "string": "a text",
    "bool": "true or false",
    "date": "a date",
    "timestamp": "a timestamp",
    "interval": "a span of time",
    "null": "null",
    "any": "something",
}


@dataclass(frozen=True)
class Kind:
    """What a value is; decimals have so many digits, and of them `scale` after the point."""

    name: str
    digits: int = 0
    scale: int = 0

    @property
    def called(self) -> str:
        """The kind in words."""
        return CALLED[self.name]


INT, FLOAT, STRING, BOOL, DATE, TIMESTAMP, INTERVAL, NULL, ANY = (
    Kind(name) for name in ("int", "float", "string", "bool", "date", "timestamp", "interval", "null", "any")
)
NUMBERS = ("int", "float", "decimal")
MOMENTS = ("date", "timestamp")
WORDS = ("int", "decimal", "string", "bool", "date", "timestamp")
_PLAIN = {
    **dict.fromkeys(
        ("int", "integer", "bigint", "long", "int4", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"), INT
    ),
    **dict.fromkeys(("float", "double", "float64", "float8"), FLOAT),
    **dict.fromkeys(("string", "varchar", "text", "ordinal"), STRING),
    **dict.fromkeys(("bool", "boolean"), BOOL),
    "date": DATE,
    **dict.fromkeys(("timestamp", "timestamptz"), TIMESTAMP),
    "null": NULL,
}


def decimal(digits: int, scale: int) -> Kind:
    """A decimal of so many digits, `scale` of them after the point."""
    return Kind("decimal", digits, scale)


def named(text: str) -> Kind:
    """The kind that a column type is: as project files, Ibis or SQL write it ('int', '!int64', 'decimal(18, 2)', "timestamp('UTC')")."""
    bare = text.strip().lower().lstrip("!")
    found = re.fullmatch(r"(?:decimal|numeric)\((\d+), ?(\d+)\)", bare)
    if found:
        return decimal(int(found[1]), int(found[2]))
    if bare == "decimal":
        return decimal(18, 2)
    return _PLAIN.get(bare.split("(")[0], ANY)


def common(kinds: Iterable[Kind]) -> Kind | None:
    """The kind to which all of these can be brought without loss that matters; None where they do not go together."""
    found = NULL
    for kind in kinds:
        joined = _joined(found, kind)
        if joined is None:
            return None
        found = joined
    return found


def _joined(one: Kind, other: Kind) -> Kind | None:
    if other in (one, NULL):
        return one
    if one == NULL:
        return other
    if ANY in (one, other):
        return ANY
    if {one.name, other.name} <= {*NUMBERS}:
        return _number(one, other)
    if {one.name, other.name} == {*MOMENTS}:
        return TIMESTAMP
    return None


def _number(one: Kind, other: Kind) -> Kind:
    if "float" in (one.name, other.name):
        return FLOAT
    left, right = as_decimal(one), as_decimal(other)
    scale = max(left.scale, right.scale)
    whole = max(left.digits - left.scale, right.digits - right.scale)
    return decimal(whole + scale, scale) if whole + scale <= MOST_DIGITS else FLOAT


def as_decimal(kind: Kind) -> Kind:
    """A whole number as the decimal that holds them all."""
    return decimal(INT_DIGITS, 0) if kind.name == "int" else kind


def summed(one: Kind, other: Kind) -> Kind | None:
    """The decimal that holds every sum or difference; None where it would have too many digits."""
    left, right = as_decimal(one), as_decimal(other)
    scale = max(left.scale, right.scale)
    digits = max(left.digits - left.scale, right.digits - right.scale) + scale + 1
    return decimal(digits, scale) if digits <= MOST_DIGITS else None


def multiplied(one: Kind, other: Kind) -> Kind | None:
    """The decimal that holds every product; None where it would have too many digits (one is left spare: Spark counts so)."""
    left, right = as_decimal(one), as_decimal(other)
    digits = left.digits + right.digits
    return decimal(digits, left.scale + right.scale) if digits < MOST_DIGITS else None
