"""Rows that a query makes, numbered alike on every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland.engines import duckdb
from chaland.errors import SpecError
from chaland.ports import Engine
from chaland.sources.sql import Adapter, Options
from chaland.spec.site import Limits
from tests import sparking

ROWS = pa.table(
    {
        "who": ["b", "a", "a", None],
        "n": pa.array([2, 1, None, -7], pa.int64()),
        "x": [0.1, -2.0, 12345678901.5, None],
        "paid": pa.array([Decimal("1.5000"), Decimal("-0.0010"), None, Decimal("3.0000")], pa.decimal128(18, 4)),
        "day": [dt.date(2026, 1, 31), None, dt.date(1999, 12, 1), dt.date(2026, 1, 1)],
        "at": pa.array([dt.datetime(2026, 1, 31, 7, 5, 9, tzinfo=dt.UTC), None, None, None], pa.timestamp("us", "UTC")),
        "ok": [True, False, None, True],
    }
)


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=sparking.LOOPBACK)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = sparking.engine(tmp_path) if request.param == "spark" else duckdb.Adapter(duckdb.Options(), tmp_path / "staging", Limits())
    yield engine
    engine.close()


def made(engine: Engine, query: str, *columns: str) -> list[dict[str, Any]]:
    table = Adapter(Options(query=query), {"rows": engine.take(ROWS)}, columns).table(engine)
    rows: list[dict[str, Any]] = table.order_by("_line").to_pyarrow().to_pylist()
    return rows


def test_values_stand_beside_a_text_that_every_engine_writes_alike(engine: Engine) -> None:
    rows = made(engine, "select * from rows where who = 'b'", *ROWS.column_names)
    assert {name: rows[0][name] for name in ROWS.column_names} == {
        "who": "b", "n": "2", "x": "0.100000", "paid": "1.5000", "day": "2026-01-31", "at": "2026-01-31 07:05:09", "ok": "true",
    }  # fmt: skip
    assert (rows[0]["x:given"], rows[0]["paid:given"], "who:given" in rows[0]) == (0.1, Decimal("1.5000"), False)
    assert [row["x"] for row in made(engine, "select x from rows", "x")] == [None, "-2.000000", "0.100000", "12345678901.500000"]


def test_rows_are_numbered_in_the_order_of_all_columns_with_nulls_first(engine: Engine) -> None:
    rows = made(engine, "select * from rows", "who", "n", "x")
    assert [(row["_file"], row["_line"], row["_fault"], row["who"], row["n"]) for row in rows] == [
        ("sql", 1, None, None, "-7"), ("sql", 2, None, "a", None), ("sql", 3, None, "a", "1"), ("sql", 4, None, "b", "2"),
    ]  # fmt: skip


def test_only_the_columns_of_the_project_are_taken(engine: Engine) -> None:
    rows = made(engine, "select n as N, who from rows where n is not null", "n")
    assert [row["n:given"] for row in rows] == [-7, 1, 2]


def test_a_query_is_not_followed() -> None:
    with pytest.raises(SpecError):
        Adapter(Options(query="select 1 as one"), {}, ["one"]).follow()
    Adapter(Options(query="select 1 as one"), {}, ["one"]).done()
