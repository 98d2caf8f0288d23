"""Expressions: one row, listed functions, no way out."""

from __future__ import annotations

import pytest

from chaland.spec.functions import TABLE
from chaland.spec.sql import FUNCTIONS, faults

COLUMNS = ("day_minutes", "eve_minutes", "state", "born", "churned")
WANTED = {
    "number": "day_minutes",
    "float": "day_minutes",
    "int": "day_minutes",
    "string": "state",
    "words": "state",
    "any": "state",
    "moment": "born",
    "timestamp": "born",
    "'int'": "1",
    "'string'": "'g'",
    "'pattern'": "'a'",
    "'unit'": "'month'",
    "'part'": "'year'",
    "'format'": "'%Y'",
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_listed_function_may_be_used(function):
    arguments = [WANTED[want.rstrip("?*")] for want in TABLE[function].takes if want != "'int'?"]
    assert faults(f"{function}({', '.join(arguments)})", COLUMNS) == []


@pytest.mark.parametrize(
    "text",
    [
        "day_minutes + eve_minutes > 0",
        "day_minutes BETWEEN 1 AND 2 AND NOT churned",
        "state IN ('KS', 'OH') OR state IS NULL",
        "CASE WHEN day_minutes > 1 THEN 'x' ELSE 'y' END = state",
        "CAST(state AS INTEGER) > 1 AND day_minutes::int = 3",
        "born > DATE '2020-01-01' - INTERVAL 1 DAY",
        "extract(year FROM born) = 2020",
        "state LIKE 'K%'",
        '"day_minutes" > 1',
    ],
)
def test_scalar_expressions_pass(text):
    assert faults(text, COLUMNS, truth=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "select 1",
        "state in (select 1)",
        "exists(select 1)",
        "drop table x",
        "1; drop table x",
        "1) as a, (2",
        "1 -- and the bracket is gone",
        "state /* x */ = 'a'",
        "sum(day_minutes)",
        "count(*)",
        "row_number() over ()",
        "read_csv('x')",
        "getenv('HOME')",
        "query('select 1')",
        "list_transform([1], x -> x)",
        "{'a': 1}",
        "COLUMNS('.*')",
        "*",
        "?",
        "$1",
        "rows.state",
        "now()",
        "random()",
        "state, born",
        "attach 'x'",
        "copy x to 'y'",
        "pragma x",
        "day_minutes > 1 qualify true",
        "((((",
        "'open",
        "",
        "(" * 3000,
        "day_minutes" + " + 1" * 5000,
    ],
)
def test_anything_else_is_refused(text):
    assert faults(text, COLUMNS)


def test_a_misspelt_column_and_function_get_the_nearest_word():
    assert faults("daay_minutes > 0", COLUMNS) == [("there is no column 'daay_minutes'", "Did you mean 'day_minutes'?")]
    assert faults("lenght(state) > 0", COLUMNS) == [("the function 'lenght' cannot be used here", "Did you mean 'length'?")]


def test_a_text_in_double_quotes_is_told_so():
    assert faults('state = "KS"', COLUMNS) == [("there is no column 'KS'", "A text stands in single quotes: 'KS'.")]


def test_a_rule_that_is_a_number_is_refused():
    assert faults("day_minutes + 1", COLUMNS, truth=True) == [("a rule must be true or false", "Compare with something, as: total >= 0.")]
