"""Files on S3 are found, called and read as on a disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaland import storage
from chaland.errors import DataError, PartMissing
from chaland.files import far, pool
from chaland.files.csv_reader import CsvReader
from chaland.files.found import find, once
from chaland.spec.site import Limits

pytest_plugins = ("tests.servers",)
NAMES = (
    "b.csv",
    "a.csv",
    "deep/c.csv",
    "deep/d.CSV",
    "_SUCCESS",
    ".hidden.csv",
    "_x/e.csv",
    "t.parquet/part-0.parquet",
    "t.parquet/_SUCCESS",
    "a [1].csv",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / "data" / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / "data" / name).write_text(f"h\n{name.replace(' ', '')}\n")
    return tmp_path / "data"


@pytest.fixture
def place(folder: Path, s3: str) -> Path:
    """The same files on S3, as the command line hands the address over."""
    for name in NAMES:
        storage.send(folder / name, f"{s3}/{name}")
    return Path(s3)


@pytest.mark.parametrize("pattern", ["*.csv", "**/*.csv", "deep", "b.csv", "*.parquet", "?.csv", "[ab].csv", "[!a].csv", "d*/*", "."])
def test_a_pattern_finds_on_s3_what_it_finds_on_a_disk(folder: Path, place: Path, pattern: str) -> None:
    assert [(file.name, file.bytes) for file in find([pattern], place)] == [(file.name, file.bytes) for file in find([pattern], folder)]


def test_a_whole_address_is_found_from_anywhere(place: Path, tmp_path: Path) -> None:
    assert [file.name for file in find([f"{storage.uri(place)}/deep/*.csv"], tmp_path)] == ["c.csv"]


def test_the_tag_tells_copies_and_changes(place: Path, folder: Path) -> None:
    storage.send(folder / "a.csv", f"{storage.uri(place)}/z.csv")
    before = {file.name: file.sha256 for file in find(["[az].csv"], place)}
    assert before["a.csv"] == before["z.csv"]
    assert [file.name for file in once(find(["[az].csv"], place))] == ["a.csv"]
    storage.send(folder / "b.csv", f"{storage.uri(place)}/z.csv")
    assert {file.name: file.sha256 for file in find(["[az].csv"], place)}["z.csv"] != before["z.csv"]


def test_nothing_found_is_told(place: Path) -> None:
    with pytest.raises(DataError, match="no object on S3 matches"):
        find(["*.tsv"], place)


def test_a_missing_bucket_is_told(s3: str) -> None:
    with pytest.raises(PartMissing, match="there is no bucket"):
        find(["*.csv"], Path("s3://never-made/x"))


def test_a_limited_process_reads_what_was_fetched_and_nothing_of_it_stays(place: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    files = [file.path for file in find(["**/*.csv"], place)]
    staged = pool.stage(files, CsvReader(str(place)), None, tmp_path / "staging", Limits())
    rows = [row for path in staged for row in pq.read_table(path).to_pylist() if row["_fault"] is None]
    assert [(row["h"], row["_file"]) for row in rows] == [
        (name.replace(" ", ""), name) for name in ("a [1].csv", "a.csv", "b.csv", "deep/c.csv")
    ]
    assert sorted(path.name for path in (tmp_path / "staging").iterdir()) == sorted(path.name for path in staged)


def test_an_object_that_went_away_is_told_and_nothing_stays(place: Path, tmp_path: Path) -> None:
    with pytest.raises(PartMissing):
        pool.stage([f"{storage.uri(place)}/gone.csv"], CsvReader(str(place)), None, tmp_path / "staging", Limits())
    assert list((tmp_path / "staging").iterdir()) == []


def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no name for a file"):
        far.brought("s3://bucket/data/../../etc/x.csv", CsvReader("s3://bucket/data"), tmp_path)
