"""Delta tables are written whole, and failures are told in words."""

import errno
import os
import shutil
import signal
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from chaland import delta, storage
from chaland.errors import Busy, PartMissing
from tests import writing

pytest_plugins = ("tests.servers",)


def rows(**columns: list[object]) -> pa.RecordBatchReader:
    return pa.table(columns).to_reader()


@pytest.fixture(params=["disk", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A table in a folder, and one on S3."""
    return str(tmp_path / "t") if request.param == "disk" else f"{request.getfixturevalue('s3')}/t"


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


def test_a_table_lies_alike_in_a_folder_and_on_s3(place: str) -> None:
    assert not delta.exists(place)
    for n in range(2):
        delta.write(rows(k=["a", "b"], v=[n, n]), place, "overwrite")
    delta.write(rows(k=["b", "c"], v=[9, 9]), place, "merge", "k")
    delta.write(rows(k=["d"], v=[9]), place, "append")
    assert sorted(writing.rows(place)["k"].to_pylist()) == ["a", "b", "c", "d"]
    standing = delta.standing(place, "t")
    assert (standing.rows, standing.version, standing.versions, delta.version(place)) == (4, 3, 4, 3)
    assert standing.bytes > sum(storage.rows(file) for file in delta.files(place)[0])
    assert delta.vacuum(place, 0) >= 2
    assert writing.rows(place).num_rows == 4


def test_a_finished_file_is_adopted_on_s3_too(place: str, tmp_path: Path) -> None:
    for number, table in enumerate((pa.table({"a": [1, 2]}), pa.table({"b": ["x"]}))):
        pq.write_table(table, tmp_path / "part.parquet")
        assert delta.adopt(tmp_path / "part.parquet", place, len(table), table.schema) == number
        assert writing.rows(place) == table


def test_naive_times_are_utc_and_turn_no_feature_on(place: str) -> None:
    import datetime as dt

    for mode in ("overwrite", "append", "merge"):
        delta.write(rows(k=["a"], t=[dt.datetime(2024, 3, 31, 2, 30)]), place, mode, "k")
    table = DeltaTable(storage.bare(place), storage_options=storage.options(place))
    assert set(writing.rows(place)["t"].to_pylist()) == {dt.datetime(2024, 3, 31, 2, 30, tzinfo=dt.UTC)}
    assert (table.protocol().min_reader_version, table.protocol().reader_features, table.protocol().writer_features) == (1, None, None)
    assert table.metadata().configuration == {}


def test_parts_of_another_writer_are_gathered_and_committed(place: str, tmp_path: Path) -> None:
    table = pa.table({"a": [1, 2]})
    delta.write(table.to_reader(), place, "overwrite")
    pq.write_table(table, tmp_path / "x.parquet")
    for number in range(2):
        part = storage.join(place, f"part-new/{number}.parquet")
        if storage.remote(place):
            storage.send(tmp_path / "x.parquet", part)
        else:
            Path(part).parent.mkdir(exist_ok=True)
            shutil.copy(tmp_path / "x.parquet", part)
    parts = delta.gather(place, "part-new")
    assert [(part.name, part.rows) for part in parts] == [("part-new/0.parquet", 2), ("part-new/1.parquet", 2)]
    assert delta.commit(place, parts, table.schema, "append") == 1
    assert writing.rows(place)["a"].to_pylist().count(1) == 3
    assert delta.standing(place, "t").rows == 6
    assert delta.vacuum(place, 0) == 0


def test_what_is_appended_takes_the_types_of_the_table(place: str) -> None:
    delta.write(pa.table({"a": pa.array([1], pa.int64())}).to_reader(), place, "overwrite")
    delta.write(pa.table({"a": pa.array([2], pa.int8())}).to_reader(), place, "append")
    assert sorted(writing.rows(place)["a"].to_pylist()) == [1, 2]


def test_what_is_appended_may_bring_columns(place: str, tmp_path: Path) -> None:
    delta.write(rows(a=[1]), place, "overwrite")
    wider = pa.table({"a": [2], "b": ["x"]})
    pq.write_table(wider, tmp_path / "x.parquet")
    name = "x.parquet"
    storage.send(tmp_path / name, storage.join(place, name)) if storage.remote(place) else shutil.copy(tmp_path / name, Path(place) / name)
    delta.commit(place, [delta.Part(name, (tmp_path / name).stat().st_size, 1)], wider.schema, "append")
    assert sorted(writing.rows(place).to_pylist(), key=lambda row: row["a"]) == [{"a": 1, "b": None}, {"a": 2, "b": "x"}]


def test_a_commit_on_an_older_version_is_refused(place: str) -> None:
    for n in range(2):
        delta.write(rows(a=[n]), place, "overwrite")
    with pytest.raises(delta.Overtaken, match="another writer"):
        delta.commit(place, [], pa.schema([("a", pa.int64())]), "overwrite", since=0)
    assert writing.rows(place)["a"].to_pylist() == [1]


def test_what_is_kept_once_stays(s3: str) -> None:
    assert delta.kept(f"{s3}/k") is None
    assert [delta.kept_once(f"{s3}/k", said) for said in ("first", "second")] == ["first", "first"]
    assert delta.kept(f"{s3}/k") == "first"


def test_a_lock_is_held_by_one_and_left_by_the_dead(tmp_path: Path) -> None:
    path = str(tmp_path / "t")
    with delta.lock(path), pytest.raises(Busy, match="another writer"), delta.lock(path, seconds=0.05):
        pass
    with delta.lock(path, seconds=0.05):
        assert (tmp_path / ".t.lock").exists()


def test_four_writers_that_append_at_once_lose_nothing(place: str) -> None:
    writers = [writing.start(writing.APPENDS, place, f"w{number}", 25) for number in range(4)]
    assert writing.ended(writers) == [0] * 4
    assert sorted(writing.rows(place)["k"].to_pylist()) == sorted(f"w{number}-{n}" for number in range(4) for n in range(25))


def test_those_who_merge_beside_those_who_append_lose_nothing(place: str) -> None:
    delta.write(rows(k=["shared"], v=[-1]), place, "overwrite")
    writers = [writing.start(code, place, f"w{number}", 6) for number, code in enumerate([writing.MERGES, writing.MERGES, writing.APPENDS])]
    assert writing.ended(writers) == [0] * 3
    found = sorted(writing.rows(place)["k"].to_pylist())
    assert found == sorted(["shared", *(f"w{number}-{n}" for number in range(3) for n in range(6))])


def test_who_overwrites_beside_those_who_append_leaves_one_whole_table(place: str) -> None:
    delta.write(rows(k=["first"], v=[1]), place, "overwrite")
    writers = [writing.start(writing.APPENDS, place, f"w{number}", 8) for number in range(2)]
    for n in range(6):
        delta.write(rows(k=[f"over-{n}"], v=[n]), place, "overwrite")
    assert writing.ended(writers) == [0] * 2
    found = writing.rows(place)["k"].to_pylist()
    assert [key for key in found if not key.startswith("w")] == ["over-5"]
    assert len(found) == len(set(found))
    assert delta.version(place) == 6 + 16


def test_a_writer_killed_in_the_middle_leaves_a_table_that_others_read_and_write(place: str) -> None:
    delta.write(rows(k=["first"], v=[1]), place, "overwrite")
    for number in range(3):
        writer = writing.start(writing.APPENDS, place, f"w{number}", 1000)
        before = delta.version(place)
        while delta.version(place) < before + 2 + number:
            time.sleep(0.01)
        writer.kill()
        writer.wait()
    found = writing.rows(place)["k"].to_pylist()
    assert len(found) == len(set(found)) == delta.version(place) + 1
    delta.write(rows(k=["last"], v=[1]), place, "append")
    assert "last" in writing.rows(place)["k"].to_pylist()


def test_a_wrong_key_or_a_missing_bucket_is_told(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PartMissing, match="there is no bucket 'never-made'"):
        delta.write(rows(a=[1]), "s3://never-made/t", "overwrite")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up-secret")
    for ask in (lambda: delta.write(rows(a=[1]), f"{s3}/t", "append"), lambda: delta.exists(f"{s3}/t"), lambda: delta.files(f"{s3}/t")):
        with pytest.raises(PartMissing, match="refuses the key") as told:
            ask()
        assert "made-up" not in f"{told.value}{told.value.__cause__}"


@pytest.mark.slow
def test_a_server_that_goes_away_in_mid_write_is_told_and_the_old_version_stands(own_s3: Path) -> None:
    place = "s3://chaland/t"
    delta.write(rows(a=[1]), place, "overwrite")
    server = int((own_s3 / "s3.pid").read_text())

    def going() -> object:
        for number in range(40):
            if number == 20:
                os.kill(server, signal.SIGSTOP)
            yield pa.record_batch({"a": list(range(number * 50_000, number * 50_000 + 50_000))})

    schema = pa.schema([("a", pa.int64())])
    with pytest.raises(PartMissing, match="does not answer"):
        delta.write(pa.RecordBatchReader.from_batches(schema, going()), place, "append")
    os.kill(server, signal.SIGCONT)
    assert writing.rows(place)["a"].to_pylist() == [1]
    assert delta.write(rows(a=[2]), place, "append") == 1
