"""Laws of the pieces that sections are made of."""

from __future__ import annotations

import pytest

from chaland.flow.report.pieces import Grid, GroupErrors, in_order, named, share, total, wilson


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


@pytest.mark.parametrize(("part", "whole", "ends"), [(8, 10, (0.490, 0.943)), (0, 20, (0.0, 0.161)), (0, 0, (0.0, 1.0))])
def test_the_interval_of_a_share_is_wilsons(part, whole, ends):
    assert wilson(part, whole) == pytest.approx(ends, abs=5e-4)


def test_counts_of_a_group_come_from_its_shares():
    told = {"column": "gender", "group": "F", "rows": 300, "positives": 0.15, "told_positive": 0.13, "precision": 0.9, "recall": 0.8}
    assert GroupErrors.of(told) == GroupErrors("gender", "F", 300, 45, 39, 36)


def test_a_group_in_which_nobody_really_is_has_nobody_found():
    told = {"column": "gender", "group": "F", "rows": 300, "positives": 0.0, "told_positive": 0.13, "recall": None}
    assert GroupErrors.of(told).found == 0
