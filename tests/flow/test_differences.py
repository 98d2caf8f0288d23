"""Two tables are compared row by row, whatever the order of their rows."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland.engines.duckdb import Adapter, Options
from chaland.flow.differences import Difference, differences
from chaland.spec.site import Limits


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Adapter]:
    adapter = Adapter(Options(), tmp_path / "staging", Limits())
    yield adapter
    adapter.close()


def found(engine: Adapter, left: dict[str, Any], right: dict[str, Any]) -> list[Difference]:
    return differences(engine.take(pa.table(left)), engine.take(pa.table(right)))


def test_the_order_of_rows_is_no_difference(engine: Adapter) -> None:
    assert found(engine, {"id": [1, 2, None], "x": [0.1, None, 3.0]}, {"id": [None, 2, 1], "x": [3.0, None, 0.1]}) == []


def test_floats_may_differ_by_a_billionth_and_no_more(engine: Adapter) -> None:
    assert found(engine, {"id": [1], "x": [1e6]}, {"id": [1], "x": [1e6 + 1e-4]}) == []
    [told] = found(engine, {"id": [1, 2], "x": [1e6, 5.0]}, {"id": [1, 2], "x": [1e6 + 1e-2, 5.0]})
    assert told == Difference("x", 1, (("1000000.0", "1000000.01"),))


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (1, 2), (None, 0), ("a", "A"), ("", None), ("e\u0301", "é"), (Decimal("1.10"), Decimal("1.11")), (True, None),
        (2**63 - 1, 2**63 - 2), (float("nan"), None), (float("inf"), 1e308), (0.0, 1e-300),
    ],
)  # fmt: skip
def test_a_changed_value_is_a_difference(engine: Adapter, mine: object, theirs: object) -> None:
    kind = pa.array([mine, theirs]).type
    left = {"id": [1, 2], "x": pa.array([mine, mine], kind)}
    told = found(engine, left, {"id": [1, 2], "x": pa.array([mine, theirs], kind)})
    assert [(one.column, one.rows) for one in told] == [("x", 1)]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, -0.0])
def test_what_is_no_number_is_like_itself(engine: Adapter, value: float | None) -> None:
    column = pa.array([value, 1.0], pa.float64())
    assert found(engine, {"id": [1, 2], "x": column}, {"id": [1, 2], "x": column}) == []


def test_rows_that_one_side_lacks_are_shown(engine: Adapter) -> None:
    [told] = found(engine, {"id": [1, 2, 2], "x": [0.5, 0.5, 0.5]}, {"id": [1, 2], "x": [0.5, 0.5]})
    assert told.rows == 1
    assert told.shown == (("3", "2"), ("id=2", "no such row"))


def test_another_type_or_a_missing_column_is_told_before_any_row(engine: Adapter) -> None:
    told = found(engine, {"id": [1], "a": ["x"]}, {"id": pa.array([1], pa.int32()), "b": ["x"]})
    assert [one.column for one in told] == ["id (its type)", "a (its type)", "b (its type)"]


def test_only_three_values_are_shown_and_long_ones_are_cut(engine: Adapter) -> None:
    [told] = found(engine, {"id": list(range(9)), "t": ["x" * 500] * 9}, {"id": list(range(9)), "t": ["y" * 500] * 9})
    assert (told.rows, len(told.shown)) == (9, 3)
    assert all(len(text) == 80 for pair in told.shown for text in pair)


def test_one_row_among_many_is_found(engine: Adapter) -> None:
    rows = {"id": list(range(200_000)), "x": [float(i) for i in range(200_000)]}
    other = {"id": list(reversed(range(200_000))), "x": [199_999.0 - i + (i == 50_000) for i in range(200_000)]}
    assert found(engine, rows, other) == [Difference("x", 1, (("149999.0", "150000.0"),))]
