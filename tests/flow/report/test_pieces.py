"""Laws of the pieces that sections are made of."""

from __future__ import annotations

from chaland.flow.report.pieces import named, share, total


def test_the_total_of_nothing_is_nothing():
    assert (total(None), total({}), total({"a": 2, "b": 3})) == (0, 0, 5)


def test_a_share_of_nothing_is_nothing():
    assert (share(3, 0), share(3, 12)) == (0.0, 0.25)


def test_the_small_line_is_escaped_and_left_out_where_there_is_none():
    assert (named("a<b", "c&d"), named("a", "")) == ("a&lt;b<small>c&amp;d</small>", "a")
