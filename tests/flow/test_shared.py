"""One look at files for all tables that are read from them."""

from __future__ import annotations

from typing import Any

import ibis

from chaland.flow.shared import SERVICE, Shared
from chaland.spec import Table


def table(columns: dict[str, Any]) -> Table:
    return Table.model_validate({"role": "events", "source": {"kind": "csv", "path": "*.csv"}, "columns": columns})


SHARED = Shared.of(
    {
        "sales": table({"id": {"from": ["Id", "No"]}, "paid": {"type": "decimal"}, "note": {"optional": True}}),
        "returns": table({"number": {"from": ["Id", "No"]}, "paid": {"from": "given"}, "note": {}}),
    }
)


def test_a_column_found_in_the_same_way_is_read_once() -> None:
    assert SHARED.columns == {
        "id": (("Id", "No"), False),
        "paid": (("paid",), False),
        "note": (("note",), True),
        "returns.paid": (("given",), False),
        "returns.note": (("note",), False),
    }


def test_each_table_has_its_own_names() -> None:
    rows = ibis.table(dict.fromkeys((*SHARED.columns, *SERVICE), "string"), name="rows")
    assert SHARED.rows(rows, "returns").columns == (*SERVICE, "number", "paid", "note")


def test_what_is_missing_is_told_by_the_names_of_the_table() -> None:
    report = {"missing": ["note"], "read": 3}
    assert SHARED.report(report, "sales") == {"missing": ["note"], "read": 3}
    assert SHARED.report(report, "returns") == {"missing": [], "read": 3}
