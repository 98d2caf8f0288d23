"""Pictures as inline SVG: no script, no font of their own, readable at 340 pixels, told in words by their labels.

Every function takes plain numbers and gives Markup; whatever is text is escaped. Colours are the page's, by class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from markupsafe import Markup, escape

Point = tuple[float, float]
Written = Callable[[float], str]
WIDTH, HEIGHT = 420, 320
EDGE = 1e-9
LEFT, RIGHT, TOP, BOTTOM = 66, 22, 14, 48


@dataclass(frozen=True)
class Axis:
    """One axis: its title, its ends, where its ticks stand, and how their numbers are written."""

    title: str
    low: float
    high: float
    ticks: tuple[float, ...]
    written: Written

    def share(self, value: float) -> float:
        """Where a value lies between the ends, from 0 to 1, never outside."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low))) if self.high > self.low else 0.0


@dataclass(frozen=True)
class Line:
    """A line through points, with the class that gives its colour; `dots` shows the points too."""

    points: Sequence[Point]
    kind: str
    dots: bool = False


def stacked(parts: Sequence[tuple[float, str]], label: str) -> Markup:
    """One bar of several parts, each with the class of its colour; as wide as the page lets it be."""
    total = sum(value for value, _ in parts) or 1
    rects, at = [], 0.0
    for value, kind in parts:
        wide = 100 * value / total
        rects.append(f'<rect class="{escape(kind)}" x="{at:.3f}%" width="{wide:.3f}%" height="100%"/>')
        at += wide
    return Markup(f'<svg class="stack" role="img" aria-label="{escape(label)}">{"".join(rects)}</svg>')


def bar(share: float, kind: str = "c-main") -> Markup:
    """A bar in a cell of a table, from 0 to 1; the number stands beside it, so it is hidden from readers of text."""
    wide = 100 * min(1.0, max(0.0, share))
    return Markup(
        f'<svg class="bar" aria-hidden="true"><rect class="c-bed" width="100%" height="100%"/><rect class="{escape(kind)}" width="{wide:.2f}%" height="100%"/></svg>'
    )


def spans(low: float, value: float, high: float, axis: tuple[float, float], mark: float | None = None) -> Markup:
    """An interval in a cell: a line from low to high, a dot at the value, and a thin mark where the baseline is."""
    width = (axis[1] - axis[0]) or 1.0

    def place(number: float) -> float:
        return 2 + 96 * min(1.0, max(0.0, (number - axis[0]) / width))

    marked = "" if mark is None else f'<line class="l-base" x1="{place(mark):.2f}%" x2="{place(mark):.2f}%" y1="0" y2="100%"/>'
    line = f'<line class="l-main" x1="{place(low):.2f}%" x2="{place(high):.2f}%" y1="50%" y2="50%"/>'
    return Markup(
        f'<svg class="span" aria-hidden="true">{marked}{line}<circle class="c-main" cx="{place(value):.2f}%" cy="50%" r="4.5"/></svg>'
    )


def plane(x: Axis, y: Axis, lines: Sequence[Line], label: str) -> Markup:
    """Lines over two axes."""
    drawn = "".join(_line(line, x, y) for line in lines)
    return picture(frame(x, y) + drawn, label)


def scatter(x: Axis, y: Axis, groups: Sequence[Sequence[Point]], names: Sequence[str], label: str) -> Markup:
    """Points over two axes, the points of a group in one colour, its short name at its middle."""
    drawn = "".join(_cloud(points, number, x, y) for number, points in enumerate(groups))
    drawn += "".join(_middle(points, names[number], x, y) for number, points in enumerate(groups) if points)
    return picture(frame(x, y) + drawn, label)


def ticks(low: float, high: float, about: int = 5) -> tuple[float, ...]:
    """Round numbers between two ends, about so many (after Heckbert 1990)."""
    if not high > low:
        return (low,)
    rough = (high - low) / about
    power = 10.0 ** _exponent(rough)
    step = next((power * nice for nice in (1, 2, 5) if power * nice >= rough), power * 10)
    first = ceil(low / step - EDGE)
    count = floor(high / step + EDGE) - first + 1
    return tuple(round((first + place) * step, 10) for place in range(max(count, 1)))


def _exponent(number: float) -> int:
    return int(f"{number:e}".rpartition("e")[2])


def x_of(axis: Axis, value: float) -> float:
    """Where a value lies from the left, in the units of the picture."""
    return LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT)


def y_of(axis: Axis, value: float) -> float:
    """Where a value lies from the top."""
    return HEIGHT - BOTTOM - axis.share(value) * (HEIGHT - TOP - BOTTOM)


def picture(inside: str, label: str) -> Markup:
    """What is drawn, with its label for those who do not see it."""
    return Markup(f'<svg class="plane" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">{inside}</svg>')


def frame(x: Axis, y: Axis) -> str:
    """The grid, the ticks and the titles of two axes."""
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM
    parts = []
    for tick in x.ticks:
        at = x_of(x, tick)
        parts.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{bottom}"/>')
        parts.append(f'<text class="tick" x="{at:.1f}" y="{bottom + 17}" text-anchor="middle">{escape(x.written(tick))}</text>')
    for tick in y.ticks:
        at = y_of(y, tick)
        parts.append(f'<line class="grid" x1="{left}" x2="{right}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(f'<text class="tick" x="{left - 6}" y="{at + 4:.1f}" text-anchor="end">{escape(y.written(tick))}</text>')
    parts.append(f'<text class="axis" x="{(left + right) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{escape(x.title)}</text>')
    middle = (top + bottom) / 2
    parts.append(
        f'<text class="axis" x="12" y="{middle}" text-anchor="middle" transform="rotate(-90 12 {middle})">{escape(y.title)}</text>'
    )
    return "".join(parts)


def _line(line: Line, x: Axis, y: Axis) -> str:
    places = [(x_of(x, a), y_of(y, b)) for a, b in line.points]
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
    dots = "".join(f'<circle class="dot" cx="{a:.1f}" cy="{b:.1f}" r="3.5"/>' for a, b in places) if line.dots else ""
    return f'<g class="{escape(line.kind)}"><polyline points="{path}"/>{dots}</g>'


def _cloud(points: Sequence[Point], number: int, x: Axis, y: Axis) -> str:
    path = "".join(f"M{x_of(x, a):.1f} {y_of(y, b):.1f}h0" for a, b in points)
    return f'<path class="cloud s-{number % 8}" d="{path}"/>'


def _middle(points: Sequence[Point], name: str, x: Axis, y: Axis) -> str:
    a, b = (sum(point[side] for point in points) / len(points) for side in (0, 1))
    return f'<text class="middle" x="{x_of(x, a):.1f}" y="{y_of(y, b) + 6:.1f}" text-anchor="middle">{escape(name)}</text>'
