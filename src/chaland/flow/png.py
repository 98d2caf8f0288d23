"""Trends as PNG pictures, drawn by matplotlib from the numbers that the report draws as SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import fill
from typing import Any, Literal

from markupsafe import Markup

from chaland.errors import DataError, PartMissing
from chaland.flow.report.charts import Axis, Line
from chaland.flow.report.marks import Bar, Box, Cell
from chaland.flow.report.pieces import Facts, Figure
from chaland.flow.report.trends import Trends
from chaland.flow.report.words import Names, Words
from chaland.spec import Project

COLOURS = ("#14607a", "#d98218", "#3c8d5a", "#a8436f", "#6a5aa8", "#5d6f79", "#b3a125", "#49b0c4")
MAIN, PALE, BASE, INK, GREY, GRID = "#14607a", "#8fb4c1", "#b4690e", "#17242c", "#7c8a93", "#d5dee2"
WIDE, DOTS = 9.0, 144
ROW, PLANE, EDGE, READ = 0.3, 4.2, 1.3, 0.4
LONGEST = 34
DEEP, GLYPH = 0.5, 0.065
MARGIN, LETTERS = 0.012, 140
NEXT = "pip install 'chaland[charts]', or name a file that ends in .csv or .parquet."
Stroke = Callable[[Any], None]


@dataclass
class Canvas:
    """A pen that remembers what to draw, and how high it is in inches."""

    strokes: list[tuple[Stroke, float]] = field(default_factory=list)

    def bars(self, items: Sequence[Bar], label: str) -> Markup:
        """Bars that lie, one below the other, each with its value behind it."""
        return self._keep(lambda axes: _bars(axes, items), EDGE + ROW * len(items))

    def plane(self, x: Axis, y: Axis, lines: Sequence[Line], label: str) -> Markup:
        """Lines over two axes."""
        return self._keep(lambda axes: _plane(axes, x, y, lines), PLANE)

    def histogram(self, bins: Sequence[tuple[float, float, float]], x: Axis, y: Axis, label: str) -> Markup:
        """Upright bars over (from, to, how many)."""
        return self._keep(lambda axes: _histogram(axes, bins, x, y), PLANE)

    def boxes(self, items: Sequence[Box], x: Axis, label: str) -> Markup:
        """Boxes that lie, one below the other."""
        return self._keep(lambda axes: _boxes(axes, items, x), EDGE + ROW * len(items))

    def cells(self, names: Sequence[str], heads: Sequence[str], rows: Sequence[Sequence[Cell]], label: str) -> Markup:
        """A coloured table, its heads slanted above it."""
        return self._keep(lambda axes: _cells(axes, names, heads, rows), EDGE + 1.2 + ROW * len(names))

    def _keep(self, stroke: Stroke, high: float) -> Markup:
        self.strokes.append((stroke, high))
        return Markup()


def write(project: Project, name: str, told: Facts, lang: str, out: Path) -> int:
    """Draw a trend from the facts of its step, one picture below the other; how many there are.

    Raises PartMissing where matplotlib is not installed, DataError where there is nothing to draw or the file cannot be written.
    """
    words, canvas = Words(lang), Canvas()
    view = Trends(words, Names(project, words), canvas).view(name, told)
    if view is None or not view.figures:
        raise DataError(f"the trend {name!r} has no rows to draw", next="Export it as CSV to see what it holds.", code="empty")
    _drawn([*zip(view.figures, canvas.strokes, strict=True)], out)
    return len(view.figures)


def _drawn(parts: Sequence[tuple[Figure, tuple[Stroke, float]]], out: Path) -> None:
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Sheet
    except ModuleNotFoundError as missing:
        raise PartMissing("pictures as PNG need matplotlib", next=NEXT) from missing
    heights = [high for _, (_, high) in parts]
    sheet = Sheet(figsize=(WIDE, sum(heights) + READ), layout="constrained")
    FigureCanvasAgg(sheet)
    places = sheet.subplots(len(parts), 1, squeeze=False, height_ratios=heights)
    for (figure, (stroke, _)), [axes] in zip(parts, places, strict=True):
        _clear(axes)
        stroke(axes)
        axes.set_title(figure.title, loc="left", color=INK, fontsize=13, fontweight="bold", pad=12)
        _legend(axes, figure.legend)
    said = fill(" ".join(dict.fromkeys(figure.read for figure, _ in parts if figure.read)), LETTERS)
    sheet.supxlabel(said, x=0.01, ha="left", fontsize=8, color=GREY)
    try:
        sheet.savefig(out, dpi=DOTS, facecolor="white", metadata={"Software": None})
    except OSError as error:
        raise DataError(f"{out.name} cannot be written: {error}", next="Name a folder that exists and that you may write to.") from error


def _clear(axes: Any) -> None:
    """Only what tells something: no frame, thin lines, ink for words."""
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=9, labelcolor=INK)
    axes.set_axisbelow(True)


def _legend(axes: Any, keys: Sequence[tuple[str, str]]) -> None:
    from matplotlib.lines import Line2D

    if not keys:
        return
    drawn = [Line2D([], [], color=_colour(kind), linewidth=2.5, linestyle=_style(kind)) for kind, _ in keys]
    axes.legend(drawn, [_cut(text) for _, text in keys], loc="upper left", bbox_to_anchor=(0, -0.14), ncols=2, frameon=False, fontsize=9)


def _bars(axes: Any, items: Sequence[Bar]) -> None:
    places = range(len(items))
    axes.barh(places, [one.value for one in items], color=MAIN, height=0.72)
    for place, one in zip(places, items, strict=True):
        axes.annotate(one.written, (max(one.value, 0.0), place), (4, 0), textcoords="offset points", va="center", fontsize=9, color=INK)
    _rows(axes, [one.name for one in items])
    axes.set_xticks([])
    axes.margins(x=0.14)


def _plane(axes: Any, x: Axis, y: Axis, lines: Sequence[Line]) -> None:
    for line in lines:
        across, up = zip(*line.points, strict=True) if line.points else ((), ())
        axes.plot(across, up, color=_colour(line.kind), linestyle=_style(line.kind), linewidth=2, marker="o" if line.dots else None)
    _scales(axes, x, y)


def _histogram(axes: Any, bins: Sequence[tuple[float, float, float]], x: Axis, y: Axis) -> None:
    widths = [high - low for low, high, _ in bins]
    axes.bar([low for low, *_ in bins], [count for *_, count in bins], widths, align="edge", color=MAIN, edgecolor="white")
    _scales(axes, x, y)


def _boxes(axes: Any, items: Sequence[Box], x: Axis) -> None:
    told = [{"whislo": one.low, "q1": one.first, "med": one.median, "q3": one.third, "whishi": one.high} for one in items]
    style = {"boxprops": {"facecolor": PALE, "edgecolor": PALE}, "medianprops": {"color": BASE, "linewidth": 2}}
    style |= {"whiskerprops": {"color": MAIN, "linewidth": 1.5}, "capprops": {"color": MAIN}}
    axes.bxp(told, positions=range(len(items)), widths=0.6, orientation="horizontal", showfliers=False, patch_artist=True, **style)
    _rows(axes, [one.name for one in items])
    axes.set_xticks(x.ticks, [x.written(tick) for tick in x.ticks])
    axes.grid(axis="x", color=GRID, linewidth=0.8)


def _cells(axes: Any, names: Sequence[str], heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    shades = LinearSegmentedColormap.from_list("chaland", [COLOURS[1], "#ffffff", MAIN])
    depths = [[float("nan") if one.depth is None else one.depth for one in row] for row in rows]
    axes.imshow(depths, cmap=shades, vmin=-1, vmax=1, aspect="auto")
    room = WIDE * 0.7 / max(len(heads), 1)
    for place, row in enumerate(rows):
        for column, one in enumerate(row):
            if one.written and GLYPH * len(one.written) < room:
                ink = "white" if (one.depth or 0.0) > DEEP else INK
                axes.text(column, place, one.written, ha="center", va="center", fontsize=8, color=ink)
    axes.set_yticks(range(len(names)), [_cut(name) for name in names])
    axes.set_xticks(range(len(heads)), [_cut(head) for head in heads], rotation=45, ha="left", rotation_mode="anchor")
    axes.xaxis.tick_top()


def _rows(axes: Any, names: Sequence[str]) -> None:
    """Names down the left side, the first on top."""
    axes.set_yticks(range(len(names)), [_cut(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)


def _scales(axes: Any, x: Axis, y: Axis) -> None:
    edge = MARGIN * (x.high - x.low)
    axes.set_xlim(x.low - edge, x.high + edge)
    axes.set_ylim(y.low, y.high * 1.03 if y.high > 0 else y.high)
    axes.set_xticks(x.ticks, [x.written(tick) for tick in x.ticks])
    axes.set_yticks(y.ticks, [y.written(tick) for tick in y.ticks])
    axes.set_xlabel(x.title, color=INK)
    axes.set_ylabel(y.title, color=INK)
    axes.grid(color=GRID, linewidth=0.8)


def _colour(kind: str) -> str:
    """The colour of a class of the page."""
    series = kind.rpartition("s-")[2]
    return COLOURS[int(series) % len(COLOURS)] if series.isdigit() else GREY if "chance" in kind else MAIN


def _style(kind: str) -> Literal["--", "-"]:
    return "--" if "chance" in kind else "-"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
