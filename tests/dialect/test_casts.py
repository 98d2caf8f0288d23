"""Casts: texts are read by one look for both engines. That their values are equal is tested in test_dialect.py."""

from __future__ import annotations

import re

import pytest

from chaland.dialect.casts import READ, cast, literal, type_name
from chaland.spec.kinds import DATE, FLOAT, INT, STRING, TIMESTAMP, decimal


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        ("int", " +7\n", True),
        ("int", "1.5", False),
        ("int", "1_000", False),
        ("float", "1e3", True),
        ("float", "nan", False),
        ("float", "1d", False),
        ("decimal", "1e3", False),
        ("decimal", ".5", True),
        ("date", "2024-2-9", True),
        ("date", "0000-01-01", False),
        ("timestamp", "2024-02-29T10:00Z", True),
        ("timestamp", "2024-02-29 24:00", False),
    ],
)
def test_a_text_is_read_only_as_every_engine_reads_it(kind: str, text: str, read: bool) -> None:
    assert bool(re.match(READ[kind].replace(r"\z", r"\Z"), text)) is read


def test_a_text_that_cannot_be_read_is_not_shown_in_the_error() -> None:
    assert cast("s", STRING, INT, spark=True).endswith("then '?' else s end as bigint)")


def test_literals_keep_quotes_and_backslashes() -> None:
    assert (literal("it's \\", spark=True), literal("it's \\", spark=False)) == ("'it\\'s \\\\'", "'it''s \\'")


def test_types_have_each_engines_name() -> None:
    assert [type_name(kind, True) for kind in (INT, FLOAT, TIMESTAMP, decimal(9, 2))] == ["bigint", "double", "timestamp", "decimal(9, 2)"]
    assert type_name(TIMESTAMP, False) == "timestamptz"


def test_what_is_of_the_kind_already_is_left_alone() -> None:
    assert cast("d", DATE, DATE, spark=True) == "d"
