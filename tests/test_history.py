"""Whoever makes features sees only the past."""

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
from tests import sparking

DAY = dt.date(2024, 3, 1)
EVENTS = Table.model_validate({"role": "events", "source": {"kind": "csv"}, "columns": {"at": {"type": "timestamp", "role": "time"}}})
PEOPLE = Table.model_validate({"role": "customers", "source": {"kind": "csv"}, "columns": {"id": {"role": "key"}}})
TIMES = [
    dt.datetime(2024, 2, 29, 23, 59, tzinfo=dt.UTC),
    dt.datetime(2024, 3, 1, tzinfo=dt.UTC),
    dt.datetime(2024, 3, 2, tzinfo=dt.UTC),
    dt.datetime(2024, 3, 3, tzinfo=dt.UTC),
]


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=sparking.LOOPBACK)])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    duckdb = request.param == "duckdb"
    engine: Engine = Adapter(Options(), tmp_path / "p" / "staging", Limits()) if duckdb else sparking.engine(tmp_path)
    tables = {
        "events": engine.take(pa.table({"at": pa.array(TIMES, pa.timestamp("us", "UTC"))})),
        "people": engine.take(pa.table({"id": ["a"]})),
    }
    yield History(tables, {"events": EVENTS, "people": PEOPLE})
    engine.close()


def days(history: History) -> list[Any]:
    return sorted(when.date().isoformat() for when in history.tables["events"].to_pyarrow()["at"].to_pylist())


def test_before_a_day_sees_nothing_of_that_day(history: History) -> None:
    assert days(history.before(DAY)) == ["2024-02-29"]


def test_after_begins_with_the_day_and_ends_before_its_last(history: History) -> None:
    assert days(history.after(DAY, 2)) == ["2024-03-01", "2024-03-02"]


def test_past_and_future_share_no_row_and_lose_none(history: History) -> None:
    assert sorted(days(history.before(DAY)) + days(history.after(DAY, 1000))) == days(history)


def test_a_table_without_times_is_seen_whole(history: History) -> None:
    assert history.before(DAY).customers()[1].count().to_pyarrow().as_py() == 1


def test_tables_are_found_by_role(history: History) -> None:
    assert list(history.role("events")) == ["events"]
    assert history.customers()[0] == "people"


MADE = Table.model_validate(
    {"role": "reference", "source": {"kind": "sql", "query": "select count(*) as n from events"}, "columns": {"n": {"type": "int"}}}
)


def test_what_sql_makes_of_dated_rows_is_made_again_of_those_that_were_seen(history: History) -> None:
    events = history.tables["events"]
    whole = History(
        {**history.tables, "made": events.aggregate(n=events.count())},
        {**history.specs, "made": MADE},
        remake=lambda name, of: of["events"].aggregate(n=of["events"].count()),
        last=dt.date(2024, 3, 4),
    )
    assert [whole.before(day).tables["made"].n.to_pyarrow().to_pylist() for day in (DAY, dt.date(2024, 3, 4))] == [[1], [4]]
    assert whole.after(DAY, 1).tables["made"].n.to_pyarrow().to_pylist() == [2]


def test_only_what_is_asked_for_is_made_again(history: History) -> None:
    asked: list[str] = []
    whole = History(
        {**history.tables, "made": history.tables["people"]},
        {**history.specs, "made": MADE},
        remake=lambda name, of: asked.append(name) or of["events"],  # type: ignore[func-returns-value]
    )
    past = whole.before(DAY)
    assert (past.tables["people"].count().to_pyarrow().as_py(), asked) == (1, [])
