"""What a question that looks ahead was worth on later days: learnt on one day, measured one horizon later, beside the simplest answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from chaland.flow.report.pieces import Facts, Grid, named
from chaland.flow.report.words import Words


def grid(pairs: Sequence[Facts], metric: str, called: Callable[[str | None], str], words: Words) -> Grid | None:
    """One row a pair of days, by the metric that chose; `called` names a baseline. None where nothing was measured ahead."""
    if not pairs:
        return None
    names = list(dict.fromkeys(one["name"] for pair in pairs for one in pair.get("baselines") or [pair["baseline"]]))
    head = [words("ahead.days"), words("head.customers"), words.known(f"metric.{metric}", metric), *(called(name) for name in names)]
    rows = [_row(pair, metric, names, words) for pair in pairs]
    return Grid(words("ahead.heading"), head, rows, frozenset({0}))


def learnt(told: Facts, words: Words) -> str:
    """From how many customers the model learnt, standing on which day, and how it was measured; "" where it does not look ahead."""
    pairs = told.get("forward") or []
    if not pairs or not told.get("kept"):
        return ""
    first = pairs[0]
    return words(
        "ahead.learnt",
        rows=words.number(told["rows"]),
        day=words.day(told.get("stands_at")),
        earlier=words.day(first["learned_at"]),
        held=words.number(first["rows"]),
        later=words.day(first["measured_at"]),
    )


def _row(pair: Facts, metric: str, names: Sequence[str], words: Words) -> list[str | Markup]:
    simple = {one["name"]: one for one in pair.get("baselines") or [pair["baseline"]]}
    days = words("ahead.pair", learnt=words.day(pair["learned_at"]), measured=words.day(pair["measured_at"]))
    own = pair["metrics"].get(metric) or {}
    figure = named(words.decimal(own.get("value")), words.interval(own.get("low"), own.get("high")))
    others = [words.decimal(((simple.get(name) or {}).get("metrics", {}).get(metric) or {}).get("value")) for name in names]
    return [days, words.number(pair["rows"]), figure, *others]
