"""The report's pictures as files of their own: each an SVG that needs no page around it, with its numbers beside it as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from markupsafe import Markup, escape

from chaland.flow.report import charts, curves
from chaland.flow.report.groups import SHOWN as TRAITS
from chaland.flow.report.groups import STEPS, Groups
from chaland.flow.report.pieces import Facts
from chaland.flow.report.questions import SHOWN as FEATURES
from chaland.flow.report.questions import Questions
from chaland.flow.report.words import Names, Words
from chaland.spec import Project

WIDE, TITLE, ROW, LABEL, EDGE = 640, 44, 26, 220, 18
LETTERS = 30
DRAWN = (".grid", ".dot", ".tick", ".axis", ".plane", ".middle", ".c-", ".l-", ".s-", ".cloud", "path.cloud", ".h-")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
OWN = (
    "svg{font-family:system-ui,'Noto Sans','DejaVu Sans',sans-serif}.ground,.h-level{fill:#fff}"
    ".title{font-size:19px;font-weight:600;fill:#17242c}.pale{font-size:12px;fill:#fff}"
)
LEGEND = {"k-main": "l-main", "k-chance": "l-chance"}
"""A legend's colour in the page, and the line that it stands for."""


@dataclass(frozen=True)
class Picture:
    """One picture: its name as a file, the SVG, and the rows of its numbers, the head first."""

    name: str
    svg: str
    rows: Sequence[Sequence[Any]]

    def csv(self) -> str:
        """The numbers as CSV; text that a spreadsheet would take for a formula gets a leading apostrophe (OWASP: CSV injection)."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([_safe(cell) for cell in row] for row in self.rows)
        return out.getvalue()


def drawn(details: Facts, document: Facts, project: Project, lang: str) -> Iterator[Picture]:
    """Every picture of a run: the curves and the importance of each kept model, the profile and the map of each segmentation."""
    words = Words(lang)
    names = Names(project, words)
    trained = (details.get("train") or {}).get("predict") or {}
    for name, told in (document.get("predict") or {}).items():
        if told.get("kept"):
            yield from _of_question(name, told, trained.get(name) or {}, words, names)
    grouped = (details.get("segment") or {}).get("segments") or {}
    for name, told in (document.get("segments") or {}).items():
        if told.get("k"):
            yield from _of_segments(name, told, grouped.get(name) or {}, words, names)


def _of_question(name: str, told: Facts, detail: Facts, words: Words, names: Names) -> Iterator[Picture]:
    for kind in curves.SIDES:
        line = (detail.get("plots") or {}).get(kind) or {}
        points = curves.points(kind, line)
        if len(points) > 1:
            shown = curves.figure(kind, points, told, words)
            svg = _page(f"{names.question(name)}: {shown.title}", _inner(shown.svg), WIDE * charts.HEIGHT // charts.WIDTH, shown.legend)
            yield Picture(f"{name}.{kind}", svg, [list(line), *zip(*line.values(), strict=True)])
    most = sorted(detail.get("importance") or [], key=lambda one: -one["value"])
    if most and most[0]["value"] > 0:
        labels = [Questions(words, names).feature(one) for one in most]
        bars = _bars(labels[:FEATURES], [one["value"] for one in most[:FEATURES]], words)
        title = f"{names.question(name)}: {words('question.importance')}"
        rows = [(one.get("feature"), label, one["value"], one.get("deviation")) for one, label in zip(most, labels, strict=True)]
        yield Picture(
            f"{name}.importance", _page(title, bars, ROW * len(most[:FEATURES])), [("feature", "title", "value", "deviation"), *rows]
        )


def _of_segments(name: str, told: Facts, detail: Facts, words: Words, names: Names) -> Iterator[Picture]:
    made, groups = Groups(words, names), told.get("groups") or []
    ids, labels, points = [group["id"] for group in groups], [made.label(group) for group in groups], detail.get("points") or []
    shown = made.scatter(points, ids, labels)
    if shown:
        svg = _page(f"{names.segments(name)}: {shown.title}", _inner(shown.svg), WIDE * charts.HEIGHT // charts.WIDTH, shown.legend)
        yield Picture(f"{name}.map", svg, [("x", "y", "group"), *((one["x"], one["y"], one["group"]) for one in points)])
    traits = sorted(detail.get("profile") or [], key=lambda row: -max(abs(z or 0.0) for z in row["values"]))
    if traits:
        heads = [words("groups.one", id=one) for one in ids]
        title = f"{names.segments(name)}: {words('groups.profile')}"
        svg = _page(
            title, _heat([(_trait(row, words), row["values"]) for row in traits[:TRAITS]], heads, words), ROW * (len(traits[:TRAITS]) + 1)
        )
        yield Picture(f"{name}.profile", svg, _profile_rows(traits, ids, words))


def _profile_rows(traits: Sequence[Facts], ids: Sequence[int], words: Words) -> list[Sequence[Any]]:
    """The distances from everybody's mean, in standard deviations, then the means."""
    head = ["feature", "title", "word", "mean", *(f"distance_{one}" for one in ids), *(f"mean_{one}" for one in ids)]
    rows = []
    for row in traits:
        means = row.get("means") or [None] * len(row["values"])
        rows.append([row.get("feature"), words.pick(row["title"]), row.get("word"), row.get("mean"), *row["values"], *means])
    return [head, *rows]


def _trait(row: Facts, words: Words) -> str:
    title = words.pick(row["title"])
    return words("colon", what=title, said=row["word"]) if row.get("word") else title


def _bars(labels: Sequence[str], values: Sequence[float], words: Words) -> str:
    """One bar a row, the longest first; its number stands behind it."""
    room, most = WIDE - LABEL - 2 * EDGE - 70, max(values)
    parts = []
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        wide, y = room * max(value, 0.0) / most, place * ROW
        parts.append(_label(label, y))
        parts.append(f'<rect class="c-main" x="{LABEL}" y="{y + 5}" width="{wide:.1f}" height="{ROW - 10}"/>')
        parts.append(f'<text class="tick" x="{LABEL + wide + 8:.1f}" y="{y + 17}">{escape(words.decimal(value, 4))}</text>')
    return "".join(parts)


def _heat(rows: Sequence[tuple[str, Sequence[float | None]]], heads: Sequence[str], words: Words) -> str:
    """One row a feature, one column a group: the warmer the further above everybody's mean, the cooler the further below."""
    wide = (WIDE - LABEL - 2 * EDGE) / max(len(heads), 1)
    parts = [
        f'<text class="axis" x="{LABEL + wide * (at + 0.5):.1f}" y="17" text-anchor="middle">{escape(head)}</text>'
        for at, head in enumerate(heads)
    ]
    for place, (label, values) in enumerate(rows, 1):
        parts.append(_label(label, place * ROW))
        parts += [_cell(value, LABEL + wide * at, place * ROW, wide, words) for at, value in enumerate(values)]
    return "".join(parts)


def _cell(value: float | None, x: float, y: int, wide: float, words: Words) -> str:
    depth = sum(abs(value or 0.0) >= step for step in STEPS)
    kind = f"h-{'up' if (value or 0.0) > 0 else 'down'}-{depth}" if depth else "h-level"
    ink = "pale" if depth == len(STEPS) else "tick"
    said = escape(words.decimal(value, 1))
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y}" width="{wide - 2:.1f}" height="{ROW - 2}"/>'
        f'<text class="{ink}" x="{x + wide / 2:.1f}" y="{y + 17}" text-anchor="middle">{said}</text>'
    )


def _label(text: str, y: int) -> str:
    short = text if len(text) <= LETTERS else text[: LETTERS - 1] + "…"
    return f'<text class="axis" x="{LABEL - 10}" y="{y + 17}" text-anchor="end"><title>{escape(text)}</title>{escape(short)}</text>'


def _inner(svg: Markup) -> str:
    """The report's picture, as a part of another one."""
    high = WIDE * charts.HEIGHT // charts.WIDTH
    return str(svg).replace("<svg ", f'<svg width="{WIDE - 2 * EDGE}" height="{high}" ', 1)


def _page(title: str, inside: str, high: int, legend: Sequence[tuple[str, str]] = ()) -> str:
    """A picture that stands alone: white ground, title, drawing, legend, and the colours of the report."""
    whole = TITLE + high + ROW * len(legend) + EDGE
    keys = "".join(_key(kind, text, TITLE + high + ROW * place) for place, (kind, text) in enumerate(legend))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{whole}" viewBox="0 0 {WIDE} {whole}" role="img">'
        f'<title>{escape(title)}</title><style>{_style()}</style><rect class="ground" width="{WIDE}" height="{whole}"/>'
        f'<text class="title" x="{EDGE}" y="30">{escape(title)}</text><g transform="translate({EDGE} {TITLE})">{inside}</g>{keys}</svg>\n'
    )


def _key(kind: str, text: str, y: int) -> str:
    line = LEGEND.get(kind)
    mark = (
        f'<g class="{line}"><path d="M{EDGE} {y + 13}h20"/></g>'
        if line
        else f'<rect class="{escape(kind)}" x="{EDGE + 4}" y="{y + 7}" width="12" height="12"/>'
    )
    return f'{mark}<text class="tick" x="{EDGE + 28}" y="{y + 17}">{escape(text)}</text>'


@cache
def _style() -> str:
    """The rules of the report's page that colour pictures; a cell of the page has a background where a rectangle has a filling."""
    page = resources.files("chaland.flow.report").joinpath("templates/style.css.j2").read_text(encoding="utf-8").partition("@media")[0]
    rules = [(selector.strip(), body.strip()) for selector, body in RULE.findall(page)]
    return OWN + "".join(
        f"{selector}{{{body.replace('background:', 'fill:') if selector.startswith('.h-') else body}}}"
        for selector, body in rules
        if selector.startswith(DRAWN) and selector != ".plane" and "var(" not in body
    )


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
