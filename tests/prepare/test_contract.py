"""Every value is held to its contract, and what befalls it is told."""

from collections.abc import Callable
from typing import Any

import ibis.expr.types as ir
import pytest

from chaland.prepare import contract
from tests.prepare.conftest import table_of

Enforced = Callable[..., ir.Table]


def told(rows: ir.Table, column: str) -> list[Any]:
    return rows.order_by("_line").to_pyarrow()[column].to_pylist()


def ledger(rows: ir.Table) -> list[tuple[Any, ...]]:
    found = contract.changes(rows).order_by(["_line", "column", "rule"]).to_pyarrow().to_pylist()
    return [(row["_line"], row["column"], row["rule"], row["before"], row["after"], row["action"]) for row in found]


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [({"type": "int"}, "x", "c.type"), ({"required": True}, " ", "c.required"), ({"type": "int", "min": 1}, "0", "c.min"), ({"type": "float", "max": 1}, "1.01", "c.max"),
     ({"one_of": ["a", "b"]}, "d", "c.one_of"), ({"matches": "[a-z]+"}, "a1", "c.matches"), ({"type": "date", "min": "2020-01-01"}, "2019-12-31", "c.min")],
)  # fmt: skip
def test_a_broken_rule_is_the_reason(enforced: Enforced, column: dict[str, Any], text: str, reason: str) -> None:
    assert told(enforced(table_of({"c": column}), {"c": [text]}), "_reason") == [reason]


@pytest.mark.parametrize("column", [{"type": "int", "min": 1, "max": 5}, {"one_of": ["5"]}, {"matches": "[0-9]"}, {"required": True}])
def test_a_value_that_keeps_the_rules_has_no_reason(enforced: Enforced, column: dict[str, Any]) -> None:
    assert told(enforced(table_of({"c": column}), {"c": ["5"]}), "_reason") == [None]


def test_a_null_breaks_no_rule_but_required(enforced: Enforced) -> None:
    rows = enforced(table_of({"c": {"type": "int", "min": 1}, "d": {"one_of": ["a"]}}), {"c": [None], "d": [""]})
    assert told(rows, "_reason") == [None]


def test_the_first_broken_rule_in_the_order_of_the_file_is_the_reason(enforced: Enforced) -> None:
    rows = enforced(table_of({"b": {"type": "int"}, "a": {"type": "int"}}), {"a": ["x"], "b": ["y"]})
    assert told(rows, "_reason") == ["b.type"]


def test_a_fault_of_the_file_comes_before_every_rule(enforced: Enforced) -> None:
    rows = enforced(table_of({"c": {"required": True}}), {"c": [None]}, ["ragged"])
    assert told(rows, "_reason") == ["ragged"]
    assert ledger(rows) == []


def test_a_value_may_be_blanked_or_moved_to_a_bound_and_the_ledger_says_so(enforced: Enforced) -> None:
    table = table_of({"n": {"type": "int", "max": 10, "broken": {"max": "clip", "type": "null"}}})
    rows = enforced(table, {"n": ["99", "x9", "7"]})
    assert told(rows, "n") == [10, None, 7]
    assert ledger(rows) == [(2, "n", "max", "99", "10", "clip"), (3, "n", "type", "a9", "", "null")]


def test_placeholders_and_respelt_words_are_in_the_ledger_and_trimming_is_not(enforced: Enforced) -> None:
    rows = enforced(table_of({"w": {"words": {"CC": "Card"}, "placeholders": [" "]}}), {"w": ["CC", " ", " Card "]})
    assert ledger(rows) == [(2, "w", "words", "CC", "Card", "words"), (3, "w", "placeholder", " ", "", "null")]


def test_reading_a_word_as_a_truth_is_no_change_of_meaning(enforced: Enforced) -> None:
    assert ledger(enforced(table_of({"b": {"type": "bool", "words": {"VRAI": "true"}}}), {"b": ["VRAI"]})) == []


def test_text_that_is_not_what_it_should_be_is_told_by_its_shape_alone(enforced: Enforced) -> None:
    rows = enforced(table_of({"n": {"type": "int"}, "w": {"one_of": ["a"]}}), {"n": ["Ann 555"], "w": ["Ann"]})
    assert [entry[3] for entry in ledger(rows)] == ["aaa 999", "aaa"]
    assert told(rows, "w") == [None]


def test_identifiers_never_come_out_not_even_when_they_break_a_rule(enforced: Enforced) -> None:
    table = table_of({"phone": {"privacy": "identifier", "matches": "[0-9]+"}, "note": {"privacy": "free_text", "required": True}})
    rows = enforced(table, {"phone": ["canary", "555123"], "note": ["secret note", None]})
    text = str(rows.to_pyarrow().to_pylist()) + str(ledger(rows))
    assert [word for word in ("canary", "555123", "secret note") if word in text] == []
    assert told(rows, "_reason") == ["phone.matches", "note.required"]


def test_the_key_of_a_customer_is_a_pseudonym_without_being_declared(enforced: Enforced) -> None:
    rows = enforced(table_of({"id": {"role": "key"}}), {"id": ["A-1", " A-1 ", "B"]})
    first, second, third = told(rows, "id")
    assert first == second != third
    assert len(first) == 32


def test_another_secret_gives_other_pseudonyms(enforced: Enforced) -> None:
    table = table_of({"id": {"role": "key"}})
    assert told(enforced(table, {"id": ["A"]}), "id") != told(enforced(table, {"id": ["A"]}, secret=b"other"), "id")


def test_rules_see_what_was_written_and_the_lake_keeps_it_coarser(enforced: Enforced) -> None:
    rows = enforced(table_of({"age": {"type": "int", "min": 18, "privacy": "quasi", "coarsen": {"step": 10}}}), {"age": ["19", "17"]})
    assert told(rows, "age") == [10, 10]
    assert told(rows, "_reason") == [None, "age.min"]


def test_rows_that_are_only_coarsened_alike_are_not_the_same_row(enforced: Enforced) -> None:
    rows = enforced(table_of({"zip": {"privacy": "quasi", "coarsen": {"keep": 2}}}), {"zip": ["75011", "75012", "75011"]})
    first, second, third = told(rows, "_seal")
    assert first == third != second


def test_equal_numbers_written_differently_are_the_same_row(enforced: Enforced) -> None:
    rows = enforced(table_of({"n": {"type": "float"}}), {"n": ["10", "10.0", "1e1", "10.1"]})
    seals = told(rows, "_seal")
    assert seals[0] == seals[1] == seals[2] != seals[3]


def test_a_column_that_is_not_there_yet_changes_no_seal(enforced: Enforced) -> None:
    one = enforced(table_of({"n": {"type": "float"}}), {"n": ["10"]})
    two = enforced(table_of({"n": {"type": "float"}, "new": {"optional": True}}), {"n": ["10"], "new": [None]})
    assert told(one, "_seal") == told(two, "_seal")
