"""Laws of the pictures: well-formed, escaped, inside their frame."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from chaland.flow.report import charts
from chaland.flow.report.charts import Axis, Line

UNIT = Axis("of all", 0.0, 1.0, (0.0, 0.5, 1.0), str)
EVIL = '<script>"&'


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def test_every_picture_is_well_formed_and_escapes_its_label():
    pictures = [
        charts.stacked([(1.0, "a"), (3.0, "b")], EVIL),
        charts.plane(UNIT, UNIT, [Line([(0.0, 0.0), (1.0, 1.0)], "l-main", dots=True)], EVIL),
        charts.scatter(UNIT, UNIT, [[(0.1, 0.2)], []], ["0", "1"], EVIL),
    ]
    assert [parsed(svg).get("aria-label") for svg in pictures] == [EVIL] * 3


def test_axis_titles_are_escaped():
    assert "<script>" not in charts.plane(Axis(EVIL, 0, 1, (0.0,), str), UNIT, [], "")


def test_the_parts_of_a_bar_fill_it():
    rects = parsed(charts.stacked([(1.0, "a"), (3.0, "b"), (0.0, "c")], "")).findall("rect")
    assert [(rect.get("x"), rect.get("width")) for rect in rects] == [("0.000%", "25.000%"), ("25.000%", "75.000%"), ("100.000%", "0.000%")]


def test_a_bar_of_nothing_is_empty():
    assert [rect.get("width") for rect in parsed(charts.stacked([(0.0, "a")], "")).findall("rect")] == ["0.000%"]


@pytest.mark.parametrize(("share", "width"), [(-1.0, "0.00%"), (0.25, "25.00%"), (7.0, "100.00%")])
def test_a_bar_never_leaves_its_bed(share, width):
    assert parsed(charts.bar(share)).findall("rect")[1].get("width") == width


def test_an_interval_lies_around_its_value():
    svg = parsed(charts.spans(0.4, 0.5, 0.6, (0.0, 1.0), mark=0.0))
    base, line = svg.findall("line")
    assert (base.get("x1"), line.get("x1"), svg.find("circle").get("cx"), line.get("x2")) == ("2.00%", "40.40%", "50.00%", "59.60%")


def test_intervals_on_an_axis_without_length_are_drawn_all_the_same():
    assert parsed(charts.spans(0.5, 0.5, 0.5, (0.5, 0.5))) is not None


def test_points_outside_the_axes_are_drawn_at_the_edge():
    path = parsed(charts.plane(UNIT, UNIT, [Line([(-5.0, 2.0)], "l-main")], "")).find(".//polyline").get("points")
    assert path == f"{charts.LEFT:.1f},{charts.TOP:.1f}"


def test_the_points_of_each_group_are_in_its_own_colour():
    paths = parsed(charts.scatter(UNIT, UNIT, [[(0.1, 0.1), (0.2, 0.2)], [(0.9, 0.9)]], ["a", "b"], "")).findall("path")
    assert [(path.get("class"), len(re.findall("M", path.get("d")))) for path in paths] == [("cloud s-0", 2), ("cloud s-1", 1)]


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0, 1, (0, 0.2, 0.4, 0.6, 0.8, 1)), (-3, 5, (-2, 0, 2, 4)), (0, 1234, (0, 500, 1000)), (2, 2, (2,))]
)
def test_ticks_are_round_numbers_between_the_ends(low, high, expected):
    assert charts.ticks(low, high) == expected
