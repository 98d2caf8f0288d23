"""Files of several kinds as one source."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from chaland.engines import duckdb
from chaland.sources.files import Adapter, Options
from chaland.spec.site import Limits
from tests.files import workbooks

PATHS = ["*.csv", "*.parquet", "*.xlsx", "*.csv.gz"]


def test_one_source_reads_each_file_by_its_own_kind(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Id;v\n1;x\n")
    pq.write_table(pa.table({"ID": pa.array([2.0]), "v": ["y"]}), tmp_path / "b.parquet")
    workbooks.write(tmp_path / "c.xlsx", {"S": [["id", "v"], [3, "z"]]})
    engine = duckdb.Adapter(duckdb.Options(), tmp_path / "staging", Limits())
    adapter = Adapter(Options(path=PATHS), tmp_path, {"id": (("id",), False), "v": (("v",), False)}, Limits(workers=1))
    rows = adapter.table(engine).filter(lambda row: row._fault.isnull()).order_by("id").to_pyarrow().to_pylist()
    engine.close()
    assert [(row["id"], row["v"], row["_file"]) for row in rows] == [("1", "x", "a.csv"), ("2", "y", "b.parquet"), ("3", "z", "c.xlsx")]


def test_a_look_shows_every_column(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Id,v\n1,x\n")
    ((report, rows),) = Adapter(Options(path="a.csv"), tmp_path, None, Limits(workers=1)).look(None)
    assert (report.kind, rows.column_names[:2]) == ("csv", ["Id", "v"])
