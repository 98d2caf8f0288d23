"""DuckDB keeps the laws of an engine, and leaves nothing behind."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from chaland.conformance.engines import EngineConformance
from chaland.engines.duckdb import Adapter, Options
from chaland.ports import Engine
from chaland.spec.site import Limits


class TestDuckDB(EngineConformance):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        engine = Adapter(Options(), tmp_path / "project" / "staging", Limits())
        yield engine
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
