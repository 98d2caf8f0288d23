"""Headers found, compared and made unique."""

from __future__ import annotations

import pytest

from chaland.errors import DataError
from chaland.files.header import match, other_header, same, unique


def test_headers_are_compared_trimmed_composed_and_without_case():
    assert same(" E\u0301TAT\ufeff ") == same("état")


def test_unique_names_do_not_collide_with_names_that_look_numbered():
    assert unique(["a", "a", "a_2", ""]) == ["a", "a_3", "a_2", "column_4"]


def test_a_header_in_another_order_is_another_header():
    assert other_header(["c", "a", "b"], {"a", "b", "c"})
    assert not other_header(["a", "x", "y"], {"a", "b", "c"})


def test_an_error_names_file_line_and_all_columns():
    with pytest.raises(DataError) as caught:
        match(["state"], {"a": (("x",), False), "b": (("y", "z"), False)}, "f.csv", 3)
    assert [(fault.code, fault.where.file, fault.where.line) for fault in caught.value.faults] == [("column_missing", "f.csv", 3)] * 2
