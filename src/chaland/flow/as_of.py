"""The day on which we stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.spec.column import TIMES

STALE_DAYS = 365
"""After so many days without an event, data are old."""


def today(run: Run) -> date:
    """The day of the run, in UTC, unless another was asked for."""
    return run.asked.as_of or datetime.now(UTC).date()


def as_of(run: Run) -> date:
    """The day asked for; else the day after the last event; else, for tables without time, today."""
    if run.asked.as_of:
        return run.asked.as_of
    return last_event(run) or today(run)


def last_event(run: Run) -> date | None:
    """The day after the last event, or None for tables without time."""
    last = [day for name, table in in_force(run).items() if (time := table.with_role("time")) and (day := _last(run, name, time))]
    return max(last) + timedelta(days=1) if last else None


def stale(run: Run) -> dict[str, list[dict[str, str]]]:
    """What is to be said where the last event is long past: a warning; only a note where the day was asked for."""
    told: dict[str, list[dict[str, str]]] = {"warnings": [], "notes": []}
    last = last_event(run) if run.record("prepare") else None
    days = (today(run) - last).days if last else 0
    if days > STALE_DAYS:
        said = f"nothing happened in the {days} days before {today(run)}: what is said of customers is as of {as_of(run)}"
        told["notes" if run.asked.as_of else "warnings"].append({"code": "stale_data", "said": said})
    return told


def is_dated(run: Run) -> bool:
    """Whether any column holds a day or a time, so that what is found depends on the day on which we stand."""
    return any(column.type in TIMES for table in in_force(run).values() for column in table.columns.values())


def _last(run: Run, name: str, time: str) -> date | None:
    table = run.lake.table(run.engine, f"clean/{name}")
    found: date | None = table[time].max().cast("date").to_pyarrow().as_py()
    return found
