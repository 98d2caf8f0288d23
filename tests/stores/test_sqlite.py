from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from chaland.conformance.stores import StoreConformance, batch
from chaland.errors import Busy, DataError, PartMissing
from chaland.stores import sqlite
from chaland.stores.sqlite import Adapter, Options


class TestSQLite(StoreConformance):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Callable[[], Adapter]:
        return lambda: Adapter(Options(), tmp_path)


def test_every_file_of_the_store_is_for_its_owner_alone(tmp_path):
    store = Adapter(Options(), tmp_path)
    store.put("scores", "key", batch(key=["a"]))
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == dict.fromkeys(
        ["store.db", "store.db-wal", "store.db-shm"], 0o600
    )
    store.close()


def test_the_site_may_name_the_file(tmp_path):
    Adapter(Options(path="kept/here.db"), tmp_path).close()
    assert (tmp_path / "kept/here.db").exists()


def test_what_is_erased_is_not_in_the_file_any_more(tmp_path):
    store = Adapter(Options(), tmp_path)
    store.put("scores", "key", batch(key=["customer-17"], word=["canary-in-the-value"]))
    store.erase("scores", ["customer-17"])
    bytes_left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"customer-17" not in bytes_left
    assert b"canary-in-the-value" not in bytes_left
    store.close()


def test_a_put_that_is_killed_halfway_leaves_nothing_of_itself(tmp_path):
    Adapter(Options(), tmp_path).close()
    code = """
import os, sqlite3, sys
con = sqlite3.connect(sys.argv[1], isolation_level=None)
con.execute("begin immediate")
con.execute("insert into shapes values (1, '{}')")
con.executemany("insert into rows values ('scores', ?, 1, '[]')", ((str(n),) for n in range(100_000)))
os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", code, tmp_path / "store.db"], check=False).returncode == -9
    store = Adapter(Options(), tmp_path)
    assert store.scan("scores") == []
    store.close()


def test_a_put_that_fails_leaves_nothing_of_itself(tmp_path, monkeypatch):
    store = Adapter(Options(), tmp_path)
    monkeypatch.setattr(sqlite, "PUT", "insert into rows (name, key, shape, value) values (?, ?, ?, ?)")
    with pytest.raises(PartMissing):
        store.put("scores", "key", batch(key=["a", "b", "b"]))
    assert store.scan("scores") == []
    store.close()


def test_two_processes_that_put_at_once_both_succeed(tmp_path):
    code = """
import sys, pyarrow as pa
from pathlib import Path
from chaland.stores.sqlite import Adapter, Options
store = Adapter(Options(), Path(sys.argv[1]))
for turn in range(10):
    store.put("scores", "key", pa.RecordBatch.from_pydict({"key": [f"{sys.argv[2]}-{turn}-{row}" for row in range(50)]}))
store.close()
"""
    writers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    store = Adapter(Options(), tmp_path)
    assert len(store.scan("scores", limit=5000)) == 1000
    store.close()


def test_a_store_held_by_another_process_is_busy(tmp_path, monkeypatch):
    store = Adapter(Options(), tmp_path)
    store._con.execute("pragma busy_timeout = 10")
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(Busy):
        store.put("scores", "key", batch(key=["a"]))
    other.close()
    store.put("scores", "key", batch(key=["a"]))
    store.close()


def test_a_file_that_is_no_store_is_refused_in_words(tmp_path):
    (tmp_path / "store.db").write_text("customer;score\n" * 100)
    with pytest.raises(DataError, match="no store"):
        Adapter(Options(), tmp_path)


def test_a_store_of_a_newer_format_is_refused_in_words(tmp_path):
    Adapter(Options(), tmp_path).close()
    con = sqlite3.connect(tmp_path / "store.db")
    con.execute("pragma user_version = 99")
    con.close()
    with pytest.raises(DataError, match="format 99"):
        Adapter(Options(), tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="files have no modes here")
def test_a_folder_where_a_file_is_wanted_is_a_part_missing(tmp_path):
    (tmp_path / "store.db").mkdir()
    with pytest.raises(PartMissing):
        Adapter(Options(), tmp_path)


def test_a_full_disk_is_told_and_the_store_goes_on(tmp_path):
    store = Adapter(Options(), tmp_path)
    store.put("scores", "key", batch(key=["a"]))
    pages = store._con.execute("pragma page_count").fetchone()[0]
    store._con.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(PartMissing, match="full"):
        store.put("scores", "key", batch(key=[f"{n:050}" for n in range(10_000)]))
    assert store.scan("scores") == [{"key": "a"}]
    store.close()


@pytest.mark.parametrize("type_", [pa.duration("s"), pa.list_(pa.date32()), pa.time64("us")])
def test_a_type_that_would_not_come_back_is_refused(tmp_path, type_):
    store = Adapter(Options(), tmp_path)
    rows = pa.RecordBatch.from_arrays([pa.array(["a"]), pa.array([None], type_)], ["key", "odd"])
    with pytest.raises(TypeError, match="does not keep"):
        store.put("scores", "key", rows)
    store.close()


def test_a_time_finer_than_a_microsecond_is_refused_rather_than_rounded(tmp_path):
    store = Adapter(Options(), tmp_path)
    rows = pa.RecordBatch.from_arrays([pa.array(["a"]), pa.array([1], pa.timestamp("ns"))], ["key", "at"])
    with pytest.raises(pa.ArrowInvalid):
        store.put("scores", "key", rows)
    store.close()


def test_not_a_number_is_not_null(tmp_path):
    store = Adapter(Options(), tmp_path)
    store.put("scores", "key", batch(key=["a", "b"], value=[float("nan"), float("-inf")]))
    first, second = store.scan("scores")
    assert (first["value"] != first["value"], second["value"]) == (True, float("-inf"))
    store.close()
