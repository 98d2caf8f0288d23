"""Tables lie under their names, with their versions."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from chaland import storage
from chaland.engines.duckdb import Adapter, Options
from chaland.errors import DataError, PartMissing
from chaland.lake import Lake
from chaland.spec.site import Limits

pytest_plugins = ("tests.servers",)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Adapter]:
    engine = Adapter(Options(), tmp_path / "p" / "staging", Limits())
    yield engine
    engine.close()


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def test_a_table_is_found_under_its_name(lake: Lake, engine: Adapter) -> None:
    lake.write(engine, "clean/people", engine.take(pa.table({"a": [1, 2]})))
    assert lake.names() == ["clean/people"]
    assert lake.table(engine, "clean/people").count().to_pyarrow().as_py() == 2


def test_an_unknown_table_is_told_with_the_nearest_name(lake: Lake, engine: Adapter) -> None:
    lake.write(engine, "clean/people", engine.take(pa.table({"a": [1]})))
    with pytest.raises(DataError, match="clean/peple") as told:
        lake.table(engine, "clean/peple")
    assert told.value.next == "Did you mean 'clean/people'?"


def test_what_a_dead_writer_left_is_not_seen(lake: Lake, engine: Adapter) -> None:
    lake.write(engine, "clean/people", engine.take(pa.table({"a": [1]})))
    (Path(lake.path("clean/people")) / "part-half.parquet").write_bytes(b"PAR1 half")
    assert lake.table(engine, "clean/people").count().to_pyarrow().as_py() == 1


def test_standing_tells_rows_bytes_and_versions(lake: Lake, engine: Adapter) -> None:
    for rows in ([1], [1, 2, 3]):
        lake.write(engine, "clean/people", engine.take(pa.table({"a": rows})))
    [standing] = lake.standing()
    assert (standing.name, standing.rows, standing.version, standing.versions) == ("clean/people", 3, 1, 2)
    assert standing.bytes > 0


def test_vacuum_drops_old_versions_and_keeps_the_newest(lake: Lake, engine: Adapter) -> None:
    for rows in ([1], [1, 2, 3]):
        lake.write(engine, "clean/people", engine.take(pa.table({"a": rows})))
    assert lake.vacuum(keep_days=1) == 0
    assert lake.vacuum(keep_days=0) == 1
    assert lake.table(engine, "clean/people").count().to_pyarrow().as_py() == 3


def test_a_lake_that_cannot_be_written_is_told_in_words(engine: Adapter, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(PartMissing):
        engine.write(engine.take(pa.table({"a": [1]})), str(tmp_path / "file" / "t"))


def test_a_lake_lies_on_s3_as_in_a_folder(s3: str, engine: Adapter) -> None:
    lake = Lake(storage.located(s3, storage.options(s3)["aws_endpoint_url"], "us-east-1"))  # type: ignore[index]
    assert lake.names() == []
    for rows in ([1], [1, 2, 3]):
        lake.write(engine, "clean/people", engine.take(pa.table({"a": rows})))
    assert lake.names() == ["clean/people"]
    assert lake.has("clean/people")
    assert [lake.table(engine, "clean/people", version).count().to_pyarrow().as_py() for version in (None, 0)] == [3, 1]
    [standing] = lake.standing()
    assert (standing.rows, standing.version, standing.versions) == (3, 1, 2)
    assert lake.vacuum(keep_days=0) == 1
    with pytest.raises(DataError, match="clean/peple"):
        lake.table(engine, "clean/peple")


def test_a_lake_on_s3_remembers_its_first_secret(s3: str) -> None:
    lake = Lake(s3)
    assert lake.checked() is None
    assert [lake.check(value) for value in ("first", "second")] == ["first", "first"]
    assert lake.checked() == "first"
    assert lake.names() == []
