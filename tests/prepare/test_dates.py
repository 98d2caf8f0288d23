"""Dates in another order than declared are a fault of the file, single slips are not."""

from __future__ import annotations

from typing import Any

import pytest

from chaland.ports import Engine
from chaland.prepare import contract, dates, privacy
from tests.prepare.conftest import rows_of, table_of


def found(engine: Engine, texts: list[str | None], **words: Any) -> list[tuple[int, int, tuple[str, ...]]]:
    table = table_of({"day": {"type": "date", **words}, "n": {}})
    rows = engine.take(rows_of({"day": texts, "n": ["1"] * len(texts)}))
    counts = dates.orders(rows, table, ["day"]).to_pyarrow().to_pylist()
    return [(one.unread, one.dates, one.orders) for one in dates.contradictions(counts, table, ["day"])]


@pytest.mark.parametrize(
    ("order", "texts", "told"),
    [
        ("dmy", ["01/13/2016", "02/03/2016", "12/25/2016"], [(2, 3, ("mdy",))]),
        ("ymd", ["13/01/2016", "02/03/2016"], [(2, 2, ("dmy",))]),
        ("ymd", ["01/02/2016", "02/03/2016"], [(2, 2, ("dmy", "mdy"))]),
        ("dmy", ["2016-01-13", "2016-01-14"], [(2, 2, ("ymd",))]),
        ("dmy", ["13/01/2016", "14/01/2016", "01/13/2016"], []),
        ("dmy", ["13/01/2016", "never", "soon", "01/13/2016"], []),
        ("dmy", ["13/01/2016", "02/03/2016", None, " "], []),
        ("dmy", ["01/02/2016"], []),
        ("dmy", [*["28/01/2016"] * 10, "01/28/2016", "02/28/2016"], [(2, 12, ("mdy",))]),
    ],
)
def test_an_order_is_judged_by_most_of_what_is_not_read(engine: Engine, order: str, texts: list[str | None], told: Any) -> None:
    assert found(engine, texts, date_order=order) == told


def test_what_stands_for_no_value_is_no_date(engine: Engine) -> None:
    assert found(engine, ["13/01/2016", "01/01/0000", "01/01/0000"], date_order="dmy", placeholders=["01/01/0000"]) == []


def test_values_that_were_not_read_are_counted_by_column(engine: Engine) -> None:
    table = table_of({"day": {"type": "date"}, "at": {"type": "timestamp", "broken": "null"}, "n": {"type": "int"}})
    rows = engine.take(rows_of({"day": ["x", None], "at": ["x", "y"], "n": ["1", "z"]}))
    enforced = contract.enforce(rows, table, engine.take(privacy.pads(b"made up")))
    assert dates.dated(table) == ["day", "at"]
    assert dates.unread(enforced, dates.dated(table)).to_pyarrow().to_pylist() == [{"day": 1, "at": 2}]
