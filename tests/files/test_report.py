"""The account of a file."""

from __future__ import annotations

import pyarrow as pa

from chaland.files.report import Bounds, FileReport, report_batch, reports, schema_for
from chaland.spec.site import Limits


def test_a_report_survives_as_the_last_row():
    report = FileReport("f.csv", 7, "csv", header=["é"], read=1, faults={"ragged": 1})
    schema = schema_for(["a"])
    row = pa.RecordBatch.from_pylist([{"a": "1", "_file": "f.csv", "_line": 2}], schema=schema)
    told, rows = reports(pa.Table.from_batches([row, report_batch(report, schema)]))
    assert (told, rows.num_rows) == ([report], 1)


def test_bounds_are_the_limits_in_bytes():
    assert Bounds.of(Limits(row_kib=2, file_gib=0.5, columns=3)) == Bounds(2048, 1 << 29, 3)
