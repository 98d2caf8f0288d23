"""The Excel source."""

from __future__ import annotations

from pathlib import Path

from chaland.engines import duckdb
from chaland.sources.xlsx import Adapter, Options
from chaland.spec.site import Limits
from tests.files import workbooks

SHEETS: dict[str, list[list[workbooks.Cell]]] = {
    "About": [["Who made this"]],
    "Sales": [["Id", "Day"], ["A1", (45658, 1)], ["A2", (45659, 1)]],
}


def test_rows_come_as_text_with_file_and_row_of_the_sheet(tmp_path: Path) -> None:
    workbooks.write(tmp_path / "a.xlsx", SHEETS)
    engine = duckdb.Adapter(duckdb.Options(), tmp_path / "staging", Limits())
    adapter = Adapter(
        Options(path="*.xlsx", sheet="sales", header=1), tmp_path, {"id": (("id",), False), "day": (("day",), False)}, Limits(workers=1)
    )
    rows = adapter.table(engine).filter(lambda row: row._fault.isnull()).order_by("_line").to_pyarrow().to_pylist()
    engine.close()
    assert [(row["id"], row["day"], row["_file"], row["_line"]) for row in rows] == [
        ("A1", "2025-01-01", "a.xlsx", 2),
        ("A2", "2025-01-02", "a.xlsx", 3),
    ]


def test_a_look_shows_every_column(tmp_path: Path) -> None:
    workbooks.write(tmp_path / "a.xlsx", SHEETS)
    ((report, rows),) = Adapter(Options(path="*.xlsx", sheet=2), tmp_path, None, Limits(workers=1)).look(1)
    assert (report.kind, report.read, rows.column_names[:2], rows.num_rows) == ("xlsx", 1, ["Id", "Day"], 1)
