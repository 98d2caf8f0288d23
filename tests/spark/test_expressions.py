"""Ibis means on Spark what it means on DuckDB."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pytest

from chaland.engines.duckdb import Adapter, Options
from chaland.ports import Engine
from chaland.prepare import privacy
from chaland.spec.site import Limits
from tests import sparking

pytestmark = sparking.LOOPBACK
ROWS = pa.table(
    {
        "id": pa.array(range(8), pa.int64()),
        "f": [0.1, None, float("nan"), -0.0, 5e-324, 1.7976931348623157e308, 1 / 3, -123456789.0123],
        "w": ["ΟΔΟΣ", None, "İx", "a\n", " \x0bb", "é\u2028z", "", "Straße"],
        "d": [dt.date(2024, 2, 29), None, dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(1969, 12, 31), *[dt.date(2000, 1, 1)] * 3],
        "t": pa.array(
            [dt.datetime(2024, 3, 31, 1, 30, 0, 999999, tzinfo=dt.UTC), None, dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC),
             dt.datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=dt.UTC), *[dt.datetime(2000, 1, 1, tzinfo=dt.UTC)] * 3],
            pa.timestamp("us", "UTC"),
        ),
    }
)  # fmt: skip
SAME: dict[str, Callable[[ir.Table], ir.Value]] = {
    "NaN is no null": lambda t: t.f.isnull(),
    "NaN is there": lambda t: t.f.notnull(),
    "lower case, letter by letter": lambda t: t.w.lower(),
    "an end is the very end": lambda t: t.w.re_search(r"^a\z"),
    "a point is any letter but a line feed": lambda t: t.w.re_search("^é.z$"),
    "a group that matches nothing is empty": lambda t: t.w.re_extract("(x)(y)?", 2),
    "letters": lambda t: t.w.re_replace(r"\pL", "a"),
    "year of a day": lambda t: t.d.truncate("Y"),
    "month of a moment": lambda t: t.t.truncate("M"),
    "day of a moment": lambda t: t.t.cast("date"),
    "days since 1970": lambda t: t.d.epoch_days(),
    "microseconds": lambda t: t.t.microsecond(),
    "text of a float": lambda t: privacy.canonical(t.f),
    "text of a day": lambda t: privacy.canonical(t.d),
    "text of a moment": lambda t: privacy.canonical(t.t),
}


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    spark = sparking.engine(tmp_path)
    duckdb = Adapter(Options(threads=1), tmp_path / "d" / "staging", Limits())
    yield duckdb, spark
    duckdb.close()
    spark.close()


def told(engine: Engine, make: Callable[[ir.Table], ir.Value]) -> list[Any]:
    rows = engine.take(ROWS)
    if make in (SAME["text of a float"],):
        rows = rows.filter(rows.id != 2)
    return [str(value) for value in rows.select("id", v=make(rows)).order_by("id").to_pyarrow()["v"].to_pylist()]


def test_expressions_give_the_same_on_both_engines(engines: tuple[Engine, Engine]) -> None:
    duckdb, spark = engines
    expected = {name: told(duckdb, make) for name, make in SAME.items()}
    assert {name: told(spark, make) for name, make in SAME.items()} == expected
