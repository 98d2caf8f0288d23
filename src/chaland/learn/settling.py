"""How many events it takes until a profile settles: how far two halves of the same customer's events tell the same of him.

For each number n of events, everybody who has so many is looked at through his first n, split into odd and even ones. The correlation of
a feature between the halves, over customers, is that of n/2 events; Spearman and Brown (1910) bring it to n. What differs as little
between customers as between the halves of one is no habit of anybody's yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from chaland.history import MILLION
from chaland.learn.dataset import Feature

LEVELS = (2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
"""The numbers of events that are looked at."""
LEAST = 30
"""Fewer customers than these tell no correlation."""
FAINT = 1e-9
SUMS = ("n", "x", "y", "xx", "yy", "xy")


@dataclass(frozen=True)
class Point:
    """One feature at one number of events: customers who tell it in both halves, the correlation, and the reliability of all the events."""

    feature: str
    events: int
    customers: int
    correlation: float
    reliability: float


def points(pairs: ir.Table, features: Sequence[Feature]) -> list[Point]:
    """Every feature at every number of events; `pairs` has `_events`, and each feature as `odd_NAME` and `even_NAME`. In one pass.

    Numbers are seen through their logarithm, so that a few huge ones do not decide. Where too few customers tell a feature in both
    halves, or all are alike, there is no point.
    """
    numbers = [one.name for one in features if one.kind == "number"]
    sums = {f"{part}_{nth}": value for nth, name in enumerate(numbers) for part, value in _sums(pairs, name).items()}
    told = pairs.group_by("_events").agg(**sums).order_by("_events").to_pyarrow().to_pylist()
    found = [
        _point(name, row["_events"], {part: int(row[f"{part}_{nth}"] or 0) for part in SUMS})
        for row in told
        for nth, name in enumerate(numbers)
    ]
    return [one for one in found if one is not None]


@dataclass(frozen=True)
class Settling:
    """The points, and the reliability that is asked for."""

    points: tuple[Point, ...]
    asked: float

    def whole(self) -> list[dict[str, Any]]:
        """The profile at each number of events: customers, features told, and the mean of their reliabilities."""
        told = []
        for events in sorted({one.events for one in self.points}):
            here = [one for one in self.points if one.events == events]
            mean = sum(one.reliability for one in here) / len(here)
            told.append(
                {"events": events, "customers": max(one.customers for one in here), "features": len(here), "reliability": round(mean, 4)}
            )
        return told

    def minimum(self) -> int | None:
        """The least number of events from which the profile is as reliable as asked for, and stays so; None where there is none."""
        return _settled([(one["events"], one["reliability"]) for one in self.whole()], self.asked)

    def by_feature(self, features: Sequence[Feature]) -> list[dict[str, Any]]:
        """Each feature with the number of events from which it has settled, and its curve; those that told nothing are left out."""
        told = []
        for feature in features:
            curve = [(one.events, one.reliability) for one in self.points if one.feature == feature.name]
            if curve:
                title = {"en": feature.title_en, "fr": feature.title_fr}
                drawn = [{"events": events, "reliability": round(value, 4)} for events, value in curve]
                told.append({"feature": feature.name, "title": title, "events": _settled(curve, self.asked), "curve": drawn})
        return told


def band(events: ir.IntegerValue) -> ir.IntegerValue:
    """How many of the numbers that are looked at, after the first, are not more than this one."""
    below = [(events < level).cast("int64") for level in LEVELS[1:]]
    return (len(LEVELS) - 1 - sum(below[1:], start=below[0])).cast("int64")


def kept(told: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Of customers whose halves were put into groups (`band`, `odd`, `even`, `customers`): how many, the share put into one and the same, and
    that of halves of two different customers with about as many events, for much of a group may be how many there are."""
    whole = sum(one["customers"] for one in told)
    if not whole:
        return None
    same = sum(one["customers"] for one in told if one["odd"] == one["even"]) / whole
    bands = [[one for one in told if one["band"] == band] for band in sorted({one["band"] for one in told})]
    weighed = [(sum(one["customers"] for one in rows), _strangers(rows)) for rows in bands]
    known = [(many, chance) for many, chance in weighed if chance is not None]
    chance = sum(many * chance for many, chance in known) / sum(many for many, _ in known) if known else None
    return {"customers": whole, "same": round(same, 4), "by_chance": None if chance is None else round(chance, 4)}


def _strangers(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """How often the odd half of one customer and the even half of another are in one group; None where there is one customer."""
    whole = sum(one["customers"] for one in rows)
    sums: dict[tuple[str, int], int] = {}
    for one in rows:
        for side in ("odd", "even"):
            sums[side, one[side]] = sums.get((side, one[side]), 0) + one["customers"]
    together = sum(many * sums.get(("even", group), 0) for (side, group), many in sums.items() if side == "odd")
    own = sum(one["customers"] for one in rows if one["odd"] == one["even"])
    return (together - own) / (whole * (whole - 1)) if whole > 1 else None


def _sums(pairs: ir.Table, name: str) -> dict[str, Any]:
    odd, even = (_seen(pairs[f"{side}_{name}"]) for side in ("odd", "even"))
    both = odd.notnull() & even.notnull()
    parts = {"x": odd, "y": even, "xx": odd * odd, "yy": even * even, "xy": odd * even}
    return {"n": both.sum().cast("int64"), **{part: value.cast("decimal(38, 0)").sum(where=both) for part, value in parts.items()}}


def _seen(value: ir.NumericValue) -> ir.IntegerValue:
    """The logarithm in whole millionths: their sums hang on no order of adding, so that every engine finds the same correlation."""
    logarithm = value.sign().cast("float64") * (value.abs() + 1.0).ln()
    return (logarithm * MILLION + 0.5).floor().cast("int64")


def _point(name: str, events: int, sums: Mapping[str, int]) -> Point | None:
    many = sums["n"]
    if many < LEAST:
        return None
    # All whole numbers: what is left after so much cancels out is exact.
    spread = [many * sums[2 * side] - sums[side] ** 2 for side in ("x", "y")]
    if min(spread) <= FAINT * (many * MILLION) ** 2:
        return None
    together = many * sums["xy"] - sums["x"] * sums["y"]
    correlation = min(1.0, max(-1.0, together / (float(spread[0]) ** 0.5 * float(spread[1]) ** 0.5)))
    doubled = 2 * correlation / (1 + correlation) if correlation > 0 else 0.0
    return Point(name, events, many, correlation, doubled)


def _settled(curve: Sequence[tuple[int, float]], asked: float) -> int | None:
    """The least number from which all values are as high as asked for."""
    high = None
    for events, value in sorted(curve, reverse=True):
        if value < asked:
            break
        high = events
    return high
