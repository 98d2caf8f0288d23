"""The dialect of first lines."""

from __future__ import annotations

from chaland.files.dialect import Dialect
from chaland.files.sniff import dialect, looks_like_data


def _found(text: str, *wanted: str) -> Dialect:
    return dialect(text.splitlines(), Dialect(), set(), lambda cells: len(set(cells) & set(wanted)))


def test_times_make_no_colon_separator():
    assert _found("at\n10:15\n11:20\n12:25\n").separator == ","


def test_wanted_headers_outweigh_regular_looks():
    assert _found("a;b\n1,2;3,4\n5,6;7,8\n", "a", "b").separator == ";"


def test_what_is_said_is_not_guessed():
    assert dialect(["a;b", "1;2"], Dialect(separator=","), {"separator"}, lambda _: 0).separator == ","


def test_names_above_numbers_are_no_data():
    assert not looks_like_data(["id", "sum"], [["1", "2"], ["3", "4"]])
    assert looks_like_data(["5", "6"], [["1", "2"], ["3", "4"]])
    assert not looks_like_data(["what", "2001", "2002"], [["x", "2", "3"], ["y", "4", "5"]])
