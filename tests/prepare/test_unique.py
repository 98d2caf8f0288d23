"""Twice the same row is one row; one key is one row."""

from collections.abc import Callable
from typing import Any

import ibis.expr.types as ir

from chaland.prepare import unique
from chaland.spec import Table
from tests.prepare.conftest import table_of

Enforced = Callable[..., ir.Table]
KEYED = table_of({"id": {"role": "key"}, "v": {"type": "int"}})
KEYLESS = table_of({"v": {"type": "int"}})


def fates(enforced: Enforced, table: Table, values: dict[str, Any], faults: list[Any] | None = None) -> list[Any]:
    rows = enforced(table, values, faults)
    return unique.settle(rows, unique.late(rows, table)).order_by("_line").to_pyarrow()["_reason"].to_pylist()


def test_a_row_equal_to_an_earlier_one_is_merged_into_it(enforced: Enforced) -> None:
    assert fates(enforced, KEYED, {"id": ["a", "b", "a"], "v": ["1", "2", "1.0"]}) == [None, None, "#merged"]


def test_a_key_seen_before_with_other_values_is_quarantined_as_unique(enforced: Enforced) -> None:
    assert fates(enforced, KEYED, {"id": ["a", "a", "a"], "v": ["1", "2", "1"]}) == [None, "unique", "#merged"]


def test_rules_come_before_merging_and_uniqueness(enforced: Enforced) -> None:
    assert fates(enforced, KEYED, {"id": ["a", "a"], "v": ["x", "1"]}) == ["v.type", None]


def test_rows_that_broke_a_rule_are_not_merged(enforced: Enforced) -> None:
    assert fates(enforced, KEYED, {"id": ["a", "a"], "v": ["x", "x"]}) == ["v.type", "v.type"]


def test_a_unique_column_that_is_no_key(enforced: Enforced) -> None:
    table = table_of({"id": {"role": "key"}, "mail": {"unique": True, "privacy": "identifier"}})
    assert fates(enforced, table, {"id": ["a", "b", "c", "d"], "mail": ["x", "x", None, None]}) == [None, "mail.unique", None, None]


def test_transactions_may_share_a_key(enforced: Enforced) -> None:
    table = table_of({"id": {"role": "key"}, "v": {"type": "int"}}, role="transactions")
    assert fates(enforced, table, {"id": ["a", "a"], "v": ["1", "2"]}) == [None, None]


def test_faulty_rows_take_no_part(enforced: Enforced) -> None:
    assert fates(enforced, KEYLESS, {"v": [None, None, "1"]}, ["ragged", "ragged", None]) == ["ragged", "ragged", None]


def test_a_row_without_a_key_gets_one_made_from_the_row(enforced: Enforced) -> None:
    rows = enforced(KEYLESS, {"v": ["1", "2"]})
    accepted = unique.accepted(unique.settle(rows, unique.late(rows, KEYLESS)), KEYLESS).to_pyarrow()
    assert len({*accepted["_key"].to_pylist()}) == 2


def test_where_duplicates_are_kept_the_occurrence_is_part_of_the_key(enforced: Enforced) -> None:
    table = table_of({"v": {"type": "int"}}, duplicates="keep")
    rows = enforced(table, {"v": ["1", "1", "2"]})
    keys = unique.accepted(unique.settle(rows, unique.late(rows, table)), table).order_by("_line").to_pyarrow()["_key"].to_pylist()
    assert len({*keys}) == 3
    assert keys[1] == keys[0] + "-1"


def test_every_row_has_one_fate(enforced: Enforced) -> None:
    rows = enforced(KEYED, {"id": ["a", "a", "a", None, "b"], "v": ["1", "1", "2", "3", "x"]})
    settled = unique.settle(rows, unique.late(rows, KEYED))
    merged = settled.filter(settled._reason == unique.MERGED).count().to_pyarrow().as_py()
    accepted = unique.accepted(settled, KEYED).count().to_pyarrow().as_py()
    assert (accepted, unique.quarantined(settled).count().to_pyarrow().as_py(), merged) == (1, 3, 1)
