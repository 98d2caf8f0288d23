"""Parquet to text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chaland.errors import DataError
from chaland.files.parquet_reader import ParquetReader
from chaland.files.report import Bounds, reports


def _read(tmp_path, table, columns=None, **options):
    path = tmp_path / "f.parquet"
    pq.write_table(table, path)
    return reports(pa.Table.from_batches(list(ParquetReader(str(tmp_path), columns, **options)(str(path)))))


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array([17850.0, 0.1, 1e300, float("nan"), None, -2.5]), ["17850", "0.1", "1e+300", None, None, "-2.5"]),
        (pa.array([1.1, 3.0], pa.float32()), ["1.1", "3"]),
        (pa.array([2**62, -1]), [str(2**62), "-1"]),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array([date(2024, 2, 29)]), ["2024-02-29"]),
        (
            pa.array([datetime(2024, 1, 2, 3, 4, 5), datetime(2024, 1, 2, 3, 4, 5, 250000)]),
            ["2024-01-02T03:04:05", "2024-01-02T03:04:05.250000"],
        ),
        (pa.array([datetime(2024, 1, 2, 3, tzinfo=UTC)], pa.timestamp("ms", "Europe/Paris")), ["2024-01-02T03:00:00Z"]),
        (pa.array([Decimal("1.50")]), ["1.50"]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array([b"bytes"]), ["bytes"]),
        (pa.array(["x"], pa.large_string()), ["x"]),
        (pa.array([None, None]), [None, None]),
    ],
)
def test_values_become_text(tmp_path, values, texts):
    _, rows = _read(tmp_path, pa.table({"a": values}))
    assert rows.column("a").to_pylist() == texts


def test_rows_are_numbered_and_reported(tmp_path):
    told, rows = _read(tmp_path, pa.table({"A ": ["x", "y"], "b": [1, 2]}), {"a": (("a",), False), "c": (("c",), True)})
    assert (rows.column("_line").to_pylist(), rows.column("c").to_pylist()) == ([1, 2], [None, None])
    assert (told[0].read, told[0].unnamed, told[0].missing, told[0].kind) == (2, ["b"], ["c"], "parquet")


def test_nested_columns_are_refused_when_wanted_and_left_out_otherwise(tmp_path):
    table = pa.table({"a": [1], "n": [[1, 2]]})
    with pytest.raises(DataError, match="no plain values"):
        _read(tmp_path, table, {"n": (("n",), False)})
    assert _read(tmp_path, table)[1].column_names[:1] == ["a"]


def test_the_first_rows_only(tmp_path):
    told, rows = _read(tmp_path, pa.table({"a": [1, 2, 3]}), rows=2)
    assert (told[0].read, rows.num_rows) == (2, 2)


@pytest.mark.parametrize(
    ("content", "code"), [(b"a,b\n1,2\n", "not_parquet"), (b"", "empty"), (b"PAR1rubbishPAR1", "damaged"), (b"PARErubbish", "encrypted")]
)
def test_what_is_no_parquet_file_is_an_error(tmp_path, content, code):
    path = tmp_path / "f.parquet"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        list(ParquetReader(str(tmp_path))(str(path)))
    assert caught.value.code == code


def test_too_many_columns_are_refused(tmp_path):
    with pytest.raises(DataError, match="3 columns"):
        _read(tmp_path, pa.table({"a": [1], "b": [1], "c": [1]}), bounds=Bounds(columns=2))
