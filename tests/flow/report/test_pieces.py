"""Laws of the pieces that sections are made of."""

from __future__ import annotations

from chaland.flow.report.pieces import Grid, in_order, named, share, total


def test_the_total_of_nothing_is_nothing():
    assert (total(None), total({}), total({"a": 2, "b": 3})) == (0, 0, 5)


def test_a_share_of_nothing_is_nothing():
    assert (share(3, 0), share(3, 12)) == (0.0, 0.25)


def test_the_small_line_is_escaped_and_left_out_where_there_is_none():
    assert (named("a<b", "c&d"), named("a", "")) == ("a&lt;b<small>c&amp;d</small>", "a")


def test_a_long_table_is_folded_and_a_table_a_little_longer_is_not():
    assert [Grid("", ("",), [("x",)] * rows).shown for rows in (3, 11, 12, 500)] == [3, 11, 8, 8]


def test_what_is_known_comes_in_its_order_and_the_rest_by_name():
    assert list(in_order({"z": 1, "a": 2, "recall": 3, "f1": 4}, ("f1", "precision", "recall"))) == ["f1", "recall", "a", "z"]
