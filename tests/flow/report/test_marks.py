"""Bars, histograms, boxes and cells: what is drawn is where it should be, and whatever is text is escaped."""

from __future__ import annotations

import re

from chaland.flow.report import charts, marks
from chaland.flow.report.charts import Axis
from chaland.flow.report.marks import Bar, Box, Cell

AXIS = Axis("", 0.0, 10.0, (0.0, 5.0, 10.0), str)
BAD = "<b>&"


def numbers(svg: str, kind: str, what: str) -> list[float]:
    return [float(one) for one in re.findall(rf'class="{kind}"[^>]*? {what}="([\d.-]+)"', svg)]


def test_bars_are_as_long_as_their_values() -> None:
    wide = numbers(marks.bars([Bar("a", 10, "10"), Bar("b", 5, "5"), Bar("c", 0, "0")], "x"), "c-main", "width")
    assert (wide[0] / wide[1], wide[2]) == (2.0, 0.6)


def test_bars_below_zero_go_to_the_left_of_it() -> None:
    svg = marks.bars([Bar("a", 10, "10"), Bar("b", -10, "−10")], "x")
    left, wide = numbers(svg, "c-main", "x"), numbers(svg, "c-main", "width")
    assert (left[1] + wide[1], wide[0]) == (left[0], wide[1])


def test_the_bars_of_a_histogram_stand_side_by_side_on_the_ground() -> None:
    svg = marks.histogram([(0, 5, 10), (5, 10, 5)], AXIS, AXIS, "x")
    top, tall = numbers(svg, "c-main", "y"), numbers(svg, "c-main", "height")
    assert top[0] + tall[0] == top[1] + tall[1]
    assert tall[0] == 2 * tall[1]


def test_a_box_lies_between_its_quartiles_with_the_median_inside() -> None:
    svg = marks.boxes([Box("a", 0, 2, 5, 8, 10)], AXIS, "x")
    [left], [wide] = numbers(svg, "c-pale", "x"), numbers(svg, "c-pale", "width")
    [median] = numbers(svg, "l-base", "x1")
    assert left < median < left + wide
    assert abs(median - (left + wide / 2)) < 0.11


def test_a_cell_is_the_darker_the_greater_and_empty_without_a_value() -> None:
    svg = marks.cells(["r"], ["a", "b", "c"], [[Cell(1.0, "9"), Cell(-0.5, "4"), Cell(None)]], "x")
    assert re.findall(r'class="([\w-]+)"(?: fill-opacity="([\d.]+)")? x', svg)[0:0] == []
    assert re.findall(r'class="(c-main|f-quarantined)" fill-opacity="([\d.]+)"', svg) == [("c-main", "1.00"), ("f-quarantined", "0.52")]
    assert svg.count('class="c-bed"') == 1


def test_whatever_is_text_is_escaped_and_long_names_are_cut() -> None:
    drawn = [
        marks.bars([Bar(BAD, 1, BAD)], BAD),
        marks.boxes([Box(BAD, 0, 1, 2, 3, 4)], AXIS, BAD),
        marks.cells([BAD], [BAD], [[Cell(1.0, BAD)]], BAD),
    ]
    assert [BAD in svg for svg in drawn] == [False] * 3
    long = marks.boxes([Box("a name that goes on and on", 0, 1, 2, 3, 4)], AXIS, "x")
    assert "<title>a name that goes on and on</title>a name that goes …" in long
    longer = "a name that goes on and on and on and on"
    assert f"<title>{longer}</title>{longer[:33]}…" in marks.bars([Bar(longer, 1, "1")], "x")


def test_long_names_of_bars_take_more_of_the_room() -> None:
    short, long = (
        float(re.findall(r'<rect class="c-main" x="([\d.]+)"', marks.bars([Bar(name, 1, "1")], "x"))[0]) for name in ("a", "a" * 30)
    )
    assert long > short + 50


def test_heads_lie_flat_where_there_is_room_and_are_slanted_inside_the_picture_where_there_is_none() -> None:
    flat = marks.cells(["r"], ["one", "two"], [[Cell(0.5), Cell(0.5)]], "x")
    assert "rotate" not in flat
    slanted = marks.cells(["r"], ["a longer head"] * 6, [[Cell(0.5)] * 6], "x")
    last = max(float(at) for at in re.findall(r'<text class="tick" x="([\d.]+)"[^>]*rotate', slanted))
    assert last + len("a longer head") * marks.LETTER * 0.53 <= charts.WIDTH
