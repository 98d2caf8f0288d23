"""DuckDB keeps the laws of an engine, and leaves nothing behind."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from chaland.conformance.engines import EngineConformance
from chaland.engines import duckdb
from chaland.engines.duckdb import Adapter, Options
from chaland.ports import Engine
from chaland.spec.site import Limits

pytest_plugins = ("tests.servers",)


class TestDuckDB(EngineConformance):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        engine = Adapter(Options(), tmp_path / "project" / "staging", Limits())
        yield engine
        engine.close()


class TestDuckDBOnS3(EngineConformance):
    @pytest.fixture
    def tmp_path(self, s3: str) -> Path:
        """Where the tables of the suite lie."""
        return Path(s3)

    @pytest.fixture
    def engine(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
        engine = Adapter(Options(), tmp_path_factory.mktemp("project") / "staging", Limits())
        yield engine
        engine.close()


def test_a_part_on_s3_is_fetched_once_and_one_just_written_never(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (Adapter(Options(), tmp_path / name / "staging", Limits()) for name in ("one", "two"))
    first.write(first.take(pa.table({"a": [1, 2]})), f"{s3}/t")
    assert [len(list((tmp_path / name / "staging" / "near").glob("*"))) for name in ("one",)] == [1]
    kept = second.read(f"{s3}/t")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "no more")
    assert kept.count().to_pyarrow().as_py() == 2
    for engine in (first, second):
        engine.close()


def test_naive_times_are_written_as_utc(tmp_path: Path) -> None:
    engine = Adapter(Options(), tmp_path / "project" / "staging", Limits())
    engine.write(engine.sql("select timestamp '2024-03-31 02:30:00' as t", {}), str(tmp_path / "t"))
    assert str(engine.read(str(tmp_path / "t")).schema()["t"]) == "timestamp('UTC', 6)"
    assert DeltaTable(str(tmp_path / "t")).protocol().writer_features is None
    engine.close()


def test_staging_is_private_while_open_and_gone_when_closed(tmp_path: Path) -> None:
    staging = tmp_path / "project" / "staging"
    engine = Adapter(Options(), staging, Limits())
    assert staging.stat().st_mode & 0o777 == 0o700
    engine.close()
    assert not staging.exists()


def test_a_spill_folder_elsewhere_is_wiped_too(tmp_path: Path) -> None:
    engine = Adapter(Options(spill=str(tmp_path / "fast")), tmp_path / "project" / "staging", Limits())
    engine.pin(engine.take(pa.table({"a": [1]})))
    engine.close()
    assert list((tmp_path / "fast").iterdir()) == []


def test_extensions_are_never_fetched(tmp_path: Path) -> None:
    engine = Adapter(Options(), tmp_path / "project" / "staging", Limits())
    told = engine.sql("select current_setting('autoinstall_known_extensions') as fetched", {}).to_pyarrow().to_pylist()
    assert told == [{"fetched": False}]
    engine.close()


def test_too_little_memory_is_told_in_words(tmp_path: Path) -> None:
    engine = Adapter(Options(memory="16MiB", threads=1), tmp_path / "project" / "staging", Limits())
    with pytest.raises(Exception, match="memory") as told:
        engine.pin(engine.sql("select list(i order by i desc) as all_of_them from range(20000000) t(i)", {}))
    trouble = duckdb.trouble(told.value)
    engine.close()
    assert trouble
    assert trouble.exit_code == 4
    assert "[engine] memory" in trouble.next


def test_a_mistake_in_a_query_is_no_trouble_of_the_engine() -> None:
    assert duckdb.trouble(ValueError("no such column")) is None
