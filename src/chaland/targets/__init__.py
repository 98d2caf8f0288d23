"""What is to be foretold: each a function from past and future to one label per customer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pydantic import Field

from chaland.spec.linked import Linked

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from chaland.history import History

LABEL = "_label"
USUAL = 0.9
"""The share of the pauses between purchases that a proposed window holds."""
WEEK, LEAST_PAUSES = 7, 20
MOST_OF_HISTORY = 4
"""A proposed window is at most one part in so many of the time that the rows span: to learn, and to measure forward, takes several."""


class Horizon(Linked):
    """Words of a target that is looked for in the days ahead, in a table of transactions or events."""

    days: int | None = Field(None, ge=1, le=3650)
    """How many days ahead. Default: the window in which nine in ten pauses between purchases end, told in a note."""


def proposed(past: History, options: Horizon, key: str) -> int:
    """The window in which nine in ten of the pauses between two days with purchases end, in whole weeks; at most a fourth of the history."""
    import ibis

    from chaland.history import WHO, days

    rows = past.linked(options, key, "time")
    bought = rows.select(WHO, day=days(rows.time)).distinct()
    pause = bought.day - bought.day.lag().over(ibis.window(group_by=WHO, order_by="day"))
    pauses = bought.select(pause=pause).filter(lambda row: row.pause.notnull())
    counts = pauses.group_by("pause").agg(n=pauses.count()).order_by("pause").to_pyarrow().to_pydict()
    span = bought.agg(first=bought.day.min(), last=bought.day.max()).to_pyarrow().to_pylist()[0]
    most = max(((span["last"] or 0) - (span["first"] or 0)) // MOST_OF_HISTORY, WEEK)
    return min(_whole_weeks(_quantile(counts["pause"], counts["n"])), most // WEEK * WEEK)


def _quantile(pauses: list[int], counts: list[int]) -> int:
    """The least pause that so many do not pass; 90 days where there are hardly any."""
    total, seen = sum(counts), 0
    if total < LEAST_PAUSES:
        return 90
    for pause, count in zip(pauses, counts, strict=True):
        seen += count
        if seen >= USUAL * total:
            return pause
    return pauses[-1]


def _whole_weeks(days: int) -> int:
    return WEEK * math.ceil(days / WEEK)


def active(past: History, options: Horizon, key: str) -> ir.Table:
    """Those who are described and have rows before the day: the others have nothing that could go on or stop."""
    from chaland.history import WHO

    _, rows, _ = past.customers()
    ever = past.linked(options, key).select(WHO).distinct()
    files = ["_file"] if "_file" in rows.columns else []
    return rows.select(key, *files).semi_join(ever, rows[key] == ever[WHO])
