"""Delta tables are written whole, and failures are told in words."""

import errno
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from chaland import delta


def rows(**columns: list[object]) -> pa.RecordBatchReader:
    return pa.table(columns).to_reader()


def test_no_table_stands_where_none_was_written(tmp_path: Path) -> None:
    assert not delta.exists(tmp_path / "t")


def test_each_write_is_one_version(tmp_path: Path) -> None:
    assert [delta.write(rows(a=[n]), str(tmp_path / "t"), "overwrite") for n in range(3)] == [0, 1, 2]


def test_files_of_an_old_version_are_still_there(tmp_path: Path) -> None:
    for n in range(2):
        delta.write(rows(a=[n]), str(tmp_path / "t"), "overwrite")
    assert delta.files(str(tmp_path / "t"), 0)[0] != delta.files(str(tmp_path / "t"))[0]


def test_tables_use_no_feature_that_another_engine_may_lack(tmp_path: Path) -> None:
    delta.write(rows(a=[1], b=["x"]), str(tmp_path / "t"), "overwrite")
    protocol = DeltaTable(str(tmp_path / "t")).protocol()
    assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 2)
    assert not protocol.reader_features


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "the lake cannot be written"),
        (OSError("odd"), "could not be written"),
    ],
)
def test_a_failed_write_says_what_it_means(error: Exception, said: str) -> None:
    assert said in delta.refused("lake/t", error).said


def test_a_finished_file_becomes_the_table_in_one_commit(tmp_path: Path) -> None:
    for number, table in enumerate((pa.table({"a": [1, 2]}), pa.table({"b": ["x"]}))):
        pq.write_table(table, tmp_path / "part.parquet")
        assert delta.adopt(tmp_path / "part.parquet", str(tmp_path / "t"), len(table), table.schema) == number
        assert DeltaTable(str(tmp_path / "t")).to_pyarrow_table() == table
        assert delta.standing(tmp_path / "t", "t").rows == len(table)
    assert not (tmp_path / "part.parquet").exists()


def test_a_file_that_was_never_adopted_is_not_seen(tmp_path: Path) -> None:
    delta.write(rows(a=[1]), str(tmp_path / "t"), "overwrite")
    pq.write_table(pa.table({"a": [2]}), tmp_path / "t" / "part-left.parquet")
    assert DeltaTable(str(tmp_path / "t")).to_pyarrow_table()["a"].to_pylist() == [1]
