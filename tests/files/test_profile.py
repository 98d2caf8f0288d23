"""A record that slipped sideways is seen by its kinds."""

from __future__ import annotations

from chaland.files.profile import fits, kinds, without_blank

ROWS = [[str(number), f"0{number}/02/2024", "word", ""] for number in range(1, 8)]


def test_kinds_of_columns():
    assert kinds(ROWS, 4) == ("number", "moment", None, "blank")


def test_too_few_rows_tell_nothing():
    assert kinds(ROWS[:2], 4) == (None,) * 4


def test_values_fit_their_kinds_and_blanks_fit_all():
    assert fits(["7", "", "x", ""], kinds(ROWS, 4))
    assert not fits(["x", "", "x", ""], kinds(ROWS, 4))
    assert not fits(["7", "", "", "x"], kinds(ROWS, 4))


def test_the_one_blank_that_can_go_goes():
    assert without_blank(["7", "", "08/02/2024", "x", ""], kinds(ROWS, 4)) == ["7", "08/02/2024", "x", ""]


def test_where_two_ways_fit_none_is_taken():
    assert without_blank(["", "a", "", "b"], (None, None, None)) is None
