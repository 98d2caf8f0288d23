"""Spark keeps the laws of an engine, and leaves nothing behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chaland import delta
from chaland.conformance.engines import AWKWARD, EngineConformance
from chaland.ports import Engine
from tests import sparking

pytestmark = sparking.LOOPBACK


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = sparking.engine(tmp_path)
    yield engine
    engine.close()


class TestSpark(EngineConformance):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        engine = sparking.engine(tmp_path)
        yield engine
        engine.close()


def test_staging_is_private_while_open_and_gone_when_closed(tmp_path: Path) -> None:
    engine = sparking.engine(tmp_path)
    assert (tmp_path / "project" / "staging").stat().st_mode & 0o777 == 0o700
    engine.close()
    assert not (tmp_path / "project" / "staging").exists()


def test_what_spark_writes_the_embedded_engine_reads_and_the_other_way_round(engine: Engine, tmp_path: Path) -> None:
    from chaland.engines.duckdb import Adapter, Options
    from chaland.spec.site import Limits

    other = Adapter(Options(), tmp_path / "other" / "staging", Limits())
    for name, writer, reader in (("a", engine, other), ("b", other, engine)):
        path = str(tmp_path / name)
        writer.write(writer.take(AWKWARD), path)
        assert AWKWARD.to_pylist() == reader.read(path).order_by("id").to_pyarrow().to_pylist()
        reader.write(reader.take(AWKWARD.slice(0, 1)), path, "append")
        assert delta.standing(path, name).rows == 5
        assert writer.read(path).count().to_pyarrow().as_py() == 5
    other.close()


def test_a_mistake_in_a_query_is_no_trouble_of_the_engine() -> None:
    sparking.needed()
    from chaland.engines import spark

    assert spark.trouble(ValueError("no such column")) is None


def test_too_little_memory_is_told_in_words() -> None:
    sparking.needed()
    from pyspark.errors import PySparkException

    from chaland.engines import spark

    trouble = spark.trouble(PySparkException("Job aborted: java.lang.OutOfMemoryError: Java heap space"))
    assert trouble
    assert trouble.exit_code == 4
    assert "[engine] memory" in trouble.next


def test_a_pinned_table_forgets_how_it_was_made(engine: Engine) -> None:
    """Of one process, where nothing can be lost: remembered plans are compared with every later one, and filled the driver of a long run."""
    from pyspark.sql import SparkSession

    rows = engine.take(AWKWARD)
    twice = engine.pin(rows.join(rows.select("id"), "id"))
    session = SparkSession.getActiveSession()
    assert session is not None
    plan = session.table(twice.get_name())._jdf.queryExecution().analyzed()
    assert plan.collectLeaves().size() == 1
    assert plan.collectLeaves().head().nodeName() == "LogicalRDD"
    assert twice.count().to_pyarrow().as_py() == len(AWKWARD)
