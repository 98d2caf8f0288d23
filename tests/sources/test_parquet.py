"""The Parquet source."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chaland.engines import duckdb
from chaland.errors import DataError, SpecError
from chaland.sources import parquet
from chaland.spec.site import Limits


@pytest.fixture
def adapter(tmp_path):
    data = tmp_path / "data"
    (data / "t.parquet").mkdir(parents=True)
    pq.write_table(pa.table({"Id": [1.0, 2.0], "x": ["a", "b"]}), data / "t.parquet" / "part-0.parquet")
    (data / "t.parquet" / "_SUCCESS").write_text("")
    return parquet.Adapter(parquet.Options(path="*.parquet"), data, {"id": (("id",), False)}, Limits(workers=1))


def test_rows_come_with_file_and_number(adapter, tmp_path):
    engine = duckdb.Adapter(duckdb.Options(), tmp_path / "staging", Limits())
    try:
        rows = adapter.table(engine).execute()
    finally:
        engine.close()
    kept = rows[rows._fault != "#report"]
    assert sorted(zip(kept.id, kept._file, kept._line, strict=True)) == [
        ("1", "t.parquet/part-0.parquet", 1),
        ("2", "t.parquet/part-0.parquet", 2),
    ]


def test_a_look_shows_every_column(adapter):
    ((report, rows),) = adapter.look(None)
    assert (report.read, rows.column_names[:2]) == (2, ["Id", "x"])


def test_files_are_not_followed(adapter):
    with pytest.raises(SpecError):
        adapter.follow()
    adapter.done()


def test_nothing_found_is_an_error(tmp_path):
    with pytest.raises(DataError):
        parquet.Adapter(parquet.Options(path="*.parquet"), tmp_path, None, Limits()).files()
