"""Delta tables are written whole, and failures are told in words."""

import errno
from pathlib import Path

import pyarrow as pa
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
