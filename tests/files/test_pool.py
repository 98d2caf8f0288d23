"""No file takes chaland down: a crash, a hang or a bomb is an error that names the file, and the next file is read."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chaland.errors import DataError
from chaland.files import pool
from chaland.files.csv_reader import CsvReader
from chaland.files.report import Bounds
from chaland.spec.site import Limits
from tests.files import bad_readers

LIMITS = Limits(workers=2, memory_mib=512, seconds=20)


@pytest.fixture
def made(tmp_path):
    paths = []
    for number in range(3):
        path = tmp_path / f"made{number}.csv"
        path.write_text(f"a,b\n{number},x\n")
        paths.append(str(path))
    return paths


def test_each_file_becomes_one_private_parquet_file(made, tmp_path):
    staged = pool.stage(made, CsvReader(str(tmp_path)), None, tmp_path / "staged", LIMITS)
    assert [pq.read_table(path).column("a")[0].as_py() for path in staged] == ["0", "1", "2"]
    assert {oct((tmp_path / "staged").stat().st_mode & 0o777), *(oct(path.stat().st_mode & 0o777) for path in staged)} == {"0o700", "0o600"}


def test_progress_is_told_in_bytes(made, tmp_path):
    told = []
    pool.stage(made, CsvReader(str(tmp_path)), None, tmp_path / "staged", LIMITS, lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == [8, 16, 24]
    assert {total for _, total in told} == {24}


def test_no_files_are_no_work(tmp_path):
    assert pool.stage([], bad_readers.rows, bad_readers.SCHEMA, tmp_path / "staged", LIMITS) == []


@pytest.mark.parametrize(
    ("reader", "code"),
    [
        (bad_readers.crash, "file_crash"),
        (bad_readers.bug, "file_crash"),
        (bad_readers.hang, "file_time"),
        (bad_readers.spin, "file_time"),
        (bad_readers.hoard, "file_memory"),
        (bad_readers.arrow_hoard, "file_memory"),
    ],
)
def test_what_goes_wrong_in_a_worker_is_an_error_that_names_the_file(made, tmp_path, reader, code):
    limits = LIMITS.model_copy(update={"seconds": 1.0}) if code == "file_time" else LIMITS
    with pytest.raises(DataError) as caught:
        pool.stage(made[:1], reader, bad_readers.SCHEMA, tmp_path / "staged", limits)
    assert caught.value.code == code
    assert "made0.csv" in caught.value.said
    assert "0612345678" not in str(caught.value)
    assert list((tmp_path / "staged").iterdir()) == []


def test_the_pool_is_renewed_after_a_crash(made, tmp_path):
    with pytest.raises(DataError):
        pool.stage(made, bad_readers.crash, bad_readers.SCHEMA, tmp_path / "staged", LIMITS)
    assert len(pool.stage(made, bad_readers.rows, bad_readers.SCHEMA, tmp_path / "staged", LIMITS)) == 3


def test_a_worker_that_died_idle_is_replaced(made, tmp_path):
    staged = pool.stage(made[:1], bad_readers.rows, bad_readers.SCHEMA, tmp_path / "staged", LIMITS)
    os.kill(int(pq.read_table(staged[0]).column("a")[0].as_py()), signal.SIGKILL)
    time.sleep(0.1)
    assert len(pool.stage(made, bad_readers.rows, bad_readers.SCHEMA, tmp_path / "staged", LIMITS)) == 3


def test_workers_are_used_again(made, tmp_path):
    pool.close()
    staged = pool.stage(made, bad_readers.rows, bad_readers.SCHEMA, tmp_path / "staged", LIMITS.model_copy(update={"workers": 1}))
    assert len({pq.read_table(path).column("a")[0].as_py() for path in staged}) == 1


def test_the_readers_own_error_comes_back_whole(made, tmp_path):
    with pytest.raises(DataError) as caught:
        pool.stage(made[:1], bad_readers.refuse, bad_readers.SCHEMA, tmp_path / "staged", LIMITS)
    error = caught.value
    assert (error.said, error.next, error.code, error.where.line) == ("no good", "mend it", "odd", 7)
    assert (error.faults[0].keys, error.faults[0].hint, error.faults[0].where.file) == (("a", "b"), "hint", "f.csv")


def test_a_gzip_bomb_is_an_error_that_names_the_file(tmp_path):
    path = tmp_path / "bomb.csv"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(b"a,b\n")
        for _ in range(64):
            stream.write(b"1,2\n" * (1 << 16))
    with pytest.raises(DataError, match=r"bomb\.csv") as caught:
        pool.stage([str(path)], CsvReader(str(tmp_path), bounds=Bounds(file_bytes=4 << 20)), None, tmp_path / "staged", LIMITS)
    assert caught.value.code == "too_big"


def test_a_bomb_of_one_line_does_not_fill_the_memory(tmp_path):
    path = tmp_path / "line.csv"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(b"a,b\n1,2\n3,")
        for _ in range(200):
            stream.write(bytes(1 << 20))
    staged = pool.stage([str(path)], CsvReader(str(tmp_path)), None, tmp_path / "staged", LIMITS)
    assert pq.read_table(staged[0]).column("_fault").to_pylist() == [None, "too_long", "#report"]


def test_what_a_worker_prints_goes_nowhere(made, tmp_path, capfd):
    pool.stage(made[:1], bad_readers.fork_bomb_of_output, bad_readers.SCHEMA, tmp_path / "staged", LIMITS)
    assert capfd.readouterr().out == ""


def test_workers_know_no_secret_of_ours(monkeypatch):
    monkeypatch.setenv("CHALAND_SECRET", "hidden")
    assert "CHALAND_SECRET" not in pool._environment()


def test_workers_end_with_a_parent_that_was_killed(made, tmp_path):
    code = (
        "import sys; from pathlib import Path; from chaland.files import pool; from chaland.spec.site import Limits; from tests.files import bad_readers as b;"
        "staged = pool.stage([sys.argv[1]], b.rows, b.SCHEMA, Path(sys.argv[2]), Limits());"
        "import pyarrow.parquet as pq; print(pq.read_table(staged[0]).column('a')[0].as_py(), flush=True); import time; time.sleep(60)"
    )
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", code, made[0], str(tmp_path / "staged")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    for _ in range(100):
        if not _runs(worker):
            return
        time.sleep(0.05)
    raise AssertionError("the worker outlived its parent")


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return sys.platform == "darwin"
