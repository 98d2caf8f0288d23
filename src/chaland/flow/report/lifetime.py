"""The section of customer lifetime value: what is expected of everybody, and how it stood the test of days that were not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from chaland.flow.report import charts
from chaland.flow.report.charts import Axis, Line
from chaland.flow.report.pieces import Facts, Figure, Grid, Told, named
from chaland.flow.report.words import DASH, Names, Words

WHATS = ("purchases", "value")
METRICS = ("scaled_rmse", "rmse", "mae", "bias", "ratio", "top_tenth", "covered")
SHARES = ("ratio", "top_tenth", "covered")


@dataclass(frozen=True)
class LifetimeView:
    """One lifetime as the report shows it."""

    name: str
    title: str
    said: Sequence[str]
    told: Sequence[Told]
    figures: Sequence[Figure]
    grids: Sequence[Grid]


def view(name: str, told: Facts, words: Words, names: Names) -> LifetimeView:
    """One lifetime, from the document's facts."""
    one = _One(words, told)
    return LifetimeView(name, title(name, words, names), one.sentences(), one.numbers(), one.figures(), one.grids())


def title(name: str, words: Words, names: Names) -> str:
    """Its name for people."""
    spec = names.project.lifetime.get(name)
    return spec.title.in_(words.lang) if spec and spec.title else name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class _One:
    words: Words
    told: Facts

    def sentences(self) -> list[str]:
        """Of whom, how far ahead, whether it is kept and what its intervals hold."""
        w, told = self.words, self.told
        customers = w(
            "lifetime.said", customers=w.number(told["customers"]), returned=w.number(told["returned"]), days=told["horizon_days"]
        )
        said = [customers + " " + w(f"lifetime.unit.{told['unit']}")]
        said += [self._verdict(what) for what in WHATS if self._why(what) != "no_money"]
        said += [w("lifetime.interval.value")] if told["kept"]["value"] else []
        said += [w("lifetime.interval")] if told["kept"]["purchases"] else []
        return [*said, *([w("lifetime.measure")] if told["forward"] else [])]

    def _verdict(self, what: str) -> str:
        w, why = self.words, self._why(what)
        against = (self.told["against"].get(what) or {}).get("recency")
        if why is None and against:
            return w(f"lifetime.kept.{what}", **self._difference(against))
        rival = w.known(f"rival.{why}", "")
        if rival and against:
            figure = (self.told["against"][what].get(why) or against) if why else against
            return w(f"lifetime.not_kept.{what}", rival=rival, **self._difference(figure))
        return w(f"lifetime.why.{why}")

    def _why(self, what: str) -> str | None:
        found: str | None = self.told["why"].get(what)
        return found

    def _difference(self, told: Facts) -> dict[str, str]:
        w = self.words
        return {"by": w.decimal(told["value"]), "ends": w.interval(told["low"], told["high"])}

    def numbers(self) -> list[Told]:
        """What is expected of everybody; by the simple rule where the model is not kept."""
        w, found = self.words, []
        for what in WHATS:
            figure = self.told["totals"].get(what) or {}
            simple = self.told["heuristic"].get(what)
            if figure.get("value") is not None:
                behind = w("lifetime.behind", ends=self._ends(figure), simple=self._money(simple))
                found.append(Told(self._money(figure["value"]), self._expected(what), behind, "good"))
            elif simple is not None:
                found.append(Told(self._money(simple), self._expected(what), w("lifetime.by_rule")))
        alive = self.told["totals"].get("alive")
        return found + ([Told(self._money(alive), w("lifetime.alive"), w("lifetime.alive.is"))] if alive is not None else [])

    def _expected(self, what: str) -> str:
        return self.words(f"lifetime.expected.{what}", days=self.told["horizon_days"])

    def _ends(self, told: Facts) -> str:
        return self.words("interval", low=self._money(told["low"]), high=self._money(told["high"])) if told["high"] is not None else DASH

    def _money(self, value: float | None) -> str:
        return self.words.number(None if value is None else round(value))

    def figures(self) -> list[Figure]:
        """Expected against observed, by how often customers had come back, on the latest days that were looked ahead to."""
        ahead = self.told["forward"][:1]
        return [self._figure(one, what) for one in ahead for what in WHATS if one["groups"] and f"expected_{what}" in one["groups"][0]]

    def _figure(self, ahead: Facts, what: str) -> Figure:
        w, groups = self.words, ahead["groups"]
        expected = [(float(place), float(one[f"expected_{what}"])) for place, one in enumerate(groups)]
        came = [(float(place), float(one[f"observed_{what}"]["value"])) for place, one in enumerate(groups)]
        most = max(value for _, value in [*expected, *came]) or 1.0
        x = Axis(
            w("lifetime.repeats"),
            -0.3,
            len(groups) - 0.7,
            tuple(map(float, range(len(groups)))),
            lambda place: self._group(groups[int(place)]),
        )
        y = Axis(w(f"lifetime.each.{what}"), 0.0, most, charts.ticks(0.0, most), w.compact)
        heading = w(f"lifetime.figure.{what}")
        read = w("lifetime.figure.read", day=w.day(ahead["learned_at"]), until=w.day(ahead["measured_until"]))
        svg = charts.plane(
            x, y, [Line(came, "t s-0", dots=True), Line(expected, "l-chance", dots=True)], w("chart.curve", title=heading, read=read)
        )
        legend = [("s-0", w("lifetime.observed")), ("k-chance", w("lifetime.foreseen"))]
        return Figure(heading, svg, read, self._numbers(groups, what, heading), legend)

    def _numbers(self, groups: Sequence[Facts], what: str, heading: str) -> Grid:
        w = self.words
        head = [w("lifetime.repeats"), w("head.customers"), w("lifetime.foreseen"), w("lifetime.observed"), w("head.interval")]
        rows = [
            [
                self._group(one),
                w.number(one["customers"]),
                w.decimal(one[f"expected_{what}"], 2),
                w.decimal(came["value"], 2),
                w.interval(came["low"], came["high"], 2),
            ]
            for one in groups
            for came in [one[f"observed_{what}"]]
        ]
        return Grid(heading, head, rows, folded=len(rows))

    def _group(self, one: Facts) -> str:
        return f"{one['repeats']}+" if one["or_more"] else str(one["repeats"])

    def grids(self) -> list[Grid]:
        """Every look ahead by every measure, the model beside the simple rules; and the parameters."""
        looks = [self._compared(one, what) for one in self.told["forward"] for what in WHATS if what in one["metrics"]]
        return [*looks, *([self._parameters()] if self.told["parameters"] else [])]

    def _compared(self, ahead: Facts, what: str) -> Grid:
        w, measured = self.words, [{"name": "model", "metrics": ahead["metrics"]}, *ahead["baselines"]]
        shown = [metric for metric in METRICS if metric in ahead["metrics"][what]]
        caption = w(
            f"lifetime.ahead.{what}",
            day=w.day(ahead["learned_at"]),
            until=w.day(ahead["measured_until"]),
            customers=w.number(ahead["customers"]),
        )
        head = [w("lifetime.who"), *(w(f"lifetime.metric.{metric}") for metric in shown)]
        rows = [
            [w(f"rival.{one['name']}"), *(self._cell(one["metrics"][what].get(metric), metric) for metric in shown)] for one in measured
        ]
        return Grid(caption, head, rows, marked=frozenset({0} if self.told["kept"][what] else ()), folded=len(rows))

    def _cell(self, told: Facts | None, metric: str) -> str | Markup:
        if told is None or told["value"] is None:
            return DASH
        if metric in SHARES:
            low, high = (self.words.percent(told[end], 0) for end in ("low", "high"))
            ends = self.words("interval", low=low, high=high) if told["low"] is not None else ""
            return named(self.words.percent(told["value"]), ends)
        digits = 0 if abs(told["value"]) >= 100 else 3
        return named(self.words.decimal(told["value"], digits), self.words.interval(told["low"], told["high"], digits))

    def _parameters(self) -> Grid:
        w = self.words
        rows: list[list[Any]] = [
            [named(name, w(f"lifetime.model.{what}")), w.decimal(one["value"], 4), w.interval(one["low"], one["high"], 4)]
            for what, told in self.told["parameters"].items()
            for name, one in told.items()
        ]
        return Grid(w("lifetime.parameters"), [w("lifetime.parameter"), w("head.value"), w("head.interval")], rows, folded=len(rows))
