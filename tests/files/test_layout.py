"""What first lines say of the rest."""

from __future__ import annotations

import pytest

from chaland.errors import DataError
from chaland.files.layout import Ask, Said, lines_of, read_layout
from chaland.files.report import Bounds


def _layout(text: str, **said: object):
    return read_layout(text.encode(), True, Ask(None, Said(**said), Bounds()), "f.csv")


def test_the_offset_is_where_the_records_begin():
    text = "Title\n\né,b\n1,2\n3,4\n"
    found = _layout(text)
    assert (text.encode()[found.offset :], found.lines, found.title, found.blank) == (b"1,2\n3,4\n", 3, 1, 1)


def test_a_blank_header_cell_too_many_is_left_out():
    assert _layout("a,,b\n1,2\n3,4\n5,6\n").cells == ["a", "b"]


def test_a_header_one_cell_short_leaves_the_first_column_without_name():
    assert _layout("a,b\n1,2,3\n4,5,6\n7,8,9\n").cells == ["", "a", "b"]


def test_blank_cells_at_the_end_of_the_header_may_be_absent():
    assert _layout("a,b,\n1,2,\n3,4,\n5,6,x\n").least == 2


def test_a_header_line_that_is_not_there_is_an_error():
    with pytest.raises(DataError, match="line 9"):
        _layout("a,b\n1,2\n", header=(9,))


def test_lines_of_a_text_with_and_without_its_last_end():
    assert lines_of("a\nb\n") == lines_of("a\nb") == ["a", "b"]
