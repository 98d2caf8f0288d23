"""The CSV source: its words, its files, its rows through an engine, a look at them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from chaland.engines import duckdb
from chaland.errors import DataError, SpecError
from chaland.sources import csv
from chaland.spec.site import Limits

COLUMNS = {"who": (("Name",), False), "age": (("age",), True)}


@pytest.fixture
def folder(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.csv").write_text("name;age\nAnna;31\nBob\n")
    (data / "b.csv").write_text("name,city\nCleo,Oslo\n")
    return data


def _adapter(folder, columns=COLUMNS, **options):
    return csv.Adapter(csv.Options(path="*.csv", **options), folder, columns, Limits(workers=1))


def test_rows_of_all_files_come_with_file_line_and_fault(folder, tmp_path):
    engine = duckdb.Adapter(duckdb.Options(), tmp_path / "staging", Limits())
    try:
        rows = _adapter(folder).table(engine).to_pyarrow().to_pylist()
    finally:
        engine.close()
    told = sorted(
        ((row["_file"], row["_line"], row["who"], row["_fault"]) for row in rows if row["_fault"] != "#report"), key=lambda row: row[:2]
    )
    assert told == [("a.csv", 2, "Anna", None), ("a.csv", 3, None, "ragged"), ("b.csv", 2, "Cleo", None)]
    assert sum(row["_fault"] == "#report" for row in rows) == 2


def test_a_look_shows_every_column_as_text(folder):
    (first, rows), (second, _) = _adapter(folder).look(1)
    assert (first.file, first.separator, first.read, second.header) == ("a.csv", ";", 1, ["name", "city"])
    assert rows.select(["name", "age"]).to_pylist() == [{"name": "Anna", "age": "31"}]


def test_a_broken_file_is_an_error_that_names_it(folder):
    (folder / "c.csv").write_bytes(b"PK\x03\x04xl/")
    with pytest.raises(DataError, match=r"c\.csv"):
        _adapter(folder).look(None)


def test_files_are_sorted(folder):
    assert [file.name for file in _adapter(folder).files()] == ["a.csv", "b.csv"]


def test_words_may_be_one_or_many():
    options = csv.Options(path="*.csv", header=2)
    assert (options.path, options.header, csv.Options(path=["a", "b"]).path) == (("*.csv",), (2,), ("a", "b"))
    assert csv.Options(path="*", header=False).said().header is False


@pytest.mark.parametrize("wrong", [{"encoding": "klingon"}, {"escape": "x"}, {"separator": ""}, {"decimal": ","}, {"path": 7}])
def test_wrong_words_are_refused(wrong):
    with pytest.raises(ValidationError):
        csv.Options(**{"path": "*", **wrong})


def test_files_are_not_followed(folder):
    with pytest.raises(SpecError, match="not followed"):
        _adapter(folder).follow()
    _adapter(folder).done()


def test_a_table_needs_named_columns(folder):
    with pytest.raises(SpecError, match="named columns"):
        _adapter(folder, None).table(None)
