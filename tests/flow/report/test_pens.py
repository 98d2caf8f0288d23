"""The report's own pen draws what its pictures always were."""

from chaland.flow.report import marks
from chaland.flow.report.marks import Bar
from chaland.flow.report.pens import INLINE


def test_the_inline_pen_draws_svg() -> None:
    items = [Bar("a", 2.0, "2"), Bar("b", 1.0, "1")]
    assert INLINE.bars(items, "two bars") == marks.bars(items, "two bars")
