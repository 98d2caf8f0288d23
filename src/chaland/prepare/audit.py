"""How good a table is, in six dimensions from 0 to 100, with the counts behind them, before and after cleaning.

accuracy: values that are not placeholders, not moved to a bound and not far from all others. completeness: values that are there.
consistency: records that are whole and break no rule between columns. validity: values that are of their type, range and words.
uniqueness: rows that are not there twice and do not share a key. timeliness: times that are not in the future.
Dimensions after Wang and Strong (1996) and DAMA-UK (2013).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from chaland.history import since
from chaland.prepare.outliers import FLAGS
from chaland.prepare.unique import MERGED
from chaland.spec import Column, Table
from chaland.spec.column import NUMBERS, TIMES

Counts = Mapping[str, Any]
AMOUNT = "_amount"
FEW = 5
RANGE_RULES = ("type", "min", "max", "one_of", "matches")


def measured(table: Table) -> dict[str, Column]:
    """The columns that an audit looks at."""
    return {name: column for name, column in table.columns.items() if column.privacy != "free_text"}


def reasons(settled: ir.Table, table: Table) -> ir.Table:
    """Rows, and money where a column says what a row is worth, by final reason."""
    return settled.group_by("_reason").agg(rows=settled.count(), money=_money(settled, table))


def events(changes: ir.Table) -> ir.Table:
    """Values changed in meaning, by column, rule and action."""
    return changes.group_by("column", "rule", "action").agg(rows=changes.count())


def measure(rows: ir.Table, table: Table, today: date) -> ir.Table:
    """All counts of a table in one pass, as one row: `rows`, then `column:present`, and for numbers mean, deviation, least and greatest."""
    counts = {"rows": rows.count()}
    for name, column in measured(table).items():
        counts |= {f"{name}:{what}": value for what, value in _column_counts(rows[name], column, today).items()}
    if FLAGS in rows.columns:
        counts["outliers"] = rows[FLAGS].count()
    return rows.agg(**counts)


def quasi(table: Table) -> list[str]:
    """The columns that together may tell who somebody is."""
    return [name for name, column in table.columns.items() if column.privacy == "quasi"]


def alike(rows: ir.Table, table: Table) -> ir.Table:
    """How many people share their quasi-identifiers (k-anonymity, Samarati and Sweeney 1998), as one row: `k`, the fewest alike; `rows_below_5`."""
    groups = rows.group_by(quasi(table)).agg(n=rows.count())
    return groups.agg(k=groups.n.min(), rows_below_5=groups.n.sum(where=groups.n < FEW).fill_null(0).cast("int64"))


def score_before(counts: Counts, found: list[Mapping[str, Any]], reason_rows: Mapping[str, int], table: Table) -> dict[str, float | None]:
    """The six scores of a table as it was read. `counts` are of all typed rows, `found` the events, `reason_rows` rows by final reason."""
    read = counts["rows"]
    cells = read * len(measured(table))
    lost = sum(e["rows"] for e in found if e["rule"] in RANGE_RULES and e["action"] != "clip" and e["rule"] not in ("min", "max"))
    blanked = sum(e["rows"] for e in found if e["rule"] in ("min", "max") and e["action"] == "null")
    present = sum(counts[f"{name}:present"] for name in measured(table)) + lost + blanked
    invalid = sum(e["rows"] for e in found if e["rule"] in RANGE_RULES)
    unsound = sum(e["rows"] for e in found if e["rule"] == "placeholder" or e["action"] == "clip")
    broken = sum(rows for reason, rows in reason_rows.items() if _between_columns(reason, table))
    doubled = sum(rows for reason, rows in reason_rows.items() if reason == MERGED or reason.endswith("unique"))
    return {
        "accuracy": _score(unsound + _far(counts), present),
        "completeness": _score(cells - present, cells),
        "consistency": _score(broken, read),
        "validity": _score(invalid, present),
        "uniqueness": _score(doubled, read),
        "timeliness": _timeliness(counts, table),
    }


def score_after(counts: Counts, table: Table) -> dict[str, float | None]:
    """The six scores of the rows that stayed."""
    rows = counts["rows"]
    present = sum(counts[f"{name}:present"] for name in measured(table))
    return {
        "accuracy": _score(_far(counts), present),
        "completeness": _score(rows * len(measured(table)) - present, rows * len(measured(table))),
        "consistency": _score(0, rows),
        "validity": _score(0, present),
        "uniqueness": _score(0, rows),
        "timeliness": _timeliness(counts, table),
    }


def _column_counts(value: ir.Value, column: Column, today: date) -> dict[str, ir.Scalar]:
    counts: dict[str, ir.Scalar] = {"present": value.count()}
    if column.type in NUMBERS and column.role != "key":
        number = value.cast("float64")
        counts |= {"mean": number.mean(), "deviation": number.std(how="pop"), "least": number.min(), "greatest": number.max()}
    if column.type == "bool":
        counts["mean"] = value.cast("float64").mean()
    if column.type in TIMES:
        counts["future"] = since(value, today + timedelta(days=1)).fill_null(False).sum()
    return counts


def _money(rows: ir.Table, table: Table) -> ir.Scalar:
    amount = AMOUNT if table.amount else table.with_role("amount")
    return rows[amount].sum().cast("float64") if amount else ibis.null("float64")


def _far(counts: Counts) -> int:
    return int(counts.get("outliers") or 0)


def _between_columns(reason: str, table: Table) -> bool:
    return "." not in reason and reason not in ("unique", MERGED)


def _timeliness(counts: Counts, table: Table) -> float | None:
    times = [name for name, column in measured(table).items() if column.type in TIMES]
    present = sum(counts[f"{name}:present"] for name in times)
    return _score(sum(counts[f"{name}:future"] or 0 for name in times), present) if present else None


def _score(bad: float, of: float) -> float | None:
    return round(100 * (1 - bad / of), 2) if of else None
