"""Tables by role and by time: whoever makes features is handed only the past."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from chaland.spec import Table
from chaland.spec.linked import Linked
from chaland.spec.made import made_of, tells_of_days

WHO = "_who"
LARGEST, MILLION = 9e12, 1e6
DAY = 86_400
ZONED = dt.Timestamp(timezone="UTC")

Remake = Callable[[str, Mapping[str, ir.Table]], ir.Table]
"""Makes a table that SQL makes again: its name, and the tables that it is made of."""


@dataclass(frozen=True)
class History:
    """Clean tables by name, with their specs, as far as one may see them: from `start` (inclusive) to `end` (exclusive), in UTC days.

    `entity` is the table whose rows are described, where it is not that of role customers. A table that SQL makes of dated tables is
    made again, by `remake`, of what was seen of those: else it would tell of later days. Nothing is cut off from the day `last` on,
    after which nothing happened.
    """

    tables: Mapping[str, ir.Table]
    specs: Mapping[str, Table]
    start: date | None = None
    end: date | None = None
    entity: str | None = None
    remake: Remake | None = None
    last: date | None = None

    def of(self, entity: str | None) -> History:
        """The same, to describe the rows of the table `entity` (None: of the table of role customers)."""
        return replace(self, entity=entity)

    def before(self, day: date) -> History:
        """Only what happened before `day`."""
        return self._between(None, day)

    def after(self, day: date, days: int) -> History:
        """Only what happened in the `days` days that begin with `day`."""
        return self._between(day, day + timedelta(days=days))

    def role(self, role: str) -> dict[str, ir.Table]:
        """The tables of one role, by name."""
        return {name: table for name, table in self.tables.items() if self.specs[name].role == role}

    def customers(self) -> tuple[str, ir.Table, Table]:
        """The table whose rows are described, of role customers unless told otherwise: its name, rows and spec."""
        name = self.entity or next(name for name, spec in self.specs.items() if spec.role == "customers")
        return name, self.tables[name], self.specs[name]

    def linked(self, words: Linked, key: str, *parts: str) -> ir.Table:
        """Rows of the table that `words` name, as `_who` (the key of whom a row belongs to) and the parts that the table has.

        Each part is named as its role. Rows of nobody are left out.
        """
        name = words.linked(self.specs) or ""
        rows = self.tables[name]
        columns = {part: rows[column] for part, column in words.played(self.specs[name], parts).items()}
        return rows.select(**{WHO: rows[words.by or key]}, **columns).filter(lambda row: row[WHO].notnull())

    def today(self) -> ir.DateValue:
        """The day on which we stand: the first that is not seen."""
        return ibis.literal(self.end).cast("date")

    def has(self, words: Linked, part: str) -> bool:
        """Whether the table that `words` name has a column that plays a part."""
        return bool(words.played(self.specs[words.linked(self.specs) or ""], (part,)))

    def _between(self, start: date | None, end: date) -> History:
        if self.remake and (self.last is None or end < self.last):
            known: Mapping[str, ir.Table] = _known(self.tables, self.specs, end, self.remake)
        else:
            known = self.tables
        seen = _Lazily(known, lambda name: _seen(known[name], self.specs[name], start, end))
        return replace(self, tables=seen, start=start, end=end)


class _Lazily(Mapping[str, ir.Table]):
    """Tables of the same names, each made when it is first asked for."""

    def __init__(self, names: Iterable[str], make: Callable[[str], ir.Table]):
        self._names, self._make = tuple(names), make
        self._made: dict[str, ir.Table] = {}

    def __getitem__(self, name: str) -> ir.Table:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _known(tables: Mapping[str, ir.Table], specs: Mapping[str, Table], end: date, remake: Remake) -> Mapping[str, ir.Table]:
    """The tables as they were known before the day `end`: those made by SQL of dated tables, made again of what there was."""

    def known(name: str) -> ir.Table:
        if not tells_of_days(specs, name):
            return tables[name]
        if not (parts := made_of(specs, name)):
            return _seen(tables[name], specs[name], None, end)
        return remake(name, {part: every[part] for part in parts})

    every = _Lazily(tables, known)
    return every


def exact(amounts: ir.NumericValue) -> ir.NumericValue:
    """Amounts whose sum hangs on no order of adding: floats become decimals to the millionth; from 9e12 on they are no amounts, and null."""
    if not amounts.type().is_floating():
        return amounts
    small = ibis.ifelse(amounts.abs() < LARGEST, amounts, ibis.null("float64"))
    # Rounded in floats first, which all engines do alike: what is left to the cast is no tie.
    return ((small * MILLION + 0.5).floor().cast("float64") / MILLION).cast("decimal(38, 6)")


def total(amounts: ir.NumericValue) -> ir.FloatingScalar:
    """The exact sum, turned into a float once."""
    return exact(amounts).sum().cast("float64")


@ibis.udf.scalar.builtin(name="utc_seconds", signature=((ZONED,), dt.int64))  # type: ignore[untyped-decorator]
def _utc_seconds(moment: datetime) -> int:  # type: ignore[empty-body]
    """Offered by every engine: whole seconds since 1970, rounded down. Far faster than a cast that has to look at calendars."""


def seconds(moment: ir.Value) -> ir.IntegerValue:
    """Whole seconds from 1970-01-01, in UTC, to a time, or to the beginning of a day."""
    kind = moment.type()
    if kind.is_date():
        return moment.epoch_days().cast("int64") * DAY
    found: ir.IntegerValue = _utc_seconds(moment if kind == ZONED else moment.cast(ZONED))
    return found


def days(moment: ir.Value) -> ir.IntegerValue:
    """The day of a time, counted from 1970-01-01, in UTC."""
    if moment.type().is_date():
        return moment.epoch_days()
    counted = seconds(moment)
    return ((counted - second_of_day(counted)) / DAY).cast("int64")


def second_of_day(counted: ir.IntegerValue) -> ir.IntegerValue:
    """How many seconds of its day have gone by, from `seconds`."""
    return (counted % DAY + DAY) % DAY


def since(moment: ir.Value, day: date) -> ir.BooleanValue:
    """Whether a time lies on `day` or after it, in UTC; null where there is none."""
    kind = moment.type()
    if not kind.is_timestamp():
        return moment.cast("date") >= ibis.literal(day)
    # Compared as a time: no row's calendar has to be looked at, and parts of a file that are all later are not read.
    midnight = datetime.combine(day, time(), UTC if kind.timezone else None)
    return moment >= ibis.literal(midnight, type=kind)


def _seen(table: ir.Table, spec: Table, start: date | None, end: date) -> ir.Table:
    """Rows of one table between two days; a table without a time is always seen whole."""
    time = spec.with_role("time")
    if time is None:
        return table
    inside = ~since(table[time], end)
    return table.filter(inside & since(table[time], start) if start else inside)
