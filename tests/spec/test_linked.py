"""Rows of transactions are linked to those whose they are, or it is said why they cannot be."""

from typing import Any

import pytest

from chaland.features import breadth, returns
from chaland.spec import Table
from chaland.spec.linked import Linked, faults


def table(role: str, **columns: dict[str, Any]) -> Table:
    return Table.model_validate({"role": role, "source": {"kind": "csv", "path": "x"}, "columns": columns})


PEOPLE = table("customers", id={"role": "key"})
LINES = table("transactions", who={"privacy": "identifier"}, id={}, at={"type": "timestamp", "role": "time"})
CLICKS = table("events", id={"privacy": "identifier"}, at={"type": "timestamp", "role": "time"})


def told(tables: dict[str, Table], **words: Any) -> list[tuple[tuple[str, ...], str]]:
    found = faults(
        ("features", "f"),
        "rfm",
        {"transactions": {"time", "event"}} if words.pop("event_too", False) else {"transactions": {"time"}},
        Linked(**words),
        tables,
        "people",
    )
    return [(fault.keys, fault.said) for fault in found]


def test_transactions_come_before_events() -> None:
    assert Linked().linked({"clicks": CLICKS, "lines": LINES}) == "lines"
    assert Linked().linked({"clicks": CLICKS}) == "clicks"
    assert Linked(table="clicks").linked({"clicks": CLICKS, "lines": LINES}) == "clicks"


def test_what_can_be_linked_is_no_fault() -> None:
    assert told({"people": PEOPLE, "lines": LINES}, by="who") == told({"people": PEOPLE, "clicks": CLICKS}) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"table": "line"}, "there is no table 'line'"),
        ({"by": "whom"}, "no column 'whom' in 'lines' holds the key of 'people'"),
        ({}, "rows of 'lines' can never be linked to 'people': 'id' of 'lines' is no pseudonym, and the other is"),
        ({"by": "who", "time": "when"}, "there is no column 'when' in 'lines'"),
        ({"by": "who", "event_too": True}, "rfm needs a column of role 'event' in the table 'lines', and there is none"),
    ],
)
def test_what_cannot_is_told_with_its_word(words: dict[str, Any], said: str) -> None:
    assert [one for _, one in told({"people": PEOPLE, "lines": LINES}, **words)] == [said]


def test_every_word_that_names_a_column_or_a_table_names_one_that_is_there() -> None:
    tables = {"people": PEOPLE, "lines": LINES}
    wide = breadth.Options(kind="breadth", by="who", over=("at", "modle"))
    back = returns.Options(kind="returns", by="who", when="is_return", order="ordre", against="bought")
    assert [(fault.keys[-1], fault.said) for fault in faults(("f",), "breadth", {}, wide, tables, "people")] == [
        ("over", "there is no column 'modle' in 'lines'")
    ]
    assert [(fault.keys[-1], fault.said) for fault in faults(("f",), "returns", {}, back, tables, "people")] == [
        ("against", "there is no table 'bought'"),
        ("order", "there is no column 'ordre' in 'lines'"),
        ("when", "there is no column 'is_return' in 'lines'"),
    ]


def test_without_such_a_table_there_is_nothing_to_count() -> None:
    assert told({"people": PEOPLE})[0][1] == "rfm needs a table of role 'transactions' or 'events', and there is none"
