"""Numbers far from the rest: flagged, never dropped.

A value is flagged where it lies more than `FENCE` interquartile ranges outside the quartiles (Tukey 1977, the outer fence).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from chaland.spec import Table
from chaland.spec.column import NUMBERS

FENCE = 3.0
SAMPLE = 200_000
FLAGS = "_outliers"


def watched(table: Table) -> list[str]:
    """The columns whose outliers are flagged."""
    return [n for n, c in table.columns.items() if c.type in NUMBERS and c.outliers and c.role != "key" and c.privacy is None]


def quartiles(rows: ir.Table, columns: list[str], total: int, key: str) -> ir.Table:
    """First and third quartile of each column, in one row; above 200,000 rows from a fair part drawn by key prefix."""
    fair = rows if total <= SAMPLE else rows.filter(rows[key].substr(0, 4) < f"{int(65536 * SAMPLE / total):04x}")
    named = {f"{name}:{q}": fair[name].cast("float64").quantile(q / 4) for name in columns for q in (1, 3)}
    return fair.agg(**named)


def fences(quartile: Mapping[str, Any], columns: list[str]) -> dict[str, tuple[float, float]]:
    """For each column that varies, the least and the greatest value not flagged."""
    found = {}
    for name in columns:
        low, high = quartile[f"{name}:1"], quartile[f"{name}:3"]
        if low is not None and high is not None and high > low:
            found[name] = (_rounded(low - FENCE * (high - low)), _rounded(high + FENCE * (high - low)))
    return found


def _rounded(fence: float) -> float:
    """Twelve digits of a fence: engines interpolate quartiles with other last bits, and values often lie on a fence."""
    return float(f"{fence:.12g}")


def flag(rows: ir.Table, bounds: Mapping[str, tuple[float, float]]) -> ir.Table:
    """The same rows with `_outliers`: the names of the columns whose value lies outside its fences, or null."""
    told: ir.StringValue = ibis.literal("")
    for name, (low, high) in bounds.items():
        far = ((rows[name] < low) | (rows[name] > high)).fill_null(False)
        told = told + ibis.ifelse(far, f"{name} ", "")
    return rows.mutate(**{FLAGS: told.strip().nullif("")})
