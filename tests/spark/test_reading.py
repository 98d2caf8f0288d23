"""Files are read where Spark runs, by the reader of the embedded engine."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from chaland.errors import DataError, Where
from chaland.ports import Engine
from chaland.sources import csv
from chaland.spark import reading
from chaland.spec.site import Limits
from tests import sparking

COLUMNS = {"name": (("name",), False), "town": (("town",), False)}
FILES = {
    "plain.csv": b"name,town\nAda,Lyon\nBob,Nice\n",
    "windows.csv": 'name;town\r\nZoé;"Saint-\r\nÉtienne"\r\nMax;x;y\r\n'.encode("cp1252"),
    "wide.csv": "name\ttown\nÉva\tParis\n".encode("utf-16"),
    "empty.csv": b"name,town\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    for name, content in FILES.items():
        (tmp_path / "data" / name).write_bytes(content)
    return tmp_path / "data"


def source(folder: Path, path: str = "*.csv") -> csv.Adapter:
    return csv.Adapter(csv.Options(path=path), folder, COLUMNS, Limits())


def rows(source: csv.Adapter, engine: Engine) -> list[tuple[str, ...]]:
    told = source.table(engine).to_pyarrow().to_pylist()
    kept = [row for row in told if row["_fault"] != "#report"]
    return sorted(tuple(str(row[name]) for name in ("_file", "_line", "_fault", "name", "town")) for row in kept)


@pytest.fixture
def spark(tmp_path: Path) -> Iterator[Engine]:
    engine = sparking.engine(tmp_path)
    yield engine
    engine.close()


@sparking.LOOPBACK
def test_rows_faults_and_line_numbers_are_those_of_the_embedded_engine(folder: Path, spark: Engine, tmp_path: Path) -> None:
    from chaland.engines.duckdb import Adapter, Options

    embedded = Adapter(Options(), tmp_path / "embedded" / "staging", Limits())
    expected = rows(source(folder), embedded)
    embedded.close()
    assert len(expected) == 5
    assert expected == rows(source(folder), spark)


@sparking.LOOPBACK
def test_a_file_that_cannot_be_read_is_told_by_its_name(folder: Path, spark: Engine) -> None:
    (folder / "strange.csv").write_bytes(b"colour,size\nred,1\n")
    with pytest.raises(DataError, match=r"strange\.csv"):
        rows(source(folder), spark)


def staged(folder: Path, shared: Path) -> list[pa.RecordBatch]:
    adapter = source(folder, "plain.csv")
    schema = pa.schema([("name", pa.string()), ("town", pa.string()), ("_file", pa.string()), ("_line", pa.int64())])
    stage = reading.Stage(
        [(str(folder / "plain.csv"), adapter.reader())],
        pa.schema([*schema, ("_fault", pa.string()), ("_said", pa.string())]),
        Limits(),
        str(shared),
    )
    return list(stage(iter([pa.record_batch({"id": [0]})])))


def test_where_the_staging_folder_is_seen_only_the_path_travels(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    [told] = [row for batch in staged(folder, tmp_path / "shared") for row in batch.to_pylist()]
    assert Path(told["path"]).is_file()
    assert told["part"] is None


def test_where_it_is_not_the_rows_themselves_travel(folder: Path, tmp_path: Path) -> None:
    unpack = reading.Unpack(pa.schema([("name", pa.string()), ("town", pa.string())]))
    found = pa.Table.from_batches(list(unpack(iter(staged(folder, tmp_path / "elsewhere"))))).to_pylist()
    assert [row for row in found if row["name"]] == [{"name": "Ada", "town": "Lyon"}, {"name": "Bob", "town": "Nice"}]


def test_the_first_error_comes_back_as_it_was_raised() -> None:
    from chaland.files.worker import packed

    error = DataError("a.csv is damaged", where=Where("a.csv"), next="Ask for it anew.", code="file_crash")
    told = reading.first_error([{"number": 1, "error": None}, {"number": 0, "error": json.dumps(packed(error))}])
    assert isinstance(told, DataError)
    assert (told.said, told.code) == ("a.csv is damaged", "file_crash")
