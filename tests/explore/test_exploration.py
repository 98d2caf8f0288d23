"""An exploration of made-up rows finds what was put into them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland.engines.duckdb import Adapter, Options
from chaland.explore import exploration
from chaland.explore.looking import look
from chaland.ports import Engine
from chaland.spec import Column, Table
from chaland.spec.site import Limits
from chaland.spec.table import Source
from tests import sparking

TYPES = {"id": "string", "age": "int", "spent": "decimal(18, 2)", "plan": "string", "town": "string", "left": "bool"}
TABLE = Table(
    role="customers",
    source=Source(kind="csv", path="*.csv"),
    columns={"id": Column(role="key"), "age": Column(type="int"), "spent": Column(type="decimal"), "plan": Column(), "town": Column(), "left": Column(type="bool")},
)  # fmt: skip


def rows() -> pa.Table:
    draw = random.Random(3)
    plans = [draw.choice(["card", "cash"]) for _ in range(400)]
    left = [draw.random() < (0.8 if plan == "cash" else 0.1) for plan in plans]
    ages = [draw.randint(20, 60) if place % 20 else None for place in range(400)]
    spent = [10_000.0 if place == 7 else (30 if plan == "card" else 90) + draw.random() for place, plan in enumerate(plans)]
    towns = ["Only here" if place == 5 else draw.choice(["Oslo", "Rome"]) for place in range(400)]
    money = pa.array([round(one, 2) for one in spent]).cast(pa.decimal128(18, 2))
    return pa.table({"id": [f"k{i}" for i in range(400)], "age": ages, "spent": money, "plan": plans, "town": towns, "left": left})


def explored(engine: Engine, table: pa.Table) -> dict[str, Any]:
    looked = look(engine, engine.take(table), TABLE, TYPES, "id")
    return exploration.explore(engine, looked, {"leaving": "left"})


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = Adapter(Options(threads=1), tmp_path / "staging", Limits())
    yield opened
    opened.close()


@pytest.fixture
def found(engine: Engine) -> dict[str, Any]:
    return explored(engine, rows())


def column(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["columns"] if one["name"] == name)


def test_every_row_is_in_a_bin_or_beyond_or_a_gap(found: dict[str, Any]) -> None:
    for name in ("age", "spent"):
        one = column(found, name)
        assert sum(bin_["rows"] for bin_ in one["bins"]) + one["beyond"] + one["gaps"] == 400
    assert column(found, "age")["gaps"] == 20


def test_one_far_value_is_counted_and_squeezes_no_picture(found: dict[str, Any]) -> None:
    one = column(found, "spent")
    assert (one["far"], one["beyond"], one["max"]) == (1, 1, 10_000.0)
    assert one["bins"][-1]["to"] < 200


def test_a_value_that_few_rows_have_is_not_listed(found: dict[str, Any]) -> None:
    one = column(found, "town")
    assert ({value["value"] for value in one["values"]}, one["others"], one["distinct"]) == ({"Oslo", "Rome"}, 1, 3)


def test_what_goes_with_the_answer_comes_first(found: dict[str, Any]) -> None:
    answer = found["answers"]["leaving"]
    assert (answer["column"], answer["with"][0]["name"], answer["with"][0]["how"]) == ("left", "plan", "cramer")
    shares = {one["level"]: one["answers"]["true"] / one["rows"] for one in answer["with"][0]["shares"]}
    assert (shares["cash"] > 0.7, shares["card"] < 0.2) == (True, True)


def test_boxes_are_drawn_of_what_a_word_tells_best(found: dict[str, Any]) -> None:
    first = found["boxes"][0]
    assert {"card", "cash"} >= {one["level"] for one in first["levels"]} or first["word"] != "plan"
    assert all(one["q5"] <= one["q25"] <= one["q50"] <= one["q75"] <= one["q95"] for box in found["boxes"] for one in box["levels"])


def test_a_table_without_rows_is_explored_too(engine: Engine) -> None:
    found = explored(engine, rows().slice(0, 0))
    assert (found["rows"], found["pairs"], [one["there"] for one in found["columns"]]) == (0, [], [0] * 5)


@pytest.mark.slow
@sparking.LOOPBACK
def test_spark_finds_the_same(engine: Engine, found: dict[str, Any], tmp_path: Path) -> None:
    spark = sparking.engine(tmp_path)
    try:
        there = explored(spark, rows())
    finally:
        spark.close()
    assert _rounded(there) == _rounded(found)


def _rounded(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: _rounded(value) for key, value in told.items()}
    if isinstance(told, list):
        return [_rounded(value) for value in told]
    return round(told, 9) if isinstance(told, float) else told
