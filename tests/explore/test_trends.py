"""Group-bys: what is measured, which groups stay, what ties, and that no period is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland.engines.duckdb import Adapter, Options
from chaland.explore import trends
from chaland.ports import Engine
from chaland.spec import Column, Table
from chaland.spec.site import Limits
from chaland.spec.table import Source
from chaland.spec.trends import Trend
from tests import sparking

TABLE = Table(
    role="transactions",
    source=Source(kind="csv", path="*.csv"),
    columns={
        "day": Column(type="date", role="time"),
        "city": Column(),
        "model": Column(),
        "sex": Column(),
        "price": Column(type="decimal", scale=4),
        "quantity": Column(type="int"),
    },
)
ROWS = [
    (date(2024, 1, 5), "Oslo", "Racer", "F", Decimal("10.0050"), 1),
    (date(2024, 1, 9), "Oslo", "Tourer", "M", Decimal("10.0050"), 1),
    (date(2024, 4, 1), "Oslo", "Racer", None, Decimal("10.0050"), 1),
    (date(2024, 4, 2), "Oslo", "Tourer", "M", Decimal("1"), 1),
    (date(2024, 4, 3), "Rome", "Racer", "F", Decimal("5"), 7),
    (date(2024, 4, 30), "Rome", "Child", "F", Decimal("5"), 2),
    (None, "Rome", "Child", "F", Decimal("3"), 4),
]


def rows() -> pa.Table:
    kinds = [pa.date32(), pa.string(), pa.string(), pa.string(), pa.decimal128(18, 4), pa.int64()]
    columns = list(zip(*ROWS, strict=True))
    return pa.table({name: pa.array(column, kind) for name, column, kind in zip(TABLE.columns, columns, kinds, strict=True)})


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = Adapter(Options(threads=1), tmp_path / "staging", Limits())
    yield opened
    opened.close()


def told(engine: Engine, **words: Any) -> list[tuple[Any, ...]]:
    """The rows of a trend, in the order of what they hold."""
    found = trends.compute(engine, engine.take(rows()), Trend(table="lines", **words), TABLE).table.to_pyarrow()
    return sorted((tuple(row.values()) for row in found.to_pylist()), key=repr)


def whole(engine: Engine, **words: Any) -> dict[str, Any]:
    found: list[dict[str, Any]] = (
        trends.compute(engine, engine.take(rows()), Trend(table="lines", **words), TABLE).whole.to_pyarrow().to_pylist()
    )
    return found[0]


def test_blank_groups_are_groups_too(engine: Engine) -> None:
    assert told(engine, rows=["sex"], measure="sum(quantity)") == [("F", 14), ("M", 2), (None, 1)]


def test_money_is_rounded_once_after_all_is_added_up(engine: Engine) -> None:
    oslo = next(row for row in told(engine, rows=["city"], measure="sum(price * quantity)") if row[0] == "Oslo")
    assert oslo == ("Oslo", Decimal("31.02"))  # 31.015, where three prices rounded first would give 31.03
    assert whole(engine, rows=["city"], measure="sum(price * quantity)")["value"] == Decimal("88.02")


def test_a_cross_table_has_one_row_per_pair_that_occurs(engine: Engine) -> None:
    found = told(engine, rows=["model"], columns="sex", measure="count(*)")
    assert found == [("Child", "F", 2), ("Racer", "F", 2), ("Racer", None, 1), ("Tourer", "M", 2)]


def test_who_ties_with_the_last_of_the_top_stays_and_is_told(engine: Engine) -> None:
    found = told(engine, rows=["city", "model"], measure="sum(quantity)", top=1, within=["city"])
    assert found == [("Oslo", "Racer", 2, 1, True), ("Oslo", "Tourer", 2, 1, True), ("Rome", "Racer", 7, 1, False)]


def test_the_top_of_a_cross_table_counts_over_its_columns(engine: Engine) -> None:
    found = told(engine, rows=["model"], columns="sex", measure="sum(quantity)", top=1)
    assert found == [("Racer", "F", 8, 1, False), ("Racer", None, 1, 1, False)]


def test_every_period_is_there_also_an_empty_one(engine: Engine) -> None:
    found = told(engine, over="month", measure="sum(quantity)")
    assert found == [(date(2024, 1, 1), 2), (date(2024, 2, 1), 0), (date(2024, 3, 1), 0), (date(2024, 4, 1), 11)]


def test_the_mean_of_an_empty_period_is_not_zero_but_blank(engine: Engine) -> None:
    assert [value for _, value in told(engine, over="month", measure="avg(quantity)")] == [1.0, None, None, 2.75]


def test_each_group_has_every_period(engine: Engine) -> None:
    found = told(engine, rows=["sex"], over="quarter", measure="count(*)")
    assert found == [
        ("F", date(2024, 1, 1), 1),
        ("F", date(2024, 4, 1), 2),
        ("M", date(2024, 1, 1), 1),
        ("M", date(2024, 4, 1), 1),
        (None, date(2024, 1, 1), 0),
        (None, date(2024, 4, 1), 1),
    ]


def test_rows_without_a_time_are_counted_apart(engine: Engine) -> None:
    assert whole(engine, over="month", measure="sum(quantity)") == {"value": 17, "undated": 1}


def test_shares_within_a_group_add_up_to_one(engine: Engine) -> None:
    found = told(engine, rows=["city", "model"], measure="sum(quantity)", share=True, within=["city"])
    assert [(row[0], row[1], round(row[3], 6)) for row in found] == [
        ("Oslo", "Racer", 0.5),
        ("Oslo", "Tourer", 0.5),
        ("Rome", "Child", 0.461538),
        ("Rome", "Racer", 0.538462),
    ]


def test_shares_over_time_are_of_their_period_also_of_the_top(engine: Engine) -> None:
    found = told(engine, rows=["model"], over="quarter", measure="sum(quantity)", share=True, top=1)
    assert [(row[1].month, row[2], row[3]) for row in found] == [(1, 1, 0.5), (4, 8, 8 / 11)]


def test_only_the_rows_asked_for_are_measured(engine: Engine) -> None:
    assert told(engine, rows=["city"], where="sex = 'F' and quantity < 5") == [("Oslo", 1), ("Rome", 2)]


def test_no_row_gives_no_group_and_no_period(engine: Engine) -> None:
    words = {"over": "month", "where": "quantity > 99", "measure": "sum(quantity)"}
    assert (told(engine, **words), whole(engine, **words)["value"]) == ([], None)


def test_weeks_begin_on_monday_and_years_follow() -> None:
    assert [*trends.periods(date(2024, 12, 30), date(2025, 1, 6), "week")] == [date(2024, 12, 30), date(2025, 1, 6)]
    assert [*trends.periods(date(2023, 10, 1), date(2024, 1, 1), "quarter")] == [date(2023, 10, 1), date(2024, 1, 1)]
    assert trends.following(date(2024, 1, 1), "year") == date(2025, 1, 1)
    assert trends.following(date(2024, 2, 28), "day") == date(2024, 2, 29)


@pytest.mark.slow
@sparking.LOOPBACK
def test_spark_tells_the_same(engine: Engine, tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = [
        {"rows": ["city", "model"], "columns": "sex", "measure": "sum(price * quantity)", "top": 1, "within": ["city"], "share": True},
        {"rows": ["sex"], "over": "month", "measure": "avg(price)"},
        {"rows": ["city"], "over": "week", "measure": "sum(quantity)", "share": True, "top": 1},
    ]
    spark = sparking.engine(tmp_path)
    try:
        assert [told(spark, **words) for words in asked] == [told(engine, **words) for words in asked]
    finally:
        spark.close()
