"""What is looked at: not who a row is about, and of many rows a fair part."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from chaland.engines.duckdb import Adapter, Options
from chaland.explore.looking import kind_of, look
from chaland.ports import Engine
from chaland.spec import Column, Table
from chaland.spec.site import Limits
from chaland.spec.table import Source

TABLE = Table(
    role="customers",
    source=Source(kind="csv", path="*.csv"),
    columns={
        "id": Column(role="key"),
        "phone": Column(privacy="identifier"),
        "age": Column(type="int"),
        "born": Column(type="date"),
        "plan": Column(),
        "left": Column(type="bool"),
    },
)
TYPES = {"id": "string", "phone": "string", "age": "int", "born": "date", "plan": "string", "left": "bool"}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = Adapter(Options(threads=1), tmp_path / "staging", Limits())
    yield opened
    opened.close()


def rows(count: int) -> pa.Table:
    return pa.table(
        {
            "id": [f"k{i}" for i in range(count)],
            "phone": ["p"] * count,
            "age": list(range(count)),
            "born": [date(1970, 1, 2)] * count,
            "plan": ["a"] * count,
            "left": [i % 2 == 0 for i in range(count)],
        }
    )


def test_who_a_row_is_about_is_not_looked_at(engine: Engine) -> None:
    looked = look(engine, engine.take(rows(4)), TABLE, TYPES, "id")
    assert (looked.hidden, [*looked.numbers.values()], [*looked.words.values()]) == (("id", "phone"), ["age", "born"], ["plan", "left"])


def test_days_become_numbers_and_truths_become_words(engine: Engine) -> None:
    looked = look(engine, engine.take(rows(1)), TABLE, TYPES, "id")
    assert looked.rows.to_pyarrow().to_pylist() == [{"n0": 0.0, "n1": 1.0, "w0": "a", "w1": "true", "one": 1}]


def test_of_many_rows_a_fair_part_is_drawn_and_always_the_same(engine: Engine) -> None:
    taken = engine.take(rows(4000))
    first, second = (look(engine, taken, TABLE, TYPES, "id", limit=1000) for _ in range(2))
    ages = [sorted(one.rows.to_pyarrow()["n0"].to_pylist()) for one in (first, second)]
    assert (first.sampled, first.total, ages[0] == ages[1]) == (True, 4000, True)
    assert 850 < first.seen < 1150
    assert 1800 < sum(ages[0]) / len(ages[0]) < 2200


def test_few_rows_are_all_looked_at(engine: Engine) -> None:
    assert not look(engine, engine.take(rows(5)), TABLE, TYPES, "id", limit=5).sampled


def test_what_an_unknown_column_holds_is_words() -> None:
    assert kind_of("made", "any", TABLE) == "word"
