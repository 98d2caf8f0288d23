"""Tables that Spark writes are committed whole, once, and by one log for both engines."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

from chaland import delta
from chaland.engines.duckdb import Adapter, Options
from chaland.ports import Engine
from chaland.spec.site import Limits
from tests import sparking

pytestmark = sparking.LOOPBACK
COMMITS = 6


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = sparking.engine(tmp_path)
    yield engine
    engine.close()


def append(engine: Engine, path: str, writer: int) -> None:
    for number in range(COMMITS):
        engine.write(engine.take(pa.table({"writer": [writer], "number": [number]})), path, "append")


def test_writers_of_both_engines_at_once_lose_nothing(engine: Engine, tmp_path: Path) -> None:
    path = str(tmp_path / "t")
    embedded = Adapter(Options(), tmp_path / "other" / "staging", Limits())
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(append, engine, path, 1), pool.submit(append, embedded, path, 2)]:
            done.result()
    rows = engine.read(path).to_pyarrow().to_pylist()
    embedded.close()
    assert sorted((row["writer"], row["number"]) for row in rows) == [(writer, n) for writer in (1, 2) for n in range(COMMITS)]


def test_a_column_that_is_new_is_null_in_older_rows(engine: Engine, tmp_path: Path) -> None:
    path = str(tmp_path / "t")
    engine.write(engine.take(pa.table({"a": [1]})), path)
    engine.write(engine.take(pa.table({"a": [2], "b": ["x"]})), path, "append")
    assert engine.read(path).order_by("a").to_pyarrow().to_pylist() == [{"a": 1, "b": None}, {"a": 2, "b": "x"}]


def test_what_is_no_longer_needed_is_vacuumed(engine: Engine, tmp_path: Path) -> None:
    path = str(tmp_path / "t")
    for value in (1, 2):
        engine.write(engine.take(pa.table({"a": [value]})), path)
    assert delta.vacuum(path, 0) > 0
    assert engine.read(path).to_pyarrow().to_pylist() == [{"a": 2}]


def test_a_write_that_fails_leaves_the_table_as_it_was(engine: Engine, tmp_path: Path) -> None:
    path = str(tmp_path / "t")
    first = engine.write(engine.take(pa.table({"a": [0]})), path)
    broken = engine.sql(
        "select cast(1 / a as double) as a, cast(9223372036854775807 + a + 1 as bigint) as b from t", {"t": engine.read(path)}
    )
    with pytest.raises(Exception, match=r"(?i)overflow|divide"):
        engine.write(broken, path)
    assert (delta.version(path), engine.read(path).to_pyarrow().to_pylist()) == (first, [{"a": 0}])
