"""Rows that are there twice, and keys held by different rows."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from chaland.spec import Table

MERGED = "#merged"
PLACE = ("_file", "_line")
KEY = "_key"


def late(rows: ir.Table, table: Table) -> ir.Table:
    """Rows that come too late, as `_file`, `_line`, `late` (why): few, and worth computing once.

    Rows equal in all declared columns to an earlier one (by file, then line) are "#merged"; after that, a row whose key, or whose value
    in a unique column, was already seen is `unique` or `column.unique`. Rows with a `_reason` take no part.
    """
    live = rows.filter(rows._reason.isnull())
    found = []
    for column, reason in _seen_once(table):
        again = _again(live, column, reason)
        live = live.anti_join(again, list(PLACE))
        found.append(again)
    return ibis.union(*found) if len(found) > 1 else found[0] if found else _again(live.limit(0), "_seal", MERGED)


def settle(rows: ir.Table, late: ir.Table) -> ir.Table:
    """Every row with its final `_reason`: null (stays), "#merged", or why it is in quarantine."""
    told = late.rename(late_file="_file", late_line="_line")
    joined = rows.left_join(told, (rows._file == told.late_file) & (rows._line == told.late_line))
    return joined.mutate(_reason=ibis.coalesce(joined._reason, joined.late)).drop("late", "late_file", "late_line")


def accepted(settled: ir.Table, table: Table) -> ir.Table:
    """The rows that stay, with a key: the declared one, or `_key` made from the row and its occurrence number."""
    rows = settled.filter(settled._reason.isnull()).drop("_reason", "_changes")
    if table.key():
        return rows.drop("_seal")
    if table.duplicates == "merge":
        return rows.rename({KEY: "_seal"})
    nth = ibis.row_number().over(group_by="_seal", order_by=["_file", "_line"])
    numbered = rows.mutate(nth=nth)
    key = ibis.ifelse(numbered.nth > 0, numbered._seal + "-" + numbered.nth.cast("string"), numbered._seal)
    return numbered.mutate(**{KEY: key}).drop("_seal", "nth")


def quarantined(settled: ir.Table) -> ir.Table:
    """The rows that cannot be used, each with its reason, file and line."""
    return settled.filter(settled._reason.notnull() & (settled._reason != MERGED)).drop("_seal", "_changes")


def key_of(table: Table) -> str:
    """The name of the key column of a table's accepted rows."""
    return table.key() or KEY


def _seen_once(table: Table) -> list[tuple[str, str]]:
    """The columns in which no value may come twice, each with the reason given to the later row."""
    merged = [("_seal", MERGED)] if table.duplicates == "merge" else []
    key = [(table.key() or "", "unique")] if table.key() and table.role in ("customers", "reference") else []
    return merged + key + [(name, f"{name}.unique") for name, column in table.columns.items() if column.unique and column.role != "key"]


def _again(live: ir.Table, column: str, reason: str) -> ir.Table:
    """The rows whose value of `column` was seen before, in the order of file and line; only values that come twice are sorted."""
    placed = live.filter(live[column].notnull()).select(*PLACE, column)
    twice = placed.group_by(column).agg(n=placed.count()).filter(lambda t: t.n > 1)
    offenders = placed.semi_join(twice, column)
    nth = offenders.mutate(nth=ibis.row_number().over(group_by=column, order_by=list(PLACE)))
    return nth.filter(nth.nth > 0).select(*PLACE, late=ibis.literal(reason))
