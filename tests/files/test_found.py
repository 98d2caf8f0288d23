"""Files that a path, a folder or a glob stands for."""

from __future__ import annotations

import hashlib

import pytest

from chaland.errors import DataError
from chaland.files.found import find, once


@pytest.fixture
def folder(tmp_path):
    for name in ("b.csv", "a.csv", "deep/c.csv", "_SUCCESS", ".hidden.csv", "table.parquet/part-0.parquet", "table.parquet/_SUCCESS"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name.rpartition("/")[2])
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.csv", ["a.csv", "b.csv"]),
        ("**/*.csv", ["a.csv", "b.csv", "deep/c.csv"]),
        ("deep", ["deep/c.csv"]),
        ("b.csv", ["b.csv"]),
        ("*.parquet", ["table.parquet/part-0.parquet"]),
    ],
)
def test_patterns(folder, pattern, names):
    assert [file.name for file in find([pattern], folder)] == names


def test_files_matched_twice_are_found_once(folder):
    assert [file.name for file in find(["a.csv", "*.csv"], folder)] == ["a.csv", "b.csv"]


def test_size_and_hash(folder):
    (file,) = find(["a.csv"], folder)
    assert (file.bytes, file.sha256) == (5, hashlib.sha256(b"a.csv").hexdigest())


def test_the_same_bytes_under_two_names_are_read_once(folder):
    (folder / "z.csv").write_text("a.csv")
    assert [file.name for file in once(find(["*.csv"], folder))] == ["a.csv", "b.csv"]


def test_nothing_found_says_what_is_there(folder):
    with pytest.raises(DataError, match=r"\*\.tsv") as caught:
        find(["*.tsv"], folder)
    assert "a.csv" in caught.value.next


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        find(["*.csv"], tmp_path / "no")


def test_of_several_globs_some_may_match_nothing_and_a_file_that_is_named_may_not(folder):
    assert [file.name for file in find(["*.xlsx", "*.csv"], folder)] == ["a.csv", "b.csv"]
    for patterns in (["*.xlsx", "*.txt"], ["*.csv", "c.csv"]):
        with pytest.raises(DataError) as caught:
            find(patterns, folder)
        assert caught.value.code == "no_file"
