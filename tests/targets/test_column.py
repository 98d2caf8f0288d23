"""A column says what became of a customer."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland.engines.duckdb import Adapter, Options
from chaland.history import History
from chaland.ports import Engine
from chaland.spec import Table
from chaland.spec.site import Limits
from chaland.targets import column
from tests import sparking

PEOPLE = Table.model_validate(
    {"role": "customers", "source": {"kind": "csv"}, "columns": {"id": {"role": "key"}, "left": {"type": "bool"}, "state": {}}}
)
DAY = dt.date(2024, 1, 31)


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=sparking.LOOPBACK)])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    duckdb = request.param == "duckdb"
    engine: Engine = Adapter(Options(), tmp_path / "p" / "staging", Limits()) if duckdb else sparking.engine(tmp_path)
    rows = pa.table({"id": ["a", "b", "c"], "left": [True, False, None], "state": ["gone", "here", None], "_file": ["f"] * 3})
    yield History({"people": engine.take(rows)}, {"people": PEOPLE})
    engine.close()


def labels(history: History, **options: Any) -> dict[str, bool]:
    told = column.label(history.before(DAY), history.after(DAY, 0), column.Options(**options), "id").to_pyarrow().to_pylist()
    return {row["id"]: row["_label"] for row in told}


def test_customers_without_an_answer_are_left_out(history: History) -> None:
    assert labels(history, of="left") == {"a": True, "b": False}


def test_a_word_may_be_the_answer(history: History) -> None:
    assert labels(history, of="state", positive="gone") == {"a": True, "b": False}


def test_customers_without_an_answer_are_counted_in_a_note(history: History) -> None:
    [note] = column.notes(history.before(DAY), column.Options(of="left"), "id")
    assert (note["code"], "1 of 3" in note["said"]) == ("unlabelled", True)


def test_where_everybody_has_an_answer_nothing_is_noted(history: History) -> None:
    assert column.notes(history.before(DAY), column.Options(of="id"), "id") == []
