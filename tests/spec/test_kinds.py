"""Kinds and which of them go together."""

from __future__ import annotations

import pytest

from chaland.spec import kinds
from chaland.spec.kinds import ANY, DATE, FLOAT, INT, NULL, STRING, TIMESTAMP, decimal


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("int", INT),
        ("!int64", INT),
        ("decimal(18, 2)", decimal(18, 2)),
        ("DECIMAL(9,3)", decimal(9, 3)),
        ("decimal", decimal(18, 2)),
        ("timestamp('UTC', 6)", TIMESTAMP),
        ("ordinal", STRING),
        ("array<string>", ANY),
    ],
)
def test_types_are_known_as_projects_ibis_and_sql_write_them(text: str, kind: kinds.Kind) -> None:
    assert kinds.named(text) == kind


@pytest.mark.parametrize(
    ("found", "joined"),
    [
        ([INT, NULL], INT),
        ([INT, FLOAT], FLOAT),
        ([INT, decimal(18, 2)], decimal(21, 2)),
        ([decimal(38, 0), decimal(10, 5)], FLOAT),
        ([DATE, TIMESTAMP], TIMESTAMP),
        ([STRING, INT], None),
        ([STRING, ANY], ANY),
        ([], NULL),
    ],
)
def test_kinds_are_brought_together_where_nothing_is_lost(found: list[kinds.Kind], joined: kinds.Kind | None) -> None:
    assert kinds.common(found) == joined


def test_sums_and_products_of_decimals_have_room_or_are_none() -> None:
    assert kinds.summed(decimal(18, 2), decimal(18, 6)) == decimal(23, 6)
    assert kinds.multiplied(decimal(18, 2), decimal(18, 2)) == decimal(36, 4)
    assert (kinds.summed(decimal(38, 0), INT), kinds.multiplied(decimal(19, 0), decimal(19, 0))) == (None, None)
