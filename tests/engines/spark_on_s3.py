"""The laws of an engine for Spark with its tables on S3; test_spark_on_s3.py runs them in a process of their own."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from chaland import delta, storage
from chaland.conformance.engines import EngineConformance
from chaland.engines.duckdb import Adapter, Options
from chaland.ports import Engine
from chaland.spec.site import Limits
from tests import sparking

pytest_plugins = ("tests.servers",)
pytestmark = sparking.LOOPBACK


@pytest.fixture
def engine(s3: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = sparking.engine(tmp_path_factory.mktemp("project"))
    yield engine
    engine.close()


class TestSparkOnS3(EngineConformance):
    @pytest.fixture
    def tmp_path(self, s3: str) -> Path:
        """Where the tables of the suite lie."""
        return Path(s3)

    @pytest.fixture
    def engine(self, s3: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
        engine = sparking.engine(tmp_path_factory.mktemp("project"))
        yield engine
        engine.close()


def test_what_spark_writes_duckdb_reads_appends_to_merges_and_vacuums(engine: Engine, s3: str, tmp_path: Path) -> None:
    other = Adapter(Options(), tmp_path / "project" / "staging", Limits())
    place = f"{s3}/t"
    engine.write(engine.take(pa.table({"k": ["a", "b"], "v": [1, 1]})), place)
    other.write(other.take(pa.table({"k": ["c"], "v": [2]})), place, "append")
    other.write(other.take(pa.table({"k": ["a"], "v": [3]})), place, "merge", "k")
    engine.write(engine.take(pa.table({"k": ["b", "d"], "v": [4, 4]})), place, "merge", "k")
    assert delta.vacuum(place, 0) > 0
    for one in (engine, other):
        told = one.read(place).order_by("k").to_pyarrow().to_pylist()
        assert [(row["k"], row["v"]) for row in told] == [("a", 3), ("b", 4), ("c", 2), ("d", 4)]
    other.close()


def test_a_missing_bucket_is_told_in_words(engine: Engine) -> None:
    with pytest.raises(Exception, match="NoSuchBucket") as told:
        engine.write(engine.take(pa.table({"a": [1]})), "s3://never-made/t")
    assert "there is no bucket 'never-made'" in str(storage.from_hadoop(told.value))
