"""Files of several kinds, each read as what it is."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from chaland.files.any_reader import AnyReader
from chaland.files.report import reports
from tests.files import workbooks


def test_a_file_is_what_it_holds_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,v\n1,x\n2,y\n")
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(b"id;v\n1;x\n2;y\n"))
    pq.write_table(pa.table({"ID": [1.0, 2.0], "v": ["x", "y"]}), tmp_path / "c.dat")
    workbooks.write(tmp_path / "d.csv", {"S": [["Id", "v"], [1, "x"], [2, "y"]]})
    found = {}
    for file in sorted(tmp_path.iterdir()):
        told, rows = reports(
            pa.Table.from_batches(list(AnyReader(str(tmp_path), {"id": (("id",), False), "v": (("v",), False)})(str(file))))
        )
        found[told[0].kind, told[0].compression] = rows.select(["id", "v"]).to_pylist()
    assert list(found) == [("csv", ""), ("csv", "gzip"), ("parquet", ""), ("xlsx", "")]
    assert all(rows == [{"id": "1", "v": "x"}, {"id": "2", "v": "y"}] for rows in found.values())
