"""What draws the pictures of trends: the report's own SVG, or another pen that is handed the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from markupsafe import Markup

from chaland.flow.report import charts, marks
from chaland.flow.report.charts import Axis, Line
from chaland.flow.report.marks import Bar, Box, Cell


class Pen(Protocol):
    """Draws one picture from plain numbers; gives what stands in the page, empty where it draws elsewhere."""

    def bars(self, items: Sequence[Bar], label: str) -> Markup:
        """Bars that lie, one below the other."""

    def plane(self, x: Axis, y: Axis, lines: Sequence[Line], label: str) -> Markup:
        """Lines over two axes."""

    def histogram(self, bins: Sequence[tuple[float, float, float]], x: Axis, y: Axis, label: str) -> Markup:
        """Upright bars over (from, to, how many)."""

    def boxes(self, items: Sequence[Box], x: Axis, label: str) -> Markup:
        """Boxes that lie, one below the other."""

    def cells(self, names: Sequence[str], heads: Sequence[str], rows: Sequence[Sequence[Cell]], label: str) -> Markup:
        """A coloured table."""


class Inline:
    """The report's pen: inline SVG."""

    bars = staticmethod(marks.bars)
    plane = staticmethod(charts.plane)
    histogram = staticmethod(marks.histogram)
    boxes = staticmethod(marks.boxes)
    cells = staticmethod(marks.cells)


INLINE: Pen = Inline()
