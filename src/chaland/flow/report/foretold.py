"""What a forecast foretells, and how well it did in the back-test."""

from __future__ import annotations

from collections.abc import Callable

from chaland.flow.report.pieces import Facts, Grid
from chaland.flow.report.words import Words

ERRORS = ("mae", "rmse", "wape", "bias")


def said(told: Facts, words: Words) -> str:
    """Which method foretells, and how that is known."""
    base = words.percent((told["baseline"].get("metrics") or {}).get("wape"))
    if not told["measured_on"]:
        return words("forecast.short")
    if not told["beats_baseline"]:
        return words("forecast.baseline", origins=told["measured_on"], base=base)
    metrics = next(one["metrics"] for one in told["candidates"] if one["name"] == told["kept"])
    method = words(f"method.{told['kept']}")
    return words("forecast.kept", method=method, origins=told["measured_on"], wape=words.percent(metrics.get("wape")), base=base)


def foretold(told: Facts, period: Callable[[str], str], value: Callable[[float | None], str], words: Words) -> Grid | None:
    """The periods ahead with their intervals."""
    head = [words("trend.period"), words("trend.value"), words("forecast.low"), words("forecast.high")]
    rows = [(period(one["period"]), *(value(_whole(one.get(key))) for key in ("value", "low", "high"))) for one in told.get("ahead") or []]
    return Grid(words("forecast.numbers"), head, rows, folded=len(rows)) if rows else None


def errors(told: Facts, value: Callable[[float | None], str], words: Words) -> Grid | None:
    """Every method with its errors; the one that is used is marked."""
    every = [told["baseline"], *told["candidates"]]
    if not told["measured_on"]:
        return None
    head = [words("forecast.method"), *(words(f"forecast.{key}") for key in ERRORS)]
    rows = [[words(f"method.{one['name']}"), *(_error(one["metrics"], key, value, words) for key in ERRORS)] for one in every]
    marked = frozenset(place for place, one in enumerate(every) if one["name"] == told["kept"])
    return Grid(words("forecast.errors"), head, rows, marked=marked)


def _error(metrics: Facts, key: str, value: Callable[[float | None], str], words: Words) -> str:
    return words.percent(metrics.get(key)) if key == "wape" else value(_whole(metrics.get(key)))


def _whole(number: float | None) -> float | None:
    """Large numbers without a fraction: nobody foretells cents of millions."""
    return None if number is None else float(round(number)) if abs(number) >= 1000 else number
