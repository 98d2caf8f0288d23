"""Words of one table that do not agree with one another."""

from __future__ import annotations

import pytest

from chaland.spec import Column, Table
from chaland.spec.agreement import of_table, source_name


def said(columns, **more) -> dict[str, str]:
    table = Table.model_validate({"role": "customers", "source": {"kind": "csv"}, "columns": columns, **more})
    return {".".join(fault.keys): f"{fault.said} | {fault.hint}" for fault in of_table((), table)}


def of_column(**words) -> str:
    found = said({"a": words})
    return next(iter(found.values()), "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"type": "int", "min": 3, "max": 1}, "min is greater than max: 3 > 1"),
        ({"min": 0}, "min is for numbers and dates, and this column is a string"),
        ({"type": "bool", "max": 1}, "max is for numbers and dates"),
        ({"type": "date", "min": 5}, "min of a date column is 5"),
        ({"type": "float", "max": float("inf")}, "which bounds nothing"),
        ({"type": "ordinal"}, "an ordinal column needs its order"),
        ({"order": ["a", "b"]}, "order is for ordinal columns"),
        ({"type": "ordinal", "order": ["a", "a"]}, "a word stands twice in order"),
        ({"type": "bool", "one_of": ["yes"]}, "one_of is for words and whole numbers"),
        ({"type": "int", "one_of": ["one"]}, "'one' is not a whole number"),
        ({"type": "ordinal", "order": ["a"], "one_of": ["b"]}, "'b' is not in order"),
        ({"lower": True, "one_of": ["Yes"]}, "'Yes' can never be met"),
        ({"type": "bool", "words": {"Oui": "yes"}}, "a bool is 'true' or 'false'"),
        ({"type": "int", "words": {"none": "zero"}}, "that is no number"),
        ({"type": "ordinal", "order": ["a"], "words": {"x": "y"}}, "that is not in order"),
        ({"one_of": ["a"], "words": {"x": "y"}}, "that is not in one_of"),
        ({"words": {" ": "x"}}, "belongs in placeholders"),
        ({"coarsen": {"keep": 2}}, "coarsen is for quasi-identifiers"),
        ({"privacy": "quasi", "coarsen": {"step": 2}}, "step does not coarsen a string"),
        ({"privacy": "quasi", "coarsen": {}}, "coarsen takes one of step, keep and to"),
        ({"type": "date", "privacy": "quasi", "coarsen": {"keep": 2}}, "keep does not coarsen a date"),
        ({"broken": "clip"}, "clip moves a number to its min or max, and there is none"),
        ({"type": "int", "broken": {"max": "clip"}}, "broken names max, and the column has no such rule"),
        ({"one_of": ["a"], "broken": {"one_of": "clip"}}, "clip is for min and max of numbers, not for one_of"),
        ({"required": True, "broken": {"required": "null"}}, "a value that breaks required cannot be blanked"),
        ({"thousands": ".", "type": "float"}, "'.' cannot part thousands beside decimal = '.'"),
        ({"zone": "Europe/Pari"}, "no time zone is called 'Europe/Pari'"),
        ({"zone": "Europe/Paris"}, "times in 'Europe/Paris' cannot be read yet"),
        ({"role": "time"}, "a column of role time is a date or timestamp"),
        ({"role": "amount"}, "a column of role amount is a int or float or decimal"),
        ({"from": [" "]}, "an empty name"),
        ({"role": "key", "privacy": "free_text"}, "the key must stay"),
        ({"unique": True, "privacy": "free_text"}, "dropped before anybody could see it twice"),
    ],
)
def test_each_disagreement_is_told(words, told):
    assert told in of_column(**words)


@pytest.mark.parametrize(
    "words",
    [
        {"type": "int", "min": 0, "max": 10, "broken": "clip"},
        {"type": "decimal", "min": 0.5, "broken": {"min": "clip", "type": "null"}},
        {"type": "ordinal", "order": ["a", "b"], "words": {"A!": "a"}},
        {"type": "int", "one_of": ["1", "-2"]},
        {"type": "float", "words": {"one": "1,5"}, "decimal": ","},
        {"privacy": "quasi", "coarsen": {"keep": 2}},
        {"type": "date", "privacy": "quasi", "coarsen": {"to": "year"}},
        {"type": "timestamp", "zone": "UTC", "role": "time"},
        {"role": "key", "broken": {"required": "reject"}},
    ],
)
def test_what_agrees_is_left_in_peace(words):
    assert of_column(**words) == ""


def test_one_column_alone_is_the_key_and_several_may_be_categories():
    assert said({"a": {"role": "key"}, "b": {"role": "key"}}) == {
        "columns.b.role": "'a' has the role key already | One column of a table plays it."
    }
    assert said({"a": {"role": "category"}, "b": {"role": "category"}}) == {}


def test_two_columns_cannot_claim_one_name_in_the_files():
    assert "'state' is claimed by 'state' already" in said({"state": {}, "b": {"from": ["x", " STATE"]}})["columns.b.from"]


def test_names_in_files_are_compared_without_case_blanks_and_forms_of_accents():
    assert source_name(" Cafe\u0301 ") == source_name("CAFÉ")


def test_expressions_see_columns_and_rules_see_derived_ones_too():
    columns = {"a": {"type": "int"}, "note": {"privacy": "free_text"}}
    assert said(columns, derive={"b": "a + 1"}, rules={"ok": "b > a"}) == {}
    assert "there is no column 'note'" in said(columns, rules={"ok": "note = 'x'"})["rules.ok"]
    assert "there is a column 'a' already" in said(columns, derive={"a": "1"})["derive.a"]
    assert "rule of chaland's own" in said(columns, rules={"unique": "a > 1"})["rules.unique"]


def test_expressions_are_told_where_types_do_not_go_together():
    columns = {
        "who": {"role": "key", "type": "int"},
        "a": {"type": "int"},
        "d": {"type": "decimal"},
        "o": {"type": "ordinal", "order": ["x"]},
    }
    assert "'who' is a text, and + wants a number" in said(columns, derive={"b": "who + 1"})["derive.b"]
    assert "'b' is a text, and '1' is a whole number" in said(columns, derive={"b": "o || a"}, rules={"r": "b = 1"})["rules.r"]
    assert said(columns, derive={"b": "d * 1.2"}, amount="b + a", rules={"r": "b >= 0 and o = 'x'"}) == {}


def test_clip_as_one_word_clips_bounds_and_rejects_the_rest():
    column = Column.model_validate({"type": "int", "min": 0, "broken": "clip"})
    assert (column.on_broken("min"), column.on_broken("type")) == ("clip", "reject")
