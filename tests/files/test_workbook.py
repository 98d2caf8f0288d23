"""Workbooks are opened without trust, and read as they are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaland.errors import DataError
from chaland.files.report import Bounds
from chaland.files.workbook import Workbook
from tests.files import workbooks


def rows(path: Path, sheet: str = "Data", **bounds: int) -> list[tuple[int, list[str]]]:
    return [(row.number, row.cells) for row in Workbook(str(path), path.name, Bounds(**bounds)).rows(sheet)]


def refused(path: Path, **bounds: int) -> str:
    with pytest.raises(DataError) as caught:
        rows(path, **bounds)
    assert path.name in str(caught.value)
    return str(caught.value.code)


def test_cells_come_as_text_in_their_place(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", {"Data": [["id", None, "paid"], [], [17.5, "x & y", True], [(45658, 1), (0.5, 3), (7, 4)]]})
    assert rows(path) == [(1, ["id", "", "paid"]), (3, ["17.5", "x & y", "true"]), (4, ["2025-01-01", "12:00:00", "00007"])]


def test_hidden_sheets_are_not_seen(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", {"Data": [["a"]], "Secret": [["b"]]}, hidden=["Secret"])
    assert Workbook(str(path), "a.xlsx", Bounds()).sheets == ["Data"]


def test_days_may_be_counted_from_1904(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", {"Data": [[(44196, 1)]]}, book='<workbookPr date1904="1"/>')
    assert rows(path) == [(1, ["2025-01-01"])]


def test_runs_are_joined_readings_are_left_out_and_signs_are_unescaped(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", {"Data": [["x"]]})
    text = "<si><r><t>So</t></r><r><t>phie_x000D_</t></r><rPh><t>no</t></rPh></si>"
    workbooks.pack(path, workbooks.unpack(path) | {"xl/sharedStrings.xml": f'<sst xmlns="{workbooks.MAIN}">{text}</sst>'})
    assert rows(path) == [(1, ["Sophie\r"])]


def test_cells_without_a_place_and_texts_of_their_own_are_read(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", {"Data": [["x"]]})
    cells = '<row><c t="inlineStr"><is><t>a</t></is></c><c t="str"><f>1</f><v>b</v></c><c t="e"><v>#N/A</v></c></row>'
    sheet = f'<worksheet xmlns="{workbooks.MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    workbooks.pack(path, workbooks.unpack(path) | {"xl/worksheets/sheet1.xml": sheet})
    assert rows(path) == [(1, ["a", "b", "#N/A"])]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"a;b\n1;2\n", "not_xlsx.text"),
        (b"<html><table></table></html>", "not_xlsx.html"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "not_xlsx.xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "not_xlsx.encrypted"),
        (b"PK\x03\x04 and nothing that follows", "damaged"),
    ],
)
def test_what_is_named_so_and_is_no_workbook_is_told(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert refused(path) == code


def test_a_zip_of_something_else_is_told(tmp_path: Path) -> None:
    workbooks.pack(tmp_path / "a.xlsx", {"readme.txt": "nothing"})
    assert refused(tmp_path / "a.xlsx") == "not_xlsx.other"


def test_a_cut_part_is_damage(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", {"Data": [["x"]]})
    whole = workbooks.unpack(path)
    workbooks.pack(path, whole | {"xl/worksheets/sheet1.xml": whole["xl/worksheets/sheet1.xml"][:-20]})
    assert refused(path) == "damaged"


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", {"Data": [["x"]]})
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    workbooks.pack(path, workbooks.unpack(path) | {"xl/sharedStrings.xml": bomb})
    assert refused(path) == "damaged"


def test_a_bomb_is_counted_while_it_is_unpacked(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", {"Data": [["x"]]})
    workbooks.pack(path, workbooks.unpack(path) | {"xl/sharedStrings.xml": b"<sst>" + b" " * 3_000_000 + b"</sst>"})
    assert path.stat().st_size < 10_000
    assert refused(path, file_bytes=1_000_000) == "too_big"


def test_a_cell_far_to_the_right_is_refused(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "a.xlsx", {"Data": [["x"]]})
    sheet = f'<worksheet xmlns="{workbooks.MAIN}"><sheetData><row><c r="ZZZZZZ1"><v>1</v></c></row></sheetData></worksheet>'
    workbooks.pack(path, workbooks.unpack(path) | {"xl/worksheets/sheet1.xml": sheet})
    assert refused(path) == "too_wide"
