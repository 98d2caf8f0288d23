"""Groups made by rule: how they come about, in words, and the grid of their scores as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chaland.flow.report import marks
from chaland.flow.report.marks import Cell
from chaland.flow.report.pieces import Facts, Figure, Grid
from chaland.flow.report.words import Names, Words
from chaland.spec.by_rule import FIFTHS, NAMES, RFM, number, titles


def known() -> list[dict[str, Any]]:
    """Every group of the rule, with its number and its name."""
    return [{"id": number(name), "name": titles(name)} for name in NAMES]


def said(told: Facts, words: Words, names: Names) -> list[str]:
    """The rule in a sentence, and how far other groups agree with it."""
    cuts = told.get("cuts") or {}
    rule = [words("rule.said", **{name: ", ".join(words.compact(cut) for cut in cuts[name]) for name in RFM})] if cuts else []
    agreed = [(other, value) for other, value in (told.get("agreement") or {}).items() if value is not None]
    return rule + [words("rule.agreement", other=names.segments(other), value=words.decimal(value, 2)) for other, value in agreed]


def figure(told: Facts, labels: Mapping[int, str], words: Words) -> Figure | None:
    """Recency up, the mean of frequency and money to the right: how many customers, the deeper the more."""
    cells = {(one["recency"], one["mean"]): one for one in told.get("grid") or [] if one["recency"] is not None}
    if not cells:
        return None
    most = max(one["customers"] for one in cells.values())
    scores, means = range(FIFTHS, 0, -1), range(1, FIFTHS + 1)
    rows = [[_cell(cells.get((recency, mean)), most, words) for mean in means] for recency in scores]
    heads = [words("rule.mean", score=mean) for mean in means]
    svg = marks.cells([words("rule.recency", score=recency) for recency in scores], heads, rows, words("rule.picture"))
    return Figure(words("rule.title"), svg, words("rule.read"), _data(told, labels, words))


def _cell(one: Facts | None, most: int, words: Words) -> Cell:
    return (
        Cell(None)
        if one is None
        else Cell(one["customers"] / most, words("rule.cell", group=one["group"], customers=words.number(one["customers"])))
    )


def _data(told: Facts, labels: Mapping[int, str], words: Words) -> Grid:
    """The cells of the picture one below the other, with their group, customers and money."""
    rows = [
        (
            labels[one["group"]],
            words.number(one["recency"]),
            words.number(one["mean"]),
            words.number(one["customers"]),
            words.number(round(one["money"])),
        )
        for one in told["grid"]
    ]
    heads = [words(f"head.{key}") for key in ("group", "recency_score", "mean_score", "customers", "money")]
    return Grid(words("rule.title"), heads, rows)
