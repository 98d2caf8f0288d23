"""When in the week: the share of what happens at night and at the weekend, in UTC."""

from __future__ import annotations

import ibis.expr.types as ir

from chaland.features import Counted, Made, numbers, share, told
from chaland.history import WHO, History, days, second_of_day, seconds

NEEDS: dict[str, set[str]] = {"transactions": {"time"}}
TITLES = {
    "night": ("Share at night", "Part de nuit"),
    "weekend": ("Share at the weekend", "Part du week-end"),
}
HOUR = 3_600
THURSDAY, SATURDAY = 3, 5
"""Days of the week from Monday, 0; the first day of all, 1970-01-01, was a Thursday."""


class Options(Counted):
    """What a project may say of this family."""

    night: tuple[int, int] = (22, 6)
    """The hours between which it is night: from the first (inclusive) to the second (exclusive)."""


def describe(options: Options, past: History) -> list[Made]:
    """The features that `compute` will make, in their order."""
    return numbers(options, TITLES)


def compute(past: History, options: Options, key: str) -> ir.Table:
    """Shares of the rows; null for who has none. A table with days but no hours has no nights: leave `night` out with `except`."""
    rows = past.linked(options, key, "time")
    second = second_of_day(seconds(rows.time))
    dusk, dawn = (second >= hour * HOUR for hour in options.night)
    night = dusk & ~dawn if options.night[0] <= options.night[1] else dusk | ~dawn
    weekday = (days(rows.time) % 7 + THURSDAY + 7) % 7
    weekend = weekday >= SATURDAY
    counted = rows.group_by(WHO).agg(rows=rows.count(), nights=rows.count(where=night), weekends=rows.count(where=weekend))
    shares = {"night": share(counted.nights, counted.rows), "weekend": share(counted.weekends, counted.rows)}
    return told(past, key, counted.mutate(**shares), describe(options, past), ())
