"""One record taken apart."""

from __future__ import annotations

import pytest

from chaland.files.dialect import Broken, Dialect


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("a,b", ["a", "b"]),
        ('"a,b",c', ["a,b", "c"]),
        ('"a""b",c', ['a"b', "c"]),
        ('a , "b" ,c', ["a ", "b", "c"]),
        ('"",""', ["", ""]),
        ('a"b,c', ['a"b', "c"]),
        ("", [""]),
        ("a,", ["a", ""]),
    ],
)
def test_doubled_quotes(line, fields):
    assert Dialect().split(line) == fields


def test_a_backslash_escapes_quotes_separators_and_itself():
    assert Dialect(escape="\\").split('"a\\"b\\\\",c\\,d,e') == ['a"b\\', "c,d", "e"]


def test_without_escape_a_quote_closes_only_before_a_separator():
    assert Dialect(escape="").split('"5"",x') == ['5"', "x"]


def test_without_quote_nothing_is_quoted():
    assert Dialect(quote="", escape="").split('"a,b"') == ['"a', 'b"']


def test_what_breaks_the_rules_is_told():
    assert Dialect().split('"a,b') is Broken.OPEN
    assert Dialect().split('"a"b,c') is Broken.STRAY


def test_a_record_may_span_lines_and_ends_where_it_ends():
    assert Dialect().take('"a\nb",c\r\nd,e') == (["a\nb", "c"], 7, [])
