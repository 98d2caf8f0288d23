"""The trends section: each declared group-by as a picture, a sentence and its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from chaland.flow.report import charts
from chaland.flow.report.charts import Axis, Line
from chaland.flow.report.foretold import errors, foretold, said
from chaland.flow.report.marks import Bar, Box, Cell
from chaland.flow.report.pens import INLINE, Pen
from chaland.flow.report.pieces import Facts, Figure, Grid
from chaland.flow.report.words import DASH, Names, Words
from chaland.spec.trends import Trend

BARS, PLACED, LINES, CROSS_ROWS, CROSS_COLUMNS, LISTED = 30, 60, 6, 25, 30, 1000
Keyed = tuple[str, ...]


@dataclass(frozen=True)
class TrendView:
    """One trend as the report shows it."""

    name: str
    title: str
    said: str
    figures: Sequence[Figure]
    grids: Sequence[Grid]


@dataclass(frozen=True)
class Trends:
    """What the trends section is made from."""

    words: Words
    names: Names
    pen: Pen = INLINE

    def view(self, name: str, told: Facts) -> TrendView | None:
        """One trend from the facts of the step; None where the project no longer has it."""
        spec = self.names.project.trends.get(name)
        if spec is None:
            return None
        title = spec.title.in_(self.words.lang) if spec.title else name.replace("_", " ").capitalize()
        one = _One(self.words, self.names, spec, title, told, self.pen)
        return TrendView(name, title, one.sentence(), one.figures(), one.grids())


@dataclass(frozen=True)
class _One:
    words: Words
    names: Names
    spec: Trend
    title: str
    told: Facts
    pen: Pen

    def sentence(self) -> str:
        """What is measured, over what, and what is to be known of it."""
        w, spec, told = self.words, self.spec, self.told
        total = self.value(told.get("total"))
        parts = [w("trend.said", measure=spec.measure, table=self.names.table(spec.table), total=total)]
        parts += [w("trend.where", where=spec.where)] if spec.where else []
        if spec.top:
            parts.append(w("trend.top.one") if spec.top == 1 else w("trend.top", top=spec.top))
        parts += [w("trend.within", within=", ".join(map(self.column, spec.within)))] if spec.within else []
        ties = told.get("ties")
        if ties:
            parts.append(w("trend.ties" if ties["groups"] > 1 else "trend.tie", **ties) if ties["tied"] else w("trend.no_ties"))
        parts += [w("trend.undated", rows=w.number(told["undated"]))] if told.get("undated") else []
        return " ".join([*parts, *([said(told["forecast"], w)] if told.get("forecast") else [])])

    def figures(self) -> list[Figure]:
        """The picture that was asked for, or the one that fits; a cross table beside any other."""
        if not self.drawn:
            return []
        chart = self.spec.chart or ("line" if self.spec.over else "heatmap" if self.spec.columns else "bar")
        cross = [self.heatmap()] if self.spec.columns and self.spec.rows and not self.spec.over and chart != "heatmap" else []
        return [
            *cross,
            {"bar": self.bar, "line": self.line, "heatmap": self.heatmap, "histogram": self.histogram, "box": self.box}[chart](),
        ]

    def grids(self) -> list[Grid]:
        """The numbers, and those of a forecast."""
        w, rows = self.words, self.drawn[:LISTED]
        if not rows:
            return []
        key = "trend.numbers" if len(rows) == self.told.get("rows") else "trend.numbers.cut"
        caption = w(key, title=self.title, shown=w.number(len(rows)), rows=w.number(self.told.get("rows")))
        columns = [*self.keys, *(["period"] if self.spec.over else []), "value", *(one for one in ("share", "place") if one in rows[0])]
        words = frozenset(range(len(self.keys) + bool(self.spec.over)))
        grid = Grid(caption, [self.head(one) for one in columns], [[self.cell(row, one) for one in columns] for row in rows], words)
        told = self.told.get("forecast")
        more = [one for one in (foretold(told, self.period, self.value, w), errors(told, self.value, w)) if one] if told else []
        return [*more, grid]

    def bar(self) -> Figure:
        """One bar per group."""
        found = sorted(self.sums(self.keys).items(), key=lambda pair: -pair[1])
        if self.spec.top:
            found = [(key, value) for key, value in self.sums(self.keys).items()]
        items = [Bar(self.named(key), value, self.value(value)) for key, value in found[: PLACED if self.spec.top else BARS]]
        read = self.cut("trend.read.bar", len(items), len(found))
        return Figure(self.title, self.pen.bars(items, self.label), read)

    def line(self) -> Figure:
        """One line per group over time, and what is foretold of a single one."""
        groups = sorted(self.sums(self.keys).items(), key=lambda pair: -pair[1])[:LINES]
        days = sorted({str(row["period"]) for row in self.drawn})
        ahead = (self.told.get("forecast") or {}).get("ahead") or []
        places = {day: float(place) for place, day in enumerate([*days, *(one["period"] for one in ahead)])}
        series = [
            [(places[str(row["period"])], float(row["value"])) for row in self.drawn if self.key(row) == key and row["value"] is not None]
            for key, _ in groups
        ]
        lines = [Line(points, f"t s-{place}") for place, points in enumerate(series)]
        if ahead:
            lines.append(Line([*series[0][-1:], *((places[one["period"]], float(one["value"])) for one in ahead)], "l-chance"))
        values = [value for line in lines for _, value in line.points]
        svg = self.pen.plane(self.days(places), self.axis(values), lines, self.label)
        legend = [(f"s-{place}", self.named(key)) for place, (key, _) in enumerate(groups)] if self.keys else []
        legend += [("s-0", self.words("forecast.known")), ("k-chance", self.words("forecast.line"))] if ahead else []
        read = self.cut("trend.read.line", len(groups), len(self.sums(self.keys)), "trend.read.lines.cut")
        return Figure(self.title, svg, read, legend=legend)

    def heatmap(self) -> Figure:
        """A cross table in colours: the greatest rows and columns."""
        down, across = self.crossed()
        values = {(self.part(row, down), self.part(row, across)): row["value"] for row in self.drawn}
        sides = [self.largest(columns) for columns in (down, across)]
        names, heads = sides[0][:CROSS_ROWS], sides[1][:CROSS_COLUMNS]
        most = max((abs(float(values.get((a, b)) or 0)) for a in names for b in heads), default=0.0) or 1.0
        rows = [[self.depth(values.get((a, b)), most) for b in heads] for a in names]
        svg = self.pen.cells([self.named(one, down) for one in names], [self.named(one, across) for one in heads], rows, self.label)
        whole = len(names) == len(sides[0]) and len(heads) == len(sides[1])
        counts = {"rows": len(names), "all_rows": len(sides[0]), "columns": len(heads), "all_columns": len(sides[1])}
        return Figure(self.title, svg, self.words("trend.read.heatmap") if whole else self.words("trend.read.heatmap.cut", **counts))

    def histogram(self) -> Figure:
        """How the values of the groups spread."""
        w, values = self.words, sorted(float(row["value"]) for row in self.drawn if row["value"] is not None)
        bins = binned(values)
        x = Axis(w("trend.value"), bins[0][0], bins[-1][1], charts.ticks(bins[0][0], bins[-1][1]), w.compact)
        most = max(count for *_, count in bins)
        y = Axis(w("trend.groups"), 0.0, most, charts.ticks(0.0, most), w.number)
        data = Grid(
            self.title,
            [w("trend.value"), w("trend.groups")],
            [(f"{w.compact(low)} {DASH} {w.compact(high)}", w.number(count)) for low, high, count in bins],
        )
        svg = self.pen.histogram(bins, x, y, self.label)
        return Figure(w("trend.histogram", title=self.title), svg, w("trend.read.histogram"), data)

    def box(self) -> Figure:
        """How the values of each first group spread over the rest."""
        first = self.keys[:1]
        groups: dict[Keyed, list[float]] = {}
        for row in self.drawn:
            if row["value"] is not None:
                groups.setdefault(self.part(row, first), []).append(float(row["value"]))
        items = [Box(self.named(key, first), *fifths(values)) for key, values in list(groups.items())[:BARS]]
        return Figure(
            self.title,
            self.pen.boxes(items, self.axis([value for one in groups.values() for value in one]), self.label),
            self.words("trend.read.box"),
        )

    @property
    def drawn(self) -> Sequence[Facts]:
        found: Sequence[Facts] = self.told.get("drawn") or []
        return found

    @property
    def keys(self) -> Keyed:
        return (*self.spec.rows, *([self.spec.columns] if self.spec.columns else []))

    @property
    def label(self) -> str:
        return self.words("trend.picture", title=self.title, measure=self.spec.measure)

    def crossed(self) -> tuple[Keyed, Keyed]:
        """The columns that go down, and those that go across."""
        if self.spec.columns:
            return (self.spec.rows or ("period",)), (self.spec.columns,)
        return self.spec.rows, (("period",) if self.spec.over else ())

    def sums(self, keys: Keyed) -> Mapping[Keyed, float]:
        """What the rows of each group come to, in the order in which they stand."""
        found: dict[Keyed, float] = {}
        for row in self.drawn:
            key = self.part(row, keys)
            found[key] = found.get(key, 0.0) + float(row["value"] or 0)
        return found

    def largest(self, keys: Keyed) -> list[Keyed]:
        sums = self.sums(keys)
        return sorted(sums) if keys == ("period",) else sorted(sums, key=lambda key: -sums[key])

    def key(self, row: Facts) -> Keyed:
        return self.part(row, self.keys)

    def part(self, row: Facts, keys: Keyed) -> Keyed:
        return tuple("" if row[one] is None else str(row[one]) for one in keys)

    def named(self, key: Keyed, keys: Keyed | None = None) -> str:
        told = zip(self.keys if keys is None else keys, key, strict=True)
        texts = [self.period(text) if name == "period" else text or self.words("group.blank") for name, text in told]
        return " · ".join(texts) or self.words("trend.all")

    def depth(self, value: Any, most: float) -> Cell:
        return Cell(None) if value is None else Cell(float(value) / most, self.words.compact(value))

    def head(self, column: str) -> str:
        known = ("period", "value", "share", "place")
        return self.words(f"trend.{column}") if column in known else self.column(column)

    def cell(self, row: Facts, column: str) -> str | Markup:
        value = row[column]
        if column == "value":
            return self.value(value)
        if column == "share":
            return self.words.percent(value)
        if column == "period":
            return self.period(str(value))
        if column == "place":
            return self.words("trend.tied", place=value) if row.get("tied") else str(value)
        return self.words("group.blank") if value is None else str(value)

    def column(self, name: str) -> str:
        return self.names.column(name, self.spec.table)

    def value(self, value: float | None) -> str:
        """A value with its digits; whole ones without."""
        if value is None or float(value).is_integer():
            return self.words.number(value)
        return self.words.decimal(value, 2 if self.spec.digits is None else self.spec.digits)

    def period(self, text: str) -> str:
        return period(text, self.spec.over or "day", self.words)

    def cut(self, key: str, shown: int, groups: int, cut: str = "") -> str:
        over = self.words(f"over.{self.spec.over}") if self.spec.over else ""
        if shown == groups:
            return self.words(key, over=over)
        return self.words(cut or f"{key}.cut", shown=shown, groups=self.words.number(groups), over=over)

    def days(self, places: Mapping[str, float]) -> Axis:
        """Time from left to right, a tick at the start of a year, or at six places where there are too few or too many of them."""
        days = list(places)
        years = [places[day] for before, day in pairwise(days) if before[:4] != day[:4]]
        step = max(1, (len(days) - 1) // 4)
        ticks = years if 2 <= len(years) <= 12 and self.spec.over != "year" else [float(place) for place in range(0, len(days), step)]
        written = {places[day]: day[:4] if ticks is years else period(day, self.spec.over or "day", self.words, short=True) for day in days}
        return Axis("", 0.0, max(float(len(days) - 1), 1.0), tuple(ticks), lambda place: written.get(place, ""))

    def axis(self, values: Sequence[float]) -> Axis:
        low, high = min([0.0, *values]), max([0.0, *values]) or 1.0
        return Axis("", low, high, charts.ticks(low, high), lambda value: short(value, self.words))


def short(value: float, words: Words) -> str:
    """A number beside an axis, in thousands or millions where it is large."""
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 10 * size or (size > 1e3 and abs(value) >= size):
            return f"{words.compact(value / size)}\u202f{sign}"
    return words.compact(value)


def period(text: str, over: str, words: Words, short: bool = False) -> str:
    """A period as people write it, from its first day."""
    day = date.fromisoformat(text)
    if over == "year":
        return str(day.year)
    if over == "quarter":
        return words("quarter", number=(day.month + 2) // 3, year=day.year)
    month = words("months").split()[day.month - 1]
    month = month[:4] if short else month
    return f"{month} {day.year}" if over == "month" else f"{day.day} {month}" if short else words.day(text)


def binned(values: Sequence[float], most: int = 20) -> list[tuple[float, float, int]]:
    """Sorted values in bins of one width: (from, to, how many); as many bins as the cube root of twice their number (Rice)."""
    low, high = (values[0], values[-1]) if values else (0.0, 1.0)
    high = high if high > low else low + 1.0
    count = max(1, min(most, round(2 * len(values) ** (1 / 3))))
    wide, counts = (high - low) / count, [0] * count
    for value in values:
        counts[min(int((value - low) / wide), count - 1)] += 1
    return [(low + wide * place, low + wide * (place + 1), counts[place]) for place in range(count)]


def fifths(values: Sequence[float]) -> tuple[float, float, float, float, float]:
    """Least, first quartile, median, third quartile, greatest."""
    ordered = sorted(values)

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        low, rest = int(place), place - int(place)
        return ordered[low] + rest * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])

    return at(0), at(0.25), at(0.5), at(0.75), at(1)
