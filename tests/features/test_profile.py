"""The profile of a customer, from the past alone."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland.conformance.features import FeatureConformance
from chaland.engines.duckdb import Adapter, Options
from chaland.features import profile
from chaland.history import History
from chaland.ports import Engine
from chaland.spec import Features, Table
from chaland.spec.site import Limits
from tests import sparking

PEOPLE = Table.model_validate({
    "role": "customers", "source": {"kind": "csv"},
    "columns": {
        "id": {"role": "key"}, "age": {"type": "int"}, "plan": {}, "size": {"type": "ordinal", "order": ["S", "M", "L"]}, "active": {"type": "bool"}, "since": {"type": "date"},
        "phone": {"privacy": "identifier"}, "gender": {"privacy": "sensitive"}, "note": {"privacy": "free_text"}, "spent": {"type": "decimal"},
    },
})  # fmt: skip
ROWS = [
    {
        "id": "a",
        "age": 30,
        "plan": "x",
        "size": "S",
        "active": True,
        "since": dt.date(2024, 1, 1),
        "phone": "p",
        "gender": "F",
        "spent": 1.5,
    },
    {"id": "b", "age": None, "plan": None, "size": "L", "active": None, "since": None, "phone": "q", "gender": "M", "spent": None},
]
DAY = dt.date(2024, 1, 31)


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=sparking.LOOPBACK)])
def past(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    duckdb = request.param == "duckdb"
    engine: Engine = Adapter(Options(), tmp_path / "p" / "staging", Limits()) if duckdb else sparking.engine(tmp_path)
    yield History({"people": engine.take(pa.Table.from_pylist(ROWS))}, {"people": PEOPLE}).before(DAY)
    engine.close()


def computed(past: History, **options: Any) -> list[dict[str, Any]]:
    return profile.compute(past, Features(kind="profile", **options), "id").order_by("id").to_pyarrow().to_pylist()


@pytest.fixture
def longer(past: History) -> History:
    return past


class TestProfile(FeatureConformance):
    module = profile
    options = Features(kind="profile")


def test_words_stay_words_and_all_else_becomes_a_number(past: History) -> None:
    assert computed(past)[0] == {"id": "a", "age": 30.0, "plan": "x", "size": 0.0, "active": 1.0, "since": 30.0, "spent": 1.5}


def test_what_is_not_known_stays_unknown(past: History) -> None:
    assert computed(past)[1] == {"id": "b", "age": None, "plan": None, "size": 2.0, "active": None, "since": None, "spent": None}


def test_nothing_that_names_a_person_or_is_sensitive_becomes_a_feature(past: History) -> None:
    assert {"phone", "gender", "note", "id"}.isdisjoint(made.name for made in profile.describe(Features(kind="profile"), past))


def test_only_the_columns_asked_for(past: History) -> None:
    assert list(computed(past, columns=["age", "plan"])[0]) == ["id", "age", "plan"]
    assert "age" not in computed(past, except_=["age"])[0]
