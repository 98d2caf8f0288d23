"""Trends: what is counted or added up by what, over which time, of a table; and how it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import Field

from chaland.errors import Fault, nearest
from chaland.spec import aggregates, sql
from chaland.spec.agreement import resting_types
from chaland.spec.base import Spec, Titled, Words
from chaland.spec.table import Table

Period = Literal["day", "week", "month", "quarter", "year"]
Chart = Literal["bar", "line", "heatmap", "histogram", "box"]
Keys = tuple[str, ...]
TAKEN = ("period", "value", "share", "place", "tied")
"""Columns that chaland itself adds to a trend."""


class Trend(Spec):
    """Rows of a table grouped and measured."""

    title: Titled | None = None
    """Its name for people."""
    table: str
    """The table whose accepted rows are measured; join tables with one of kind sql first."""
    rows: Words = ()
    """The columns whose values the groups stand for."""
    columns: str | None = None
    """One more column, whose values stand side by side: a cross table."""
    measure: str = "count(*)"
    """What is told of each group, in SQL over its rows: count(*), sum(price * quantity), avg(age) …"""
    where: str | None = None
    """Only rows of which this SQL is true."""
    digits: int | None = Field(None, ge=0, le=12)
    """Digits kept after the point, rounded once, after all is added up. Default: 2 for decimals, 6 for other fractions."""
    top: int | None = Field(None, ge=1)
    """Only the groups with so many greatest values; who ties with the last of them stays too."""
    within: Words = ()
    """top and share count within the groups of these columns (some of `rows`) instead of over everything."""
    share: bool = False
    """The share of each value in its whole is told too: of the period, of `within`, or of everything."""
    over: Period | None = None
    """One value per day, week (from Monday), month, quarter or year, by the column of role time; every period is there, also empty ones."""
    forecast: int | None = Field(None, ge=1, le=120)
    """So many periods ahead are foretold, with the errors of a rolling back-test beside those of last season's values."""
    chart: Chart | None = None
    """How it is drawn. Default: line over time, heatmap of a cross table, else bar."""


def faults(trends: Mapping[str, Trend], tables: Mapping[str, Table], known: Iterable[str]) -> Iterator[Fault]:
    """All that does not hold in the trends of a project; `known` names tables also where they were faulty themselves."""
    names = [*known]
    for name, trend in trends.items():
        path = ("trends", name)
        if trend.table in tables:
            yield from _of_trend(path, trend, tables[trend.table])
        elif trend.table not in names:
            yield Fault((*path, "table"), f"there is no table {trend.table!r}", nearest(trend.table, names))
        yield from _together(path, trend)


def types(table: Table) -> dict[str, str]:
    """The types of the columns of a table's accepted rows, derived ones among them."""
    rested = resting_types(table)
    return rested | {name: sql.kind_of(text, rested) for name, text in table.derive.items()}


def _of_trend(path: Keys, trend: Trend, table: Table) -> Iterator[Fault]:
    columns = types(table)
    for word in ("rows", "columns"):
        for column in _words(trend, word):
            yield from _groups_by((*path, word), column, columns)
    yield from (Fault((*path, "measure"), *told) for told in aggregates.faults(trend.measure, columns))
    if trend.where is not None:
        yield from (Fault((*path, "where"), *told) for told in sql.faults(trend.where, columns, truth=True))
    if trend.over and table.with_role("time") is None:
        said = f"the table {trend.table!r} has no column of role time"
        yield Fault((*path, "over"), said, 'Say role = "time" on the column that has it.')


def _words(trend: Trend, word: str) -> tuple[str, ...]:
    told = getattr(trend, word)
    return (told,) if isinstance(told, str) else told or ()


def _groups_by(path: Keys, column: str, columns: Mapping[str, str]) -> Iterator[Fault]:
    if column not in columns:
        yield Fault(path, f"there is no column {column!r}", nearest(column, columns))
    elif columns[column] == "float":
        yield Fault(
            path, f"{column!r} is a number with a fraction, and nothing is grouped by those", "Derive a whole number or a text of it."
        )
    elif column in TAKEN:
        yield Fault(path, f"{column!r} is the name of a column that trends add", "Derive a column of another name.")


def _together(path: Keys, trend: Trend) -> Iterator[Fault]:
    """Words that do not go with one another."""
    if not (trend.rows or trend.columns or trend.over):
        yield Fault(path, "a trend needs rows, columns or over", 'As: rows = ["model"], or over = "month".')
    for word in trend.within:
        if word not in trend.rows:
            yield Fault((*path, "within"), f"{word!r} is none of its rows", nearest(word, trend.rows))
    if trend.within and not (trend.top or trend.share):
        yield Fault((*path, "within"), "within is for top and share, and there is neither", "Say top = 1, or share = true.")
    if trend.top and not set(trend.rows) - set(trend.within):
        yield Fault((*path, "top"), "top of which groups?", "Name them in rows, beside those of within.")
    if trend.columns in trend.rows:
        yield Fault((*path, "columns"), f"{trend.columns!r} stands in rows already", "Keep one of them.")
    if trend.share and not aggregates.is_additive(trend.measure):
        yield Fault((*path, "share"), "only counts and sums have shares", "Leave share out, or measure count(*) or sum(…).")
    if trend.forecast and (trend.rows or trend.columns or not trend.over):
        yield Fault((*path, "forecast"), "one series over time is foretold, without rows and columns", 'As: over = "month", forecast = 6.')
