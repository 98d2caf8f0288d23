"""The page of an exploration: one HTML file without network or scripts, in English or French."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from chaland.flow.report import charts, marks
from chaland.flow.report.charts import Axis
from chaland.flow.report.marks import Bar, Box, Cell
from chaland.flow.report.pieces import Facts, Figure, Grid, named, share
from chaland.flow.report.trends import short
from chaland.flow.report.words import DASH, Names, Words
from chaland.spec import Project, kinds
from chaland.spec.trends import types

STRONGEST, HEATED, SHARES = 12, 24, 2
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Answered:
    """What goes with the answer of one question."""

    title: str
    grid: Grid | None
    figures: Sequence[Figure]


@dataclass(frozen=True)
class TableView:
    """One table as the page shows it."""

    name: str
    title: str
    said: Sequence[str]
    columns: Grid | None
    spread: Sequence[Figure]
    heat: Figure | None
    strongest: Grid | None
    boxes: Sequence[Figure]
    answers: Sequence[Answered]


def render(found: Mapping[str, Facts], project: Project, lang: str, run: str) -> str:
    """The page of the facts of some tables, in the order of the project file."""
    from chaland.flow.report import pages

    words = Words(lang)
    names = Names(project, words)
    tables = [Explored(words, names, name).view(told) for name, told in found.items()]
    return pages().get_template("explore.html.j2").render(w=words, names=names, tables=tables, run=run)


@dataclass(frozen=True)
class Explored:
    """What the page says of one table."""

    words: Words
    names: Names
    table: str

    def view(self, told: Facts) -> TableView:
        """The table from its facts."""
        w, columns = self.words, told["columns"]
        there = [one for one in columns if one["there"]]
        return TableView(
            self.table,
            self.names.table(self.table),
            self.said(told),
            Grid(w("explore.columns"), self.heads(), [self.column(one, told["looked_at"]) for one in columns], folded=30)
            if columns
            else None,
            [self.spread(one, told["looked_at"]) for one in there if one.get("bins") or one.get("values")],
            self.heat(columns, told["pairs"]),
            self.strongest(told["pairs"][:STRONGEST]),
            [self.box(one["number"], one["word"], one["levels"]) for one in told["boxes"] if one["levels"]],
            [self.answered(question, one) for question, one in told["answers"].items()],
        )

    def said(self, told: Facts) -> list[str]:
        """How many rows, how many of them looked at, and what is not."""
        w = self.words
        if not told["rows"]:
            return [w("explore.empty")]
        sampled = told["looked_at"] < told["rows"]
        first = (
            w("explore.sampled", seen=w.number(told["looked_at"]), rows=w.number(told["rows"]))
            if sampled
            else w("explore.rows", rows=w.number(told["rows"]))
        )
        hidden = [w("explore.hidden", names=", ".join(map(self.title, told["hidden"])))] if told["hidden"] else []
        return [first, *hidden]

    def heads(self) -> list[str]:
        return [self.words(f"explore.{key}") for key in ("column", "type", "gaps", "distinct", "middle", "far")]

    def column(self, one: Facts, rows: int) -> list[str | Markup]:
        """A row of the table of columns."""
        w, name = self.words, one["name"]
        middle = ""
        if "q50" in one:
            middle = w(
                "explore.middle.is",
                median=self.value(name, one["q50"]),
                low=self.value(name, one["q25"]),
                high=self.value(name, one["q75"]),
            )
        elif one.get("values"):
            first = one["values"][0]
            middle = w("explore.most", value=first["value"], share=w.percent(share(first["rows"], one["there"]), 0))
        far = w.number(one["far"]) if "far" in one else ""
        gaps = w.percent(share(one["gaps"], rows)) if one["gaps"] else "0"
        return [named(self.title(name), name), self.kind(one), gaps, w.number(one["distinct"]), middle, far]

    def spread(self, one: Facts, rows: int) -> Figure:
        """A histogram of a number, or the most frequent words."""
        w, title = self.words, self.title(one["name"])
        if one["kind"] == "word":
            items = [Bar(str(value["value"]), value["rows"], w.number(value["rows"])) for value in one["values"]]
            read = w("explore.levels.others", others=w.number(one["others"])) if one["others"] else w("explore.levels.read")
            return Figure(title, marks.bars(items, title), read)
        bins = [(float(bin_["from"]), float(bin_["to"]), float(bin_["rows"])) for bin_ in one["bins"]]
        x = self.axis(one["name"], bins[0][0], bins[-1][1])
        most = max(count for *_, count in bins) or 1.0
        svg = marks.histogram(bins, x, Axis("", 0.0, most, charts.ticks(0.0, most), lambda value: short(value, w)), title)
        data = Grid(title, [title, w("head.rows")], [(self.range(one["name"], low, high), w.number(count)) for low, high, count in bins])
        read = w("explore.spread.beyond", beyond=w.number(one["beyond"])) if one.get("beyond") else w("explore.spread.read")
        return Figure(title, svg, read, data)

    def heat(self, columns: Sequence[Facts], pairs: Sequence[Facts]) -> Figure | None:
        """Every pair that was measured, as a coloured square."""
        found = {(one["a"], one["b"]): one["value"] for one in pairs}
        found |= {(b, a): value for (a, b), value in found.items()}
        known = [one["name"] for one in columns if any(one["name"] == a for a, _ in found)][:HEATED]
        if len(known) < 2:
            return None
        w, titles = self.words, [self.title(name) for name in known]
        rows = [[Cell(1.0) if a == b else self.cell(found.get((a, b))) for b in known] for a in known]
        return Figure(w("explore.pairs"), marks.cells(titles, titles, rows, w("explore.pairs")), w("explore.pairs.read"))

    def cell(self, value: float | None) -> Cell:
        return Cell(None) if value is None else Cell(value, self.words.decimal(value, 2))

    def strongest(self, pairs: Sequence[Facts]) -> Grid | None:
        w = self.words
        rows = [(self.title(one["a"]), self.title(one["b"]), w(f"how.{one['how']}"), w.decimal(one["value"], 2)) for one in pairs]
        head = [w(f"explore.{key}") for key in ("a", "b", "how", "strength")]
        return Grid(w("explore.strongest"), head, rows, frozenset({0, 1, 2}), folded=STRONGEST) if rows else None

    def box(self, number: str, word: str, levels: Sequence[Facts]) -> Figure:
        """A number level by level of a word."""
        w, title = self.words, self.words("explore.boxes", number=self.title(number), word=self.title(word))
        items = [Box(self.level(one["level"]), *(float(one[key]) for key in ("q5", "q25", "q50", "q75", "q95"))) for one in levels]
        low, high = min(one.low for one in items), max(one.high for one in items)
        keys = ("q5", "q25", "q50", "q75", "q95")
        rows = [(self.level(one["level"]), w.number(one["rows"]), *(self.value(number, one[key]) for key in keys)) for one in levels]
        data = Grid(title, [self.title(word), w("head.rows"), *(key.replace("q", "") + "%" for key in keys)], rows)
        return Figure(title, marks.boxes(items, self.axis(number, low, high), title), w("explore.boxes.read"), data)

    def answered(self, question: str, told: Facts) -> Answered:
        """What goes with an answer, strongest first, and how."""
        w, title = self.words, self.words("explore.answer", question=self.names.question(question))
        rows = [(self.title(one["name"]), w(f"how.{one['how']}"), w.decimal(one["value"], 2)) for one in told["with"]]
        head = [w(f"explore.{key}") for key in ("column", "how", "strength")]
        figures = [figure for one in told["with"] if (figure := self.lies(told["column"], one))]
        return Answered(title, Grid(title, head, rows, frozenset({0, 1})) if rows else None, figures)

    def lies(self, answer: str, one: Facts) -> Figure | None:
        if one.get("boxes"):
            word = one["name"] if one["number"] == answer else answer
            return self.box(one["number"], word, one["boxes"])
        levels = one.get("shares") or []
        values = sorted({value for level in levels for value in level["answers"]})
        if not levels or not values:
            return None
        w, of = self.words, "true" if "true" in values else values[-1]
        items = [(self.level(level["level"]), share(level["answers"].get(of, 0), level["rows"])) for level in levels]
        title = w("explore.shares", answer=self.title(answer), word=self.title(one["name"]))
        svg = marks.bars([Bar(name, part, w.percent(part)) for name, part in items], title)
        return Figure(title, svg, w("explore.shares.read", value=self.level(of)))

    def axis(self, name: str, low: float, high: float) -> Axis:
        high = high if high > low else low + 1.0
        time = self.type_of(name) in kinds.MOMENTS
        return Axis("", low, high, charts.ticks(low, high, 4), lambda value: self.value(name, value) if time else short(value, self.words))

    def range(self, name: str, low: float, high: float) -> str:
        return self.words("explore.range", low=self.value(name, low), high=self.value(name, high))

    def value(self, name: str, value: float | None) -> str:
        """A value as people read it: days as dates."""
        if value is None:
            return DASH
        if self.type_of(name) in kinds.MOMENTS:
            return (EPOCH + timedelta(days=int(value))).isoformat()
        return self.words.compact(value)

    def level(self, text: str) -> str:
        return self.words(f"label.{text}") if text in ("true", "false") else text

    def kind(self, one: Facts) -> str:
        kind = self.type_of(one["name"])
        return self.words("explore.time") if kind in kinds.MOMENTS else self.words(f"explore.{one['kind']}")

    def title(self, name: str) -> str:
        return self.names.column(name, self.table)

    def type_of(self, name: str) -> str:
        return kinds.named(types(self.names.project.tables[self.table]).get(name, "any")).name
