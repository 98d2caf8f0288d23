"""A line with a quote too many is read in the one way that fits, or not at all."""

from __future__ import annotations

import pytest

from chaland.files.dialect import Dialect
from chaland.files.repair import repaired


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ('"x,"text, more",z', ['"x', "text, more", "z"]),
        ('x,""text, more",z', ["x", '"text, more', "z"]),
        ('x,"text, 24"",z', ["x", 'text, 24"', "z"]),
        ('x,y,"', ["x", "y", '"']),
    ],
)
def test_the_one_way_that_fits_is_taken(line, fields):
    assert repaired(line, Dialect(), 3) == fields


def test_no_way_is_none():
    assert repaired('"x,y', Dialect(), 3) is None


def test_a_monstrous_line_is_not_tried():
    assert repaired('"' + "," * 100_000, Dialect(), 3) is None
