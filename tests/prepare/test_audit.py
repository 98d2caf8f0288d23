"""The six scores are what the counts say."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import ibis.expr.types as ir

from chaland.prepare import audit, contract, unique
from tests.prepare.conftest import table_of

Enforced = Callable[..., ir.Table]
TODAY = dt.date(2026, 1, 1)
TABLE = table_of(
    {"id": {"role": "key"}, "n": {"type": "int", "max": 10, "broken": {"max": "clip"}}, "w": {"placeholders": ["?"]}, "t": {"type": "date"}}
)
VALUES = {
    "id": ["a", "b", "c", "c", None],
    "n": ["1", "99", "x", "2", None],
    "w": ["u", "?", "v", "z", None],
    "t": ["2025-01-01", "2027-01-01", None, None, None],
}


def before(rows: ir.Table) -> dict[str, Any]:
    settled = unique.settle(rows, unique.late(rows, TABLE))
    reasons = {row["_reason"]: row["rows"] for row in audit.reasons(settled, TABLE).to_pyarrow().to_pylist() if row["_reason"]}
    counts = audit.measure(rows, TABLE, TODAY).to_pyarrow().to_pylist()[0]
    return audit.score_before(counts, audit.events(contract.changes(rows)).to_pyarrow().to_pylist(), reasons, TABLE)


def test_scores_before_cleaning(enforced: Enforced) -> None:
    told = before(enforced(TABLE, VALUES, [None, None, None, None, "ragged"]))
    present = 4 + 4 + 3 + 2  # the broken number is there, the placeholder is not
    assert told["completeness"] == round(100 * present / 20, 2)
    assert told["validity"] == round(100 * (1 - 2 / present), 2)
    assert told["accuracy"] == round(100 * (1 - 2 / present), 2)
    assert told["consistency"] == 80.0
    assert told["timeliness"] == 50.0


def test_a_row_that_is_there_twice_lowers_uniqueness(enforced: Enforced) -> None:
    told = before(
        enforced(
            table_of({"id": {"role": "key"}, "n": {}, "w": {}, "t": {}}),
            {"id": ["a", "a"], "n": [None] * 2, "w": [None] * 2, "t": [None] * 2},
        )
    )
    assert told["uniqueness"] == 50.0


def test_a_table_without_times_has_no_timeliness(enforced: Enforced) -> None:
    table = table_of({"n": {"type": "int"}})
    counts = audit.measure(enforced(table, {"n": ["1", None]}), table, TODAY).to_pyarrow().to_pylist()[0]
    assert audit.score_after(counts, table)["timeliness"] is None
    assert audit.score_after(counts, table)["completeness"] == 50.0


def test_an_audit_counts_means_and_bounds(enforced: Enforced) -> None:
    table = table_of({"n": {"type": "int"}, "b": {"type": "bool"}})
    counts = audit.measure(enforced(table, {"n": ["1", "3", None], "b": ["yes", "no", "no"]}), table, TODAY).to_pyarrow().to_pylist()[0]
    assert (counts["rows"], counts["n:present"], counts["n:mean"], counts["n:deviation"], counts["n:least"], counts["n:greatest"]) == (
        3,
        2,
        2.0,
        1.0,
        1.0,
        3.0,
    )
    assert counts["b:mean"] == 1 / 3


def test_money_is_counted_by_reason(enforced: Enforced) -> None:
    table = table_of({"id": {"role": "key"}, "spent": {"type": "decimal", "role": "amount"}, "n": {"type": "int"}})
    rows = enforced(table, {"id": ["a", "b", "c"], "spent": ["1.50", "2.25", "4"], "n": ["x", "y", "1"]})
    told = {row["_reason"]: (row["rows"], row["money"]) for row in audit.reasons(rows, table).to_pyarrow().to_pylist()}
    assert told == {"n.type": (2, 3.75), None: (1, 4.0)}


def test_the_fewest_people_who_are_alike_are_counted(enforced: Enforced) -> None:
    table = table_of(
        {"id": {"role": "key"}, "zip": {"privacy": "quasi"}, "age": {"type": "int", "privacy": "quasi", "coarsen": {"step": 10}}}
    )
    rows = enforced(table, {"id": list("abcdefgh"), "zip": ["75"] * 7 + ["13"], "age": ["31", "32", "33", "34", "35", "36", "37", "31"]})
    assert audit.alike(rows, table).to_pyarrow().to_pylist() == [{"k": 1, "rows_below_5": 1}]
