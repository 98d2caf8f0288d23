"""More pictures as inline SVG: bars by name, histograms, boxes and cells; the same rules as in `charts`.

Names that are too long for their place are cut, and told whole to those who point at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

from markupsafe import Markup, escape

from chaland.flow.report.charts import BOTTOM, HEIGHT, RIGHT, WIDTH, Axis, frame, picture, x_of, y_of

NAME, WRITTEN, ROW, PAD = 138, 62, 22, 6
LONGEST, LONGEST_OF_BARS = 18, 34
FLAT, SLANT, UPRIGHT = 0, 58, 90
LETTER = 6.7
"""How wide a letter is, about."""
NARROW = 18.0
"""Below this width of a column heads stand upright, and nothing is written in cells."""
DEEP = 0.5
"""From this share of the deepest colour on, text in a cell is white."""


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its value, how that is written, and the class of its colour."""

    name: str
    value: float
    written: str
    kind: str = "c-main"


@dataclass(frozen=True)
class Box:
    """Five numbers of a group: the ends of its whiskers, its quartiles and its median."""

    name: str
    low: float
    first: float
    median: float
    third: float
    high: float


@dataclass(frozen=True)
class Cell:
    """One cell: how deep its colour is, from -1 (warm) over 0 (none) to 1 (cool), and what is written in it."""

    depth: float | None
    written: str = ""


def bars(items: Sequence[Bar], label: str) -> Markup:
    """Bars that lie, one below the other, from zero; long names take more of the room."""
    names = max(NAME, LETTER * min(max((len(one.name) for one in items), default=0), LONGEST_OF_BARS) + 14)
    low, high = min([0.0, *(one.value for one in items)]), max([0.0, *(one.value for one in items)])
    wide = WIDTH - names - WRITTEN - PAD
    scale = wide / (high - low) if high > low else 0.0
    lefts = [names + (min(one.value, 0.0) - low) * scale for one in items]
    parts = [_bar(place, one, names, left, abs(one.value) * scale) for place, (one, left) in enumerate(zip(items, lefts, strict=True))]
    return _drawn("".join(parts), PAD + ROW * len(items), label)


def histogram(bins: Sequence[tuple[float, float, float]], x: Axis, y: Axis, label: str) -> Markup:
    """Upright bars over (from, to, how many)."""
    parts = []
    for low, high, count in bins:
        left, right, top = x_of(x, low), x_of(x, high), y_of(y, count)
        wide, tall = max(right - left - 1, 0.8), HEIGHT - BOTTOM - top
        parts.append(f'<rect class="c-main" x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}"/>')
    return picture(frame(x, y) + "".join(parts), label)


def boxes(items: Sequence[Box], x: Axis, label: str) -> Markup:
    """Boxes that lie, one below the other: whiskers, quartiles, median."""
    tall = PAD + ROW * len(items)
    frame = "".join(_tick(NAME + x.share(tick) * (WIDTH - NAME - RIGHT), tall, x.written(tick)) for tick in x.ticks)
    parts = "".join(_box(place, one, x) for place, one in enumerate(items))
    return _drawn(frame + parts, tall + 22, label)


def cells(names: Sequence[str], heads: Sequence[str], rows: Sequence[Sequence[Cell]], label: str) -> Markup:
    """A coloured table: one row per name, one column per head, heads above: flat where there is room for them, else slanted."""
    longest = max((len(_cut(head)) for head in heads), default=0) * LETTER
    wide = (WIDTH - NAME - PAD) / max(len(heads), 1)
    turn = FLAT if longest <= wide else SLANT if wide >= NARROW else UPRIGHT
    wide -= max(longest * cos(radians(turn)) - wide / 2, 0.0) / len(heads) if turn == SLANT else 0.0
    above = 18 + longest * sin(radians(turn))
    tall = min(ROW, max(wide, 14.0))
    parts = [_head(NAME + wide * (place + 0.5), above, head, turn) for place, head in enumerate(heads)]
    for place, (name, row) in enumerate(zip(names, rows, strict=True)):
        top = above + place * tall
        parts.append(_name(name, top + tall / 2 + 4))
        parts += [_cell(NAME + wide * column, top, wide, tall, one) for column, one in enumerate(row)]
    return _drawn("".join(parts), above + tall * len(rows) + PAD, label)


def _drawn(inside: str, tall: float, label: str) -> Markup:
    return Markup(f'<svg class="plane" viewBox="0 0 {WIDTH} {tall:.0f}" role="img" aria-label="{escape(label)}">{inside}</svg>')


def _bar(place: int, one: Bar, names: float, left: float, wide: float) -> str:
    top = PAD + place * ROW
    rect = f'<rect class="{escape(one.kind)}" x="{left:.1f}" y="{top}" width="{max(wide, 0.6):.1f}" height="{ROW - 6}"/>'
    text = f'<text class="tick" x="{left + wide + 5:.1f}" y="{top + 12}">{escape(one.written)}</text>'
    return _name(one.name, top + 12, names, LONGEST_OF_BARS) + rect + text


def _box(place: int, one: Box, x: Axis) -> str:
    low, first, median, third, high = (
        NAME + x.share(v) * (WIDTH - NAME - RIGHT) for v in (one.low, one.first, one.median, one.third, one.high)
    )
    top, middle = PAD + place * ROW, PAD + place * ROW + (ROW - 6) / 2
    line = f'<line class="l-main" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>'
    box = f'<rect class="c-pale" x="{first:.1f}" y="{top}" width="{max(third - first, 0.8):.1f}" height="{ROW - 6}"/>'
    inner = f'<line class="l-base" x1="{median:.1f}" x2="{median:.1f}" y1="{top}" y2="{top + ROW - 6}"/>'
    return _name(one.name, top + 12) + line + box + inner


def _tick(at: float, tall: float, text: str) -> str:
    line = f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="0" y2="{tall}"/>'
    return f'{line}<text class="tick" x="{at:.1f}" y="{tall + 14}" text-anchor="middle">{escape(text)}</text>'


def _cell(left: float, top: float, wide: float, tall: float, one: Cell) -> str:
    if one.depth is None:
        return f'<rect class="c-bed" x="{left + 0.5:.1f}" y="{top + 0.5:.1f}" width="{wide - 1:.1f}" height="{tall - 1:.1f}"/>'
    depth, kind = min(abs(one.depth), 1.0), "c-main" if one.depth >= 0 else "f-quarantined"
    rect = f'<rect class="{kind}" fill-opacity="{0.04 + 0.96 * depth:.2f}" x="{left + 0.5:.1f}" y="{top + 0.5:.1f}" width="{wide - 1:.1f}" height="{tall - 1:.1f}"/>'
    if not one.written or wide < max(NARROW, 7.5 * len(one.written)):
        return rect
    ink = ' style="fill:#fff"' if depth > DEEP and one.depth >= 0 else ' style="fill:#17242c"'
    return f'{rect}<text class="tick"{ink} x="{left + wide / 2:.1f}" y="{top + tall / 2 + 4:.1f}" text-anchor="middle">{escape(one.written)}</text>'


def _head(at: float, below: float, text: str, turn: int) -> str:
    whole = f"<title>{escape(text)}</title>" if _cut(text) != text else ""
    lies = 'text-anchor="middle"' if turn == FLAT else f'transform="rotate(-{turn} {at:.1f} {below - 6:.1f})"'
    return f'<text class="tick" x="{at:.1f}" y="{below - 6:.1f}" {lies}>{whole}{escape(_cut(text))}</text>'


def _name(text: str, y: float, right: float = NAME, longest: int = LONGEST) -> str:
    cut = _cut(text, longest)
    whole = f"<title>{escape(text)}</title>" if cut != text else ""
    return f'<text class="tick" x="{right - 6:.0f}" y="{y:.1f}" text-anchor="end">{whole}{escape(cut)}</text>'


def _cut(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
