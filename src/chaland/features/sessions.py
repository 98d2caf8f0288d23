"""Visits: how many, how many events in each, and how many minutes long."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from pydantic import Field

from chaland.features import Counted, Made, numbers, share, told
from chaland.history import WHO, History, seconds

NEEDS: dict[str, set[str]] = {"transactions": {"time"}}
TITLES = {
    "sessions": ("Visits", "Visites"),
    "events": ("Events per visit", "Événements par visite"),
    "minutes": ("Minutes per visit", "Minutes par visite"),
}
MINUTE = 60.0


class Options(Counted):
    """What a project may say of this family."""

    session: str | None = None
    """The column whose values tell visits apart; default: that of role session."""
    gap: int | None = Field(None, ge=1, le=1440)
    """Minutes without an event after which a new visit begins; said where there is no such column, or against it. Default without one: 30."""


def describe(options: Options, past: History) -> list[Made]:
    """The features that `compute` will make, in their order."""
    return numbers(options, TITLES)


def compute(past: History, options: Options, key: str) -> ir.Table:
    """Means over visits; a visit of one event is 0 minutes long. Null for who never came."""
    rows = past.linked(options, key, "time", "session")
    rows = rows.mutate(second=seconds(rows.time))
    by_column = "session" in rows.columns and options.gap is None
    counted = _by_column(rows) if by_column else _by_gap(rows, 60 * (options.gap or 30))
    means = {"events": share(counted.rows, counted.sessions), "minutes": share(counted.seconds, counted.sessions) / MINUTE}
    return told(past, key, counted.mutate(**means), describe(options, past), ("sessions",))


def _by_column(rows: ir.Table) -> ir.Table:
    visits = rows.group_by(WHO, "session").agg(rows=rows.count(), seconds=rows.second.max() - rows.second.min())
    return visits.group_by(WHO).agg(sessions=visits.count(), rows=visits.rows.sum(), seconds=visits.seconds.sum())


def _by_gap(rows: ir.Table, most: int) -> ir.Table:
    """Without numbering the visits: a pause that is too long begins one, the other pauses are their length."""
    pause = rows.second - rows.second.lag().over(ibis.window(group_by=WHO, order_by="second"))
    paused = rows.select(WHO, pause=pause)
    begins = (paused.pause > most).fill_null(True)
    return paused.group_by(WHO).agg(sessions=begins.sum(), rows=paused.count(), seconds=paused.pause.sum(where=~begins).fill_null(0))
