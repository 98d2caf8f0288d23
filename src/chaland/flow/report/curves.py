"""The four curves of a model: ROC, precision-recall, calibration and gain, each with how to read it and its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chaland.flow.report import charts
from chaland.flow.report.charts import Axis, Line, Point
from chaland.flow.report.pieces import Facts, Figure, Grid, share
from chaland.flow.report.words import Words

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
LISTED = 21
SIDES = {
    "gain": ("contacted", "reached"),
    "calibration": ("predicted", "observed"),
    "roc": ("false_positive_rate", "true_positive_rate"),
    "pr": ("recall", "precision"),
}
"""Each curve's two lists, x first."""


def figures(plots: Facts, told: Facts, words: Words) -> list[Figure]:
    """The curves that there are, the one a manager asks about first."""
    found = [(kind, points(kind, plots.get(kind))) for kind in SIDES]
    return [figure(kind, line, told, words) for kind, line in found if len(line) > 1]


def figure(kind: str, line: Sequence[Point], told: Facts, words: Words) -> Figure:
    """One curve with the line that chance would draw."""
    head = words(f"curve.{kind}.x"), words(f"curve.{kind}.y")
    axes = [Axis(title, 0.0, 1.0, TICKS, lambda value: words.percent(value, 0)) for title in head]
    shown = [*chance(kind, told), Line(line, "l-main", dots=kind == "calibration")]
    rows = [(words.percent(x), words.percent(y)) for x, y in thinned(line)]
    label = words("chart.curve", title=words(f"curve.{kind}"), read=words(f"curve.{kind}.read"))
    legend = [("k-main", words("curve.model")), ("k-chance", words(f"curve.{kind}.chance"))]
    return Figure(
        words(f"curve.{kind}"),
        charts.plane(axes[0], axes[1], shown, label),
        words(f"curve.{kind}.read"),
        Grid(words(f"curve.{kind}"), head, rows, folded=LISTED),
        legend,
    )


def chance(kind: str, told: Facts) -> list[Line]:
    """What a model that knows nothing would draw (or, for calibration, what a perfect one would)."""
    if kind != "pr":
        return [Line([(0.0, 0.0), (1.0, 1.0)], "l-chance")]
    matrix = (told.get("holdout") or {}).get("confusion") or [[0, 0], [0, 0]]
    level = share(sum(matrix[-1]), sum(map(sum, matrix)))
    return [Line([(0.0, level), (1.0, level)], "l-chance")]


def points(kind: str, told: Mapping[str, Sequence[float]] | None) -> list[Point]:
    """A curve's points from its two lists; none where a class was missing."""
    x, y = ((told or {}).get(side) or [] for side in SIDES[kind])
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]


def thinned(line: Sequence[Point]) -> list[Point]:
    """At most 21 of a line's points, the first and the last among them."""
    if len(line) <= LISTED:
        return list(line)
    return [line[round(place * (len(line) - 1) / (LISTED - 1))] for place in range(LISTED)]
