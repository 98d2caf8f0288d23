"""The day on which we stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.spec.column import TIMES


def today(run: Run) -> date:
    """The day of the run, in UTC, unless another was asked for."""
    return run.asked.as_of or datetime.now(UTC).date()


def as_of(run: Run) -> date:
    """The day asked for; else the day after the last event; else, for tables without time, today."""
    if run.asked.as_of:
        return run.asked.as_of
    last = [day for name, table in in_force(run).items() if (time := table.with_role("time")) and (day := _last(run, name, time))]
    return max(last) + timedelta(days=1) if last else today(run)


def is_dated(run: Run) -> bool:
    """Whether any column holds a day or a time, so that what is found depends on the day on which we stand."""
    return any(column.type in TIMES for table in in_force(run).values() for column in table.columns.values())


def _last(run: Run, name: str, time: str) -> date | None:
    table = run.lake.table(run.engine, f"clean/{name}")
    found: date | None = table[time].max().cast("date").to_pyarrow().as_py()
    return found
