"""Declared group-bys: rows of a table grouped and measured, the greatest kept with their ties, shares, and every period of a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from chaland.ports import Engine
from chaland.spec import aggregates
from chaland.spec.kinds import Kind
from chaland.spec.table import Table
from chaland.spec.trends import Period, Trend, types

FRACTION, MONEY = 6, 2
"""Digits kept of a fraction and of a decimal where none are said."""
MONTHS = {"month": 1, "quarter": 3, "year": 12}
MOST_PERIODS = 100_000


@dataclass(frozen=True)
class Measured:
    """A trend computed: its table in long form, one row with the measure over everything (`value`), and how many rows have no time (`undated`)."""

    table: ir.Table
    whole: ir.Table


def compute(engine: Engine, rows: ir.Table, trend: Trend, table: Table) -> Measured:
    """The trend of some rows.

    Columns: those of `rows`, that of `columns`, `period` (its first day), `value`, then `share` (0 to 1), `place` (1 is the greatest) and
    `tied` where they were asked for. Values are whole numbers, decimals, or floats; they are rounded once. Blank groups are groups too.
    """
    grouping = _Grouping(engine, rows, trend, table)
    by = [*trend.rows, *([trend.columns] if trend.columns else [])]
    found = engine.pin(grouping.by(by, dated=bool(trend.over)))
    if trend.top:
        found = _joined(found, _greatest(grouping, found, trend), trend.rows)
    if trend.over:
        found = _filled(engine, found, [*by, *(("place", "tied") if trend.top else ())], trend)
    if trend.share:
        found = _shared(grouping, found, trend)
    return Measured(found.select(*_columns(trend)), grouping.whole())


@dataclass(frozen=True)
class _Grouping:
    engine: Engine
    rows: ir.Table
    trend: Trend
    table: Table

    def by(self, columns: Sequence[str], dated: bool = False) -> ir.Table:
        """The measure by some columns, and by period where `dated`."""
        keys = [f'"{name}"' for name in columns]
        keys += [f'cast(date_trunc(\'{self.trend.over}\', "{self._time}") as date) as "period"'] if dated else []
        grouped = f" group by {', '.join(str(place) for place in range(1, len(keys) + 1))}" if keys else ""
        return self._sql(", ".join([*keys, f'{self._value} as "value"']), grouped)

    def whole(self) -> ir.Table:
        """The measure over everything, and how many rows have no time."""
        undated = f', count(*) - count("{self._time}") as "undated"' if self.trend.over else ', count(*) - count(*) as "undated"'
        return self._sql(f'{self._value} as "value"{undated}', "", every=True)

    def _sql(self, what: str, grouped: str, every: bool = False) -> ir.Table:
        wanted = [f"({self.trend.where})"] if self.trend.where else []
        wanted += [f'"{self._time}" is not null'] if self.trend.over and not every else []
        where = f" where {' and '.join(wanted)}" if wanted else ""
        return self.engine.sql(f"select {what} from rows{where}{grouped}", {"rows": self.rows})

    @property
    def _time(self) -> str:
        return self.table.with_role("time") or ""

    @property
    def _value(self) -> str:
        kind = aggregates.kind_of(self.trend.measure, types(self.table))
        return _rounded(f"({self.trend.measure})", kind, self.trend.digits)


def _rounded(measure: str, kind: Kind, digits: int | None) -> str:
    """A measure in SQL as it rests: whole numbers have 64 bits, all else is rounded once."""
    if kind.name == "int" or (kind.name == "decimal" and kind.scale == 0):
        return f"cast({measure} as bigint)"
    if kind.name == "decimal":
        kept = MONEY if digits is None else digits
        return f"cast(round({measure}, {kept}) as decimal(38, {kept}))"
    return f"round({measure}, {FRACTION if digits is None else digits})"


def _columns(trend: Trend) -> list[str]:
    keys = [*trend.rows, *([trend.columns] if trend.columns else []), *(["period"] if trend.over else [])]
    return [*keys, "value", *(["share"] if trend.share else []), *(["place", "tied"] if trend.top else [])]


def _greatest(grouping: _Grouping, found: ir.Table, trend: Trend) -> ir.Table:
    """The groups with the greatest values over everything else, each with its place and whether another has the same."""
    alone = found if not (trend.columns or trend.over) else grouping.by(trend.rows)
    told = alone.filter(alone.value.notnull())
    within = [told[name] for name in trend.within]
    rank = ibis.rank().over(group_by=within, order_by=ibis.desc(told.value)) + 1
    # Through a float, or nothing is cast: Ibis takes every rank for 64 bits, and Spark's have 32.
    placed = told.mutate(place=rank.cast("float64").cast("int64"))
    alike = ibis.window(group_by=[*(placed[name] for name in trend.within), placed.place])
    placed = placed.mutate(tied=placed.count().over(alike) > 1)
    return placed.filter(placed.place <= trend.top).select(*trend.rows, "place", "tied")


def _joined(found: ir.Table, kept: ir.Table, keys: Sequence[str], how: str = "inner") -> ir.Table:
    """Rows with what stands beside equal keys; a blank equals a blank."""
    told = kept.rename({f"of_{name}": name for name in keys})
    same = [found[name].identical_to(told[f"of_{name}"]) for name in keys]
    return found.join(told, same, how=how).drop(*(f"of_{name}" for name in keys))


def _filled(engine: Engine, found: ir.Table, keys: Sequence[str], trend: Trend) -> ir.Table:
    """Every group with every period between the first and the last: without a row its value is 0 where values add up, else blank."""
    found = engine.pin(found)
    ends = found.aggregate(first=found.period.min(), last=found.period.max()).to_pyarrow().to_pylist()[0]
    if ends["first"] is None or not trend.over:
        return found
    days = [*periods(ends["first"], ends["last"], trend.over)]
    every = engine.take(pa.table({"day": pa.array(days, pa.date32())}))
    spine = found.select(*keys).distinct().cross_join(every) if keys else every
    values = found.rename(day="period").select(*keys, "day", "value")
    whole = _joined(spine, values, [*keys, "day"], "left").rename(period="day")
    return whole.mutate(value=whole.value.fill_null(0).cast(found.value.type())) if aggregates.is_additive(trend.measure) else whole


def _shared(grouping: _Grouping, found: ir.Table, trend: Trend) -> ir.Table:
    """Each value's share of the whole of its period and of its `within`."""
    keys = [*trend.within, *(["period"] if trend.over else [])]
    wholes = grouping.by(trend.within, dated=bool(trend.over)).rename(of_all="value")
    told = _joined(found, wholes, keys, "left") if keys else found.cross_join(wholes)
    share = told.value.cast("float64") / told.of_all.nullif(0).cast("float64")
    return told.mutate(share=share).drop("of_all")


def periods(first: date, last: date, over: Period) -> Iterator[date]:
    """The first days of all periods from that of `first` to that of `last`.

    >>> [str(day) for day in periods(date(2011, 11, 1), date(2012, 1, 1), "month")]
    ['2011-11-01', '2011-12-01', '2012-01-01']
    """
    day = first
    for _ in range(MOST_PERIODS):
        if day > last:
            return
        yield day
        day = following(day, over)


def following(day: date, over: Period) -> date:
    """The first day of the next period."""
    if over in ("day", "week"):
        return day + timedelta(days=1 if over == "day" else 7)
    months = day.year * 12 + day.month - 1 + MONTHS[over]
    return date(months // 12, months % 12 + 1, 1)
