"""What somebody owns is told by another table: a column of the owned row, or the group of its like."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland.engines.duckdb import Adapter, Options
from chaland.history import History
from chaland.ports import Engine
from chaland.spec import Project, Table
from chaland.spec.site import Limits
from chaland.targets import owned
from tests import sparking

CARS = {"model": {}, "size": {"type": "ordinal", "order": ["short", "long"]}, "price": {"type": "int"}}
TABLES = {
    "people": {"role": "customers", "source": {"kind": "csv"}, "columns": {"plate": {"privacy": "identifier"}, "age": {"type": "int"}}},
    "cards": {
        "role": "reference",
        "source": {"kind": "csv"},
        "columns": {"plate": {"privacy": "identifier"}, "used": {"type": "bool"}, **CARS},
    },
    "models": {"role": "reference", "source": {"kind": "csv"}, "columns": CARS},
}
PROJECT = Project.model_validate(
    {
        "name": "cars",
        "tables": TABLES,
        "features": {"profile": {"kind": "profile"}, "car": {"kind": "profile", "of": "models"}},
        "segments": {"kinds": {"features": ["car"]}},
    }
)
SPECS = {name: Table.model_validate(one) for name, one in TABLES.items()}


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=sparking.LOOPBACK)])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    duckdb = request.param == "duckdb"
    engine: Engine = Adapter(Options(), tmp_path / "p" / "staging", Limits()) if duckdb else sparking.engine(tmp_path)
    people = pa.table({"_key": ["a", "b", "c", "d"], "plate": ["P1", "P2", "P2", "P9"], "age": [1, 2, 3, 4], "_file": ["f"] * 4})
    cards = pa.table(
        {
            "plate": ["P1", "P2", "P3"],
            "used": [True, False, True],
            "model": ["x", "y", "x"],
            "size": ["long", "short", "long"],
            "price": [9, 4, 9],
        }
    )
    kinds = pa.table({"model": ["x", "y"], "size": ["long", "short"], "price": [9, 4], "_group": ["dear", "cheap"]})
    rows = {"people": people, "cards": cards, "segments/kinds": kinds}
    yield History({name: engine.take(one) for name, one in rows.items()}, {**SPECS, "segments/kinds": SPECS["models"]})
    engine.close()


def options(**words: Any) -> owned.Options:
    return owned.Options(**{"in": "cards", "by": "plate", **words})


def labels(history: History, **words: Any) -> dict[str, Any]:
    told = owned.label(history, history, options(**words), "_key").to_pyarrow().to_pylist()
    return {row["_key"]: row["_label"] for row in told}


def test_the_answer_is_a_column_of_the_owned_row_or_the_group_of_its_like(history: History) -> None:
    assert labels(history, of="size") == {"a": "long", "b": "short", "c": "short"}
    assert labels(history, of="used") == {"a": True, "b": False, "c": False}
    assert labels(history, of="price") == {"a": 9.0, "b": 4.0, "c": 4.0}
    assert labels(history, of="model", positive="y") == {"a": False, "b": True, "c": True}
    assert labels(history, segment="kinds") == {"a": "dear", "b": "cheap", "c": "cheap"}


def test_what_several_hold_and_who_owns_nothing_is_told(history: History) -> None:
    shared, nothing = owned.notes(history, options(of="size"), "_key")
    assert (shared["code"], nothing["code"]) == ("shared_owner", "owns_nothing")
    assert shared["said"].startswith("1 values of 'plate' are held by several customers (2)")
    assert nothing["said"].startswith("1 customers own nothing in 'cards'")


@pytest.mark.parametrize(
    ("words", "task"),
    [({"of": "size"}, "multiclass"), ({"of": "used"}, "binary"), ({"of": "price"}, "regression"), ({"segment": "kinds"}, "multiclass")],
)
def test_the_task_follows_from_the_column(words: dict[str, str], task: str) -> None:
    assert owned.task(options(**words), PROJECT, "people") == task


def test_an_ordered_answer_keeps_its_order() -> None:
    assert owned.labels(options(of="size"), PROJECT, "people") == ("short", "long")
    assert owned.labels(options(segment="kinds"), PROJECT, "people") == ()


@pytest.mark.parametrize(
    ("words", "place", "said"),
    [
        ({"in": "cadrs", "of": "size"}, "in", "there is no table 'cadrs'"),
        ({"by": "plaet", "of": "size"}, "by", "there is no column 'plaet' in the table 'cards'"),
        ({"of": "sise"}, "of", "there is no column 'sise'"),
        ({}, "", "a column (of) or a group (segment), one of the two"),
        ({"of": "size", "segment": "kinds"}, "", "one of the two"),
        ({"segment": "knids"}, "segment", "there are no segments 'knids'"),
    ],
)
def test_names_that_are_not_there_are_told_where_they_stand(words: dict[str, str], place: str, said: str) -> None:
    faults = owned.faults(("q",), options(**words), PROJECT, "people")
    assert faults[0].keys == (("q", place) if place else ("q",))
    assert said in faults[0].said


def test_a_pseudonym_cannot_be_compared_with_a_plain_value() -> None:
    plain = {**TABLES, "cards": {**TABLES["cards"], "columns": {"plate": {}, **CARS}}}
    project = Project.model_validate({"name": "cars", "tables": plain, "features": {"profile": {"kind": "profile"}}})
    [fault] = owned.faults(("q",), options(of="size"), project, "people")
    assert "a pseudonym equals no plain value" in fault.said
