"""trends: clean tables → what is counted and added up, by what and over which time (trends/TREND), and what is foretold (forecasts/TREND)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from chaland import plugins
from chaland.errors import ChalandError, DataError, Fault, Where
from chaland.explore import forecast
from chaland.explore import trends as measuring
from chaland.flow import fingerprint
from chaland.flow.computing import NEXT
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.spec.trends import Period, Trend

DRAWN = 4000
"""Rows of a trend that the report draws and lists; the lake holds them all."""


def inputs(run: Run) -> str:
    """The prepared tables and the words of the trends."""
    return fingerprint.of(run.project.trends and run.needed("prepare")["fingerprint"], run.project.trends)


def trends(run: Run) -> dict[str, Any]:
    """Compute every trend; facts per trend: rows, the measure over everything, ties, the rows that the report draws, and the forecast."""
    return {"trends": {name: _trend(run, name, trend) for name, trend in run.project.trends.items()}}


@contextmanager
def _computed(run: Run, name: str) -> Iterator[None]:
    """Work on the SQL of a trend; where the engine cannot compute it on some row, a DataError says so."""
    try:
        yield
    except ChalandError:
        raise
    except Exception as error:
        if plugins.load("engines", run.site.engine.kind).trouble(error):
            raise
        where = Where(run.project.name)
        fault = Fault(("trends", name), "its measure or its where cannot be computed on some row", NEXT)
        raise DataError(f"the trend {name!r} cannot be computed", where=where, code="sql", faults=[fault]) from error


def _trend(run: Run, name: str, trend: Trend) -> dict[str, Any]:
    place = f"trends/{name}"
    table = in_force(run)[trend.table]
    with _computed(run, name):
        measured = measuring.compute(run.engine, run.lake.table(run.engine, f"clean/{trend.table}"), trend, table)
        run.lake.write(run.engine, place, measured.table)
        made, whole = run.lake.table(run.engine, place), _plain(measured.whole)[0]
    drawn = _plain(_ordered(made, trend).limit(DRAWN))
    count = int(made.count().to_pyarrow().as_py())
    told = {"rows": count, "total": whole["value"], "table": place, "undated": whole["undated"], "drawn": drawn}
    return told | (_ties(made, trend) if trend.top else {}) | (_foretold(run, name, trend, made) if trend.forecast else {})


def _ordered(made: ir.Table, trend: Trend) -> ir.Table:
    """Over time by period; a top by its places; else the greatest first."""
    first = [*(["period"] if trend.over else []), *(trend.within if trend.top else ()), *(["place"] if trend.top else [])]
    keys = [name for name in (*trend.rows, *([trend.columns] if trend.columns else [])) if name not in first]
    value = [] if trend.over else [ibis.desc("value", nulls_first=False)]
    return made.order_by(*_rising(first), *value, *_rising(keys))


def _rising(names: Sequence[str]) -> list[Any]:
    return [ibis.asc(name, nulls_first=False) for name in names]


def _ties(made: ir.Table, trend: Trend) -> dict[str, Any]:
    """In how many groups of `within` more stay than the top asked for, because they tie with the last; of how many."""
    one = made.select(*trend.rows, "place").distinct()
    within = [one[name] for name in trend.within]
    counts = one.group_by(within).agg(kept=one.count()) if within else one.aggregate(kept=one.count())
    told = counts.aggregate(groups=counts.count(), tied=(counts.kept > trend.top).cast("int64").sum()).to_pyarrow().to_pylist()[0]
    return {"ties": {"groups": int(told["groups"]), "tied": int(told["tied"] or 0)}}


def _foretold(run: Run, name: str, trend: Trend, made: ir.Table) -> dict[str, Any]:
    """The forecast of one series, written to forecasts/TREND."""
    assert trend.over
    assert trend.forecast
    known = made.order_by("period").to_pyarrow()
    found = forecast.run([float(value or 0) for value in known["value"].to_pylist()], trend.over, trend.forecast)
    days = _days(known["period"][-1].as_py(), trend.over, trend.forecast) if len(known) else []
    columns = {name: pa.array(values[: len(days)], from_pandas=True) for name, values in found.columns().items()}
    ahead = pa.table({"period": pa.array(days, pa.date32()), **columns})
    run.lake.write(run.engine, f"forecasts/{name}", run.engine.take(ahead))
    return {"forecast": found.to_dict() | {"table": f"forecasts/{name}", "ahead": _told(ahead)}}


def _days(last: date, over: Period, ahead: int) -> list[date]:
    days = [last]
    while len(days) <= ahead:
        days.append(measuring.following(days[-1], over))
    return days[1:]


def _plain(table: ir.Table) -> list[dict[str, Any]]:
    return _told(table.to_pyarrow())


def _told(rows: pa.Table) -> list[dict[str, Any]]:
    """Rows as JSON holds them: decimals as numbers, dates as text."""
    return [{name: _value(value) for name, value in row.items()} for row in rows.to_pylist()]


def _value(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value) if isinstance(value, date) else float(value)
