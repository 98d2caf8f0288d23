"""A made-up shop whose every feature can be told by hand: Ada buys thrice, Bob once, Cy never before the day; all come back later."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa

from chaland.engines.duckdb import Adapter, Options
from chaland.history import History
from chaland.ports import Engine
from chaland.spec import Table
from chaland.spec.site import Limits

DAY = dt.date(2024, 7, 1)
PEOPLE = Table.model_validate({"role": "customers", "source": {"kind": "csv"}, "columns": {"id": {"role": "key"}}})
LINES = Table.model_validate(
    {
        "role": "transactions",
        "source": {"kind": "csv"},
        "columns": {
            "who": {"privacy": "identifier"},
            "at": {"type": "timestamp", "role": "time"},
            "invoice": {"role": "order"},
            "article": {"role": "product"},
            "kind": {"role": "category"},
            "pieces": {"type": "int", "role": "quantity"},
            "value": {"type": "decimal", "role": "amount"},
            "doing": {"role": "event"},
            "visit": {"role": "session"},
            "returned": {"type": "bool"},
        },
    }
)
SCHEMA = pa.schema(
    [
        ("who", pa.string()),
        ("at", pa.timestamp("us", "UTC")),
        ("invoice", pa.string()),
        ("article", pa.string()),
        ("kind", pa.string()),
        ("pieces", pa.int64()),
        ("value", pa.decimal128(18, 2)),
        ("doing", pa.string()),
        ("visit", pa.string()),
        ("returned", pa.bool_()),
    ]
)
WORDS = ("who", "at", "invoice", "article", "kind", "pieces", "value", "doing", "visit", "returned")
BEFORE = [
    # Monday 1 January at 10 o'clock, one basket of two articles, and ten minutes later a third line of it.
    ("a", "2024-01-01 10:00", "1", "tea", "food.tea", 2, "10.10", "view", "v1", False),
    ("a", "2024-01-01 10:00", "1", "pot", "home.pot", 1, "20.20", "cart", "v1", False),
    ("a", "2024-01-01 10:10", "1", "tea", "food.tea", 1, "5.00", "purchase", "v1", False),
    # Saturday 11 May at 23 o'clock: 131 days later.
    ("a", "2024-05-11 23:00", "2", "tea", "food.tea.green", 4, "14.70", "view", "v2", False),
    ("a", "2024-05-11 23:20", "2", "cup", None, 1, None, "view", "v3", True),
    # Sunday 30 June, the day before: 50 days later.
    ("a", "2024-06-30 12:00", "3", "mat", "home", 1, "50.00", "view", "v4", False),
    ("b", "2024-06-01 00:30", "4", "tea", "food", 1, "0.30", "purchase", "v5", True),
    (None, "2024-06-01 00:30", "5", "tea", "food", 1, "9.99", "view", "v6", False),
]
LATER = [
    ("a", "2024-07-01 00:00", "6", "new", "toys", 9, "99.00", "purchase", "v7", True),
    ("b", "2024-07-10 00:00", "7", "new", "toys", 9, "98.00", "purchase", "v8", True),
    ("c", "2024-08-01 00:00", "8", "new", "toys", 9, "97.00", "view", "v9", False),
]


def engine(folder: Path) -> Engine:
    """An embedded engine."""
    return Adapter(Options(), folder / "p" / "staging", Limits())


def history(engine: Engine, rows: list[Any]) -> History:
    """Ada (a), Bob (b) and Cy (c), and what they did."""
    import decimal

    lines = [dict(zip(WORDS, row, strict=True)) for row in rows]
    for line in lines:
        line["at"] = dt.datetime.fromisoformat(line["at"]).replace(tzinfo=dt.UTC)
        line["value"] = decimal.Decimal(line["value"]) if line["value"] else None
    tables = {
        "people": engine.take(pa.table({"id": ["a", "b", "c"]})),
        "lines": engine.take(pa.Table.from_pylist(lines, schema=SCHEMA)),
    }
    return History(tables, {"people": PEOPLE, "lines": LINES})
