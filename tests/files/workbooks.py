"""Workbooks made up on the spot: a ZIP of the few parts that make one."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
FORMATS = ("", "yyyy-mm-dd", "dd/mm/yyyy hh:mm", "[h]:mm", "00000")
"""The formats of styles 0, 1, 2 …"""

Cell = str | int | float | bool | None | tuple[float, int]
"""A text, a number, a truth, nothing, or a number and its style."""


def write(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]], hidden: Sequence[str] = (), book: str = "") -> Path:
    """A workbook whose texts are shared, with the sheets in their order; `book` stands within its properties."""
    texts: dict[str, int] = {}
    parts = {f"xl/worksheets/sheet{n}.xml": _sheet(rows, texts) for n, rows in enumerate(sheets.values(), 1)}
    states = {name: ' state="hidden"' if name in hidden else "" for name in sheets}
    named = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"{states[name]}/>' for n, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1)
    )
    others = "".join(f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{kind}.xml"/>' for kind in ("sharedStrings", "styles"))
    parts |= {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{OFFICE}/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}<sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}{others}</Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(f"<si><t>{escape(text)}</t></si>" for text in texts)}</sst>',
        "xl/styles.xml": _styles(),
    }
    pack(path, parts)
    return path


def pack(path: Path, parts: Mapping[str, str | bytes]) -> None:
    """A ZIP of parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)


def unpack(path: Path) -> dict[str, bytes]:
    """The parts of a ZIP."""
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def _styles() -> str:
    formats = "".join(f'<numFmt numFmtId="{200 + n}" formatCode={quoteattr(code)}/>' for n, code in enumerate(FORMATS) if code)
    used = "".join(f'<xf numFmtId="{200 + n if code else 0}"/>' for n, code in enumerate(FORMATS))
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{used}</cellXfs></styleSheet>'


def _sheet(rows: Sequence[Sequence[Cell]], texts: dict[str, int]) -> str:
    told = "".join(
        f'<row r="{n}">{"".join(_cell(f"{chr(65 + place)}{n}", cell, texts) for place, cell in enumerate(row) if cell is not None)}</row>'
        for n, row in enumerate(rows, 1)
        if row
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{told}</sheetData></worksheet>'


def _cell(place: str, cell: Cell, texts: dict[str, int]) -> str:
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{place}" t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>'
    value, style = cell if isinstance(cell, tuple) else (cell, 0)
    return f'<c r="{place}" s="{style}"><v>{value!r}</v></c>'
