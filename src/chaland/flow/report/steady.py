"""How settled the profiles behind groups are, and whether the groups come again: in sentences, a curve and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chaland.flow.report import charts
from chaland.flow.report.charts import Axis, Line
from chaland.flow.report.pieces import Facts, Figure, Grid
from chaland.flow.report.words import DASH, Words


def said(told: Facts, words: Words) -> list[str]:
    """What is to be known of it, a sentence each."""
    tendencies = [words("groups.tendencies")] if told.get("beyond_chance") is False else []
    return [*tendencies, *_settled(told, words), *_again(told.get("validation") or {}, words)]


def curve(told: Facts, words: Words) -> Figure | None:
    """Reliability by number of events, with its numbers; None where nobody looked, or nothing was told."""
    settling = told.get("settling") or {}
    points = settling.get("curve") or []
    if len(points) < 2:
        return None
    events = [one["events"] for one in points]
    x = Axis(words("head.events"), 0.0, len(events) - 1.0, tuple(map(float, range(len(events)))), lambda place: str(events[round(place)]))
    y = Axis(words("head.reliability"), 0.0, 1.0, charts.ticks(0.0, 1.0), lambda value: words.decimal(value, 1))
    asked = float(settling["reliability"])
    lines = [
        Line([(float(place), float(one["reliability"])) for place, one in enumerate(points)], "t s-0", dots=True),
        Line([(0.0, asked), (len(events) - 1.0, asked)], "l-chance"),
    ]
    heads = [words(f"head.{key}") for key in ("events", "customers", "features", "reliability")]
    rows = [
        [words.number(one[key]) for key in ("events", "customers", "features")] + [words.decimal(one["reliability"], 2)] for one in points
    ]
    return Figure(
        words("settled.title"),
        charts.plane(x, y, lines, words("settled.title")),
        words("settled.read"),
        Grid(words("settled.title"), heads, rows),
    )


def grids(told: Facts, words: Words) -> Sequence[Grid]:
    """Each feature with the number of events from which it has settled, and each month against the next."""
    return [one for one in (_features(told, words), _months(told, words)) if one]


def _settled(told: Facts, words: Words) -> Iterator[str]:
    settling = told.get("settling")
    if not settling:
        return
    reliability, least = words.decimal(settling["reliability"], 2), told.get("minimum_events")
    counts = {side: words.number(settling[side]) for side in ("above", "below")}
    yield (
        words("settled.never", reliability=reliability)
        if least is None
        else words("settled.from", events=least, reliability=reliability, **counts)
    )
    for side in ("below", "above"):
        kept = settling["kept"][side]
        if kept:
            shares = {"same": words.percent(kept["same"], 0), "chance": words.percent(kept["by_chance"], 0)}
            yield words("settled.everybody" if least is None else f"settled.{side}", customers=words.number(kept["customers"]), **shares)
    yield words("settled.part", customers=words.number(settling["looked_at"]))


def _again(found: Facts, words: Words) -> Iterator[str]:
    for kind in ("folds", "months"):
        one = found.get(kind) or {}
        if one.get("agreement") is not None:
            yield words(f"again.{kind}", value=words.decimal(one["agreement"], 2))
        elif kind == "months" and one and not one["each"]:
            yield words("again.no_months")


def _features(told: Facts, words: Words) -> Grid | None:
    rows = [
        (words.pick(one["title"]), words.number(one["events"]) if one["events"] else words("settled.not_yet"))
        for one in (told.get("settling") or {}).get("features") or []
    ]
    return Grid(words("settled.features"), [words("head.feature"), words("head.settled")], rows) if rows else None


def _months(told: Facts, words: Words) -> Grid | None:
    each = ((told.get("validation") or {}).get("months") or {}).get("each") or []
    rows = [
        (
            one["learned_in"],
            one["applied_to"],
            words.number(one["customers"]),
            words.decimal(one["agreement"], 2),
            _stayed(one["stayed"], words),
        )
        for one in each
    ]
    heads = [words(f"head.{key}") for key in ("learned_in", "applied_to", "customers", "agreement", "stayed")]
    return Grid(words("again.title"), heads, rows, frozenset({0, 1})) if rows else None


def _stayed(told: Facts | None, words: Words) -> str:
    """The share of those seen in both months who stay in their group."""
    return DASH if not told else f"{words.percent(told['same'], 0)} / {words.number(told['customers'])}"
