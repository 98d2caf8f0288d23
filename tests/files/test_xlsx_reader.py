"""One sheet of a workbook as records."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland.errors import DataError
from chaland.files.report import FileReport, reports
from chaland.files.xlsx_reader import XlsxReader
from tests.files import workbooks

ROWS: list[list[workbooks.Cell]] = [
    ["Sales of January"],
    [],
    ["Id", "Day", "Paid"],
    [1, (45658, 1), 2.5],
    [2, (45659, 1), 3],
    [],
    ["Total", None, None],
]
WANTED = {"id": (("ID",), False), "day": (("day",), False), "note": (("note",), True)}


def read(path: Path, columns: Any = None, **words: Any) -> tuple[FileReport, list[dict[str, Any]]]:
    reader = pickle.loads(pickle.dumps(XlsxReader(str(path.parent), columns, **words)))
    told, rows = reports(pa.Table.from_batches(list(reader(str(path)))))
    return told[0], rows.to_pylist()


def test_titles_blank_rows_and_footers_are_no_records(tmp_path: Path) -> None:
    told, rows = read(workbooks.write(tmp_path / "a.xlsx", {"S": ROWS}))
    assert [(row["_line"], row["Id"], row["Day"], row["Paid"]) for row in rows] == [
        (4, "1", "2025-01-01", "2.5"),
        (5, "2", "2025-01-02", "3"),
    ]
    assert (told.read, told.header_line, told.kind, told.skipped["title"], told.skipped["footer"]) == (2, 3, "xlsx", 1, 1)


def test_wanted_columns_are_found_and_optional_ones_may_be_missing(tmp_path: Path) -> None:
    told, rows = read(workbooks.write(tmp_path / "a.xlsx", {"S": ROWS}), WANTED)
    assert (told.missing, told.unnamed, [row["note"] for row in rows]) == (["note"], ["Paid"], [None, None])


def test_the_sheet_that_names_the_columns_is_taken_and_said(tmp_path: Path) -> None:
    told, rows = read(workbooks.write(tmp_path / "a.xlsx", {"Read me": [["About"], ["this"]], "S": ROWS}), WANTED)
    assert (len(rows), told.notes) == (2, ["of 2 sheets, 'S' was read"])


@pytest.mark.parametrize("sheet", ["second", 2])
def test_a_sheet_may_be_said_by_name_or_number(tmp_path: Path, sheet: str | int) -> None:
    _, rows = read(workbooks.write(tmp_path / "a.xlsx", {"First": ROWS, "Second": [["x"], ["y"]]}), sheet=sheet)
    assert [row["x"] for row in rows] == ["y"]


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no sheet 'Third'") as caught:
        read(workbooks.write(tmp_path / "a.xlsx", {"First": ROWS}), sheet="Third")
    assert (caught.value.code, caught.value.next) == ("no_sheet", "There is: 'First'.")


def test_the_row_of_the_header_may_be_said(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", {"S": [["id", "v"], ["n", "m"], ["1", "2"]]})
    assert [row["n"] for row in read(path, head=2)[1]] == ["1"]


def test_a_value_beside_the_table_is_a_fault_of_its_row(tmp_path: Path) -> None:
    told, rows = read(
        workbooks.write(tmp_path / "a.xlsx", {"S": [["a", "b"], [1, 2], [3, 4, None, "!"], [5, 6], [7, 8]]}), {"a": (("a",), False)}
    )
    assert ([row["_fault"] for row in rows], told.faults) == ([None, "ragged", None, None], {"ragged": 1})


def test_an_empty_sheet_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the sheet is empty"):
        read(workbooks.write(tmp_path / "a.xlsx", {"S": []}))


def test_a_look_takes_the_first_rows_only(tmp_path: Path) -> None:
    told, rows = read(workbooks.write(tmp_path / "a.xlsx", {"S": [["a", "b"], *([n, n] for n in range(50))]}), rows=3)
    assert (len(rows), told.read) == (3, 3)


def test_where_every_column_is_wanted_the_fullest_sheet_is_taken(tmp_path: Path) -> None:
    _, rows = read(workbooks.write(tmp_path / "a.xlsx", {"About": [["Who", "When"], ["me", "now"]], "S": ROWS}))
    assert [row["Id"] for row in rows] == ["1", "2"]
