"""What may be said of a lifetime, and what is wrong is said."""

from __future__ import annotations

from typing import Any

import pytest

from chaland.spec import Table
from chaland.spec.lifetime import Lifetime, faults


def table(role: str, **columns: dict[str, Any]) -> Table:
    return Table.model_validate({"role": role, "source": {"kind": "csv", "path": "x"}, "columns": columns})


PEOPLE = table("customers", id={"role": "key"})
LINES = table(
    "transactions", id={"privacy": "identifier"}, at={"type": "date", "role": "time"}, paid={"type": "decimal", "role": "amount"}, city={}
)
TABLES = {"people": PEOPLE, "lines": LINES}


def told(customers: str | None = "people", tables: dict[str, Table] = TABLES, **words: Any) -> list[tuple[str, str]]:
    found = faults({"value": Lifetime(**words)}, tables, ["people", "lines"], customers)
    return [(".".join(fault.keys), fault.said) for fault in found]


def test_what_holds_together_is_no_fault() -> None:
    assert told() == told(table="lines", amount="paid", of="people", unit="week", days=365) == []


@pytest.mark.parametrize(
    ("words", "keys", "said"),
    [
        ({"amount": "payd"}, "lifetime.value.amount", "there is no column 'payd' in 'lines'"),
        ({"amount": "city"}, "lifetime.value.amount", "'city' is a string, and no amount"),
        ({"of": "peple"}, "lifetime.value.of", "there is no table 'peple'"),
        ({"table": "lins"}, "lifetime.value.table", "there is no table 'lins'"),
        ({"by": "who"}, "lifetime.value.by", "no column 'who' in 'lines' holds the key of 'people'"),
        ({"time": "when"}, "lifetime.value.time", "there is no column 'when' in 'lines'"),
    ],
)
def test_what_does_not_is_told_with_its_place(words: dict[str, Any], keys: str, said: str) -> None:
    assert told(**words) == [(keys, said)]


def test_a_lifetime_of_nobody_is_told() -> None:
    [(keys, said)] = told(customers=None)
    assert (keys, said.startswith("whose lifetime?")) == ("lifetime.value", True)


def test_tables_that_were_faulty_themselves_are_not_judged_again() -> None:
    assert told(tables={"people": PEOPLE}, table="lines") == []
