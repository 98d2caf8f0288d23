"""Numbers far from the rest are flagged, and stay."""

from typing import Any

import pyarrow as pa

from chaland.prepare import outliers
from tests.prepare.conftest import table_of

TABLE = table_of({"id": {"role": "key", "type": "int"}, "n": {"type": "float"}, "w": {}, "calm": {"type": "int", "outliers": False}})


def flags(engine: Any, values: list[float | None]) -> list[Any]:
    rows = engine.take(pa.table({"k": [f"{i:032x}" for i in range(len(values))], "n": pa.array(values, pa.float64())}))
    quartile = outliers.quartiles(rows, ["n"], len(values), "k").to_pyarrow().to_pylist()[0]
    told = outliers.flag(rows, outliers.fences(quartile, ["n"])).order_by("k").to_pyarrow()
    assert len(told) == len(values)
    return told["_outliers"].to_pylist()


def test_only_numbers_that_are_no_keys_are_watched() -> None:
    assert outliers.watched(TABLE) == ["n"]


def test_a_far_number_is_flagged_and_a_near_one_is_not(engine: Any) -> None:
    assert flags(engine, [1.0, 2.0, 3.0, 4.0, 5.0, 1000.0, -1000.0, None]) == [None] * 5 + ["n", "n", None]


def test_a_column_that_hardly_varies_flags_nothing(engine: Any) -> None:
    assert flags(engine, [0.0] * 9 + [5.0]) == [None] * 10


def test_above_the_limit_a_fair_part_says_where_the_fences_are(engine: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(outliers, "SAMPLE", 10)
    rows = engine.take(pa.table({"k": [f"{i * 655:04x}" + "0" * 28 for i in range(100)], "n": [float(i) for i in range(100)]}))
    quartile = outliers.quartiles(rows, ["n"], 100, "k").to_pyarrow().to_pylist()[0]
    assert 0 < quartile["n:3"] < 20
