"""Parts that do not go together are told in words, with the column's name."""

from __future__ import annotations

import pytest

from chaland.spec.sql import faults, kind_of

COLUMNS = {
    "n": "int",
    "x": "float",
    "money": "decimal(18, 2)",
    "wide": "decimal(38, 4)",
    "s": "string",
    "b": "bool",
    "day": "date",
    "t": "timestamp",
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("s + 1", "'s' is a text, and + wants a number"),
        ("n || x", "'x' is a number, and || wants a text"),
        ("s = 1", "'s' is a text, and '1' is a whole number"),
        ("b > 0", "'b' is true or false, and '0' is a whole number"),
        ("day > 'soon'", "is no date"),
        ("day > s", "'day' is a date, and 's' is a text"),
        ("t - t", "a timestamp less another is a span"),
        ("interval 1 day + day", "the date stands first"),
        ("day + interval (n) day", "a span is a whole number written out"),
        ("day + interval 1 century", "a span of 'century'"),
        ("money * money * money", "may have more than 38 digits"),
        ("abs(wide)", "abs wants at most 34"),
        ("x // 2", "// is for whole numbers"),
        ("not n", "'n' is a whole number, and not wants true or false"),
        ("n and b", "'n' is a whole number, and and wants true or false"),
        ("case when s then 1 end", "CASE WHEN wants true or false"),
        ("case n when 'a' then 1 end", "'n' is a whole number"),
        ("cast(x as varchar)", "it is not written alike on every engine"),
        ("cast(day as integer)", "'day' is a date"),
        ("n::smallint", "nothing is cast to SMALLINT here"),
        ("x::real", "nothing is cast to REAL here"),
        ("cast(x as decimal(30, 2))", "at most 18 digits"),
        ("s like s", "a pattern written out"),
        ("s like 'a' escape '#'", "ESCAPE is not for every engine"),
        ("round(x, n)", "round wants a whole number written out"),
        ("round(x, 20)", "0 to 12 digits"),
        ("date_part('dayz', day)", "dates have no part 'dayz'"),
        ("date_trunc('decade', day)", "there is no unit 'decade'"),
        ("date_part('hour', day)", "which has no hour"),
        ("date_trunc('hour', day)", "which has no hour"),
        ("date_diff('hour', day, t)", "which has no hour"),
        ("strftime(day, '%B')", "holds more than"),
        ("strftime(day, '%H')", "has no time of day"),
        ("regexp_matches(s, '(?i)a')", "is not for every engine"),
        ("regexp_extract(s, 'a', 1)", "has no group 1"),
        ("regexp_replace(s, 'a*', '')", "may meet nothing at all"),
        ("regexp_replace(s, 'a', '\\1')", "the pattern has no group"),
        ("regexp_replace(s, 'a', '', 'i')", "knows the option 'g'"),
        ("split_part(s, '-', 0)", "parts are counted from 1"),
        ("lpad(s, 3, '')", "the text is empty"),
        ("substr(s)", "substr takes 2 to 3 arguments, and here are 1"),
        ("day + interval 1 day > 'x'", "is no date"),
        ("interval 1 day", "a span of time has no column type"),
        ("null", "it is always null"),
        ("99999999999999999999999999999999999999999 > n", "more than 38 digits"),
    ],
)
def test_what_does_not_go_together_is_told(text: str, said: str) -> None:
    assert said in " | ".join(told for told, _ in faults(text, COLUMNS))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("n + 1", "int"),
        ("n / 2", "float"),
        ("n // 2", "int"),
        ("money * 3", "decimal(19, 2)"),
        ("money + money", "decimal(19, 2)"),
        ("round(money, 1)", "decimal(18, 1)"),
        ("money + x", "float"),
        ("day - day", "int"),
        ("day + 1", "date"),
        ("day + interval 1 month", "timestamp"),
        ("coalesce(n, x)", "float"),
        ("coalesce(day, '2024-01-01')", "date"),
        ("s || n", "string"),
        ("n > 1", "bool"),
        ("epoch(t)", "float"),
        ("length(s)", "int"),
        ("unknown + 1", "any"),
        ("((", "any"),
    ],
)
def test_the_kind_of_what_is_derived_is_known(text: str, kind: str) -> None:
    assert kind_of(text, COLUMNS) == kind


def test_of_columns_without_types_nothing_is_told() -> None:
    assert faults("s + 1 > x and n || x > s * 1.5", ["s", "x", "n"]) == []
