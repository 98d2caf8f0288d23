"""Excel workbooks (.xlsx) as rows of text: a ZIP of XML, read without a package and without trust.

Office Open XML after ECMA-376. Document types are refused, so that no entity can be expanded, and bytes are counted as they are unpacked.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from chaland.errors import DataError, Where
from chaland.files import kinds
from chaland.files.opening import plain
from chaland.files.report import Bounds
from chaland.files.serial import Style, shown, style_of

PIECE = 1 << 16
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROOT = "/officeDocument"
_BUILT_IN = {9: "0%", 10: "0.00%", **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd")} | {
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45), "h:mm:ss"),
    22: "yyyy-mm-dd h:mm",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
}
"""Number formats that every workbook knows without writing them down, as far as they make dates of numbers."""

Handler = Callable[[str, Mapping[str, str]], None]


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its number (from 1), and its cells as text; what is empty is ""."""

    number: int
    cells: list[str]


class Workbook:
    """An open workbook: the names of its visible sheets, and the rows of one.

    Raises DataError where it is no workbook, is locked, damaged, or larger than `bounds` allow once unpacked.
    """

    def __init__(self, path: str, file: str, bounds: Bounds):
        self._file, self._bounds, self._left = file, bounds, bounds.file_bytes
        self._zip = _opened(path, file)
        self._names = set(self._zip.namelist())
        root = next((target for kind, target in self._related("") if kind.endswith(_ROOT)), "xl/workbook.xml")
        if root not in self._names or root.endswith(".bin"):
            raise _refused(
                file, "a binary workbook (.xlsb) or another Office document" if root in self._names else "a ZIP without a workbook"
            )
        self._root, self.dates_of_1904 = root, False
        self._places: dict[str, str] = {}
        self._read_sheets()
        self.texts = self._shared()
        self.styles = self._formats()

    @property
    def sheets(self) -> list[str]:
        """The visible sheets, in their order."""
        return list(self._places)

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows of a sheet that have cells, from top to bottom."""
        reader = _SheetReader(self, self._file, self._bounds.columns)
        for piece in self._pieces(self._places[sheet]):
            reader.feed(piece)
            yield from reader.given()
        reader.end()
        yield from reader.given()

    def _read_sheets(self) -> None:
        targets = dict(self._related(self._root, by_id=True))
        found: list[tuple[str, str]] = []

        def start(name: str, said: Mapping[str, str]) -> None:
            if name == "workbookPr":
                self.dates_of_1904 = said.get("date1904") in ("1", "true")
            elif name == "sheet" and said.get("state", "visible") == "visible":
                found.append((said.get("name", ""), targets.get(said.get("id", ""), "")))

        self._parse(self._root, start)
        self._places = {name: place for name, place in found if place in self._names}
        if not self._places:
            raise DataError(
                f"{self._file} has no sheet that holds cells.", where=Where(self._file), next="Ask for the table anew.", code="empty"
            )

    def _related(self, part: str, by_id: bool = False) -> list[tuple[str, str]]:
        """What a part of the workbook leans on: (type, or id; place)."""
        folder, name = posixpath.split(part)
        place = posixpath.join(folder, "_rels", f"{name}.rels")
        found: list[tuple[str, str]] = []

        def start(name: str, said: Mapping[str, str]) -> None:
            if name == "Relationship" and said.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, said.get("Target", ""))).lstrip("/")
                found.append((said.get("Id" if by_id else "Type", ""), target))

        if place in self._names:
            self._parse(place, start)
        return found

    def _shared(self) -> list[str]:
        """The texts that cells name by number."""
        place = self._beside("/sharedStrings")
        texts = _Texts()
        if place:
            self._parse(place, texts.start, texts.end, texts.say)
        return texts.found

    def _formats(self) -> list[Style]:
        """How the numbers of each style are shown."""
        place = self._beside("/styles")
        styles = _Styles()
        if place:
            self._parse(place, styles.start, styles.end)
        return [style_of(code) for code in styles.codes()]

    def _beside(self, kind: str) -> str | None:
        return next((target for told, target in self._related(self._root) if told.endswith(kind) and target in self._names), None)

    def _parse(
        self, place: str, start: Handler, end: Callable[[str], None] | None = None, say: Callable[[str], None] | None = None
    ) -> None:
        parser = _parser(self._file, start, end, say)
        for piece in self._pieces(place):
            _fed(parser, piece, False, self._file)
        _fed(parser, b"", True, self._file)

    def _pieces(self, place: str) -> Iterator[bytes]:
        """The unpacked bytes of a part, counted: what a bomb would be stops here."""
        try:
            with self._zip.open(place) as stream:
                while piece := stream.read(PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise _too_big(self._file, self._bounds)
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as cause:
            raise _damaged(self._file) from cause
        except RuntimeError as cause:
            raise _refused(self._file, "locked with a password", "encrypted") from cause


def _opened(path: str, file: str) -> zipfile.ZipFile:
    with plain(path, file) as stream:
        head = stream.read(1 << 16)
    if not head:
        raise DataError(f"{file} is empty.", where=Where(file), next="Copy it again from where it came.", code="empty")
    if not head.startswith(b"PK"):
        found = kinds.seen(head)
        code, told, mend = found or ("text", "text or something else", 'Write kind = "csv" if it is text in columns.')
        raise DataError(f"{file} is not an Excel workbook (.xlsx): it is {told}.", where=Where(file), next=mend, code=f"not_xlsx.{code}")
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as cause:
        raise _damaged(file) from cause


def _refused(file: str, what: str, code: str = "other") -> DataError:
    next = "Open it, and save the sheet as .xlsx without a password, or as CSV."
    return DataError(f"{file} cannot be read as a workbook: it is {what}.", where=Where(file), next=next, code=f"not_xlsx.{code}")


def _damaged(file: str) -> DataError:
    return DataError(
        f"{file} is a damaged or cut off workbook.", where=Where(file), next="Copy it again from where it came.", code="damaged"
    )


def _too_big(file: str, bounds: Bounds) -> DataError:
    return DataError(
        f"{file} is larger than {bounds.file_bytes / (1 << 30):g} GiB once unpacked.",
        where=Where(file),
        next="Split it, or raise `limits.file_gib` in the site file if it is to be trusted.",
        code="too_big",
    )


def _parser(file: str, start: Handler, end: Callable[[str], None] | None, say: Callable[[str], None] | None) -> Any:
    """A parser that tells names without their namespaces, and refuses document types."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, said: start(_local(name), {_local(key): value for key, value in said.items()})
    if end:
        parser.EndElementHandler = lambda name: end(_local(name))
    if say:
        parser.CharacterDataHandler = say

    def refuse(*_: Any) -> None:
        raise DataError(
            f"{file} declares a document type, which workbooks never do.",
            where=Where(file),
            next="Do not trust it: ask for it anew.",
            code="damaged",
        )

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _local(name: str) -> str:
    return name.rsplit(" ", 1)[-1]


def _fed(parser: Any, piece: bytes, final: bool, file: str) -> None:
    try:
        parser.Parse(piece, final)
    except expat.ExpatError as cause:
        raise _damaged(file) from cause


def unescaped(text: str) -> str:
    """A text as it was meant: signs that XML cannot hold are written as _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


@dataclass
class _Texts:
    """Gathers the shared texts: the runs of each are joined, how it is pronounced is left out."""

    found: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _inside: bool = False
    _aside: int = 0

    def start(self, name: str, _: Mapping[str, str]) -> None:
        if name == "si":
            self._parts = []
        self._aside += name == "rPh"
        self._inside = name == "t" and not self._aside

    def end(self, name: str) -> None:
        self._inside = False
        self._aside -= name == "rPh"
        if name == "si":
            self.found.append(unescaped("".join(self._parts)))

    def say(self, text: str) -> None:
        if self._inside:
            self._parts.append(text)


@dataclass
class _Styles:
    """Gathers the number format of each style of cells."""

    _formats: dict[str, str] = field(default_factory=dict)
    _used: list[str] = field(default_factory=list)
    _inside: bool = False

    def start(self, name: str, said: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._formats[said.get("numFmtId", "")] = said.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._used.append(said.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def codes(self) -> list[str]:
        return [self._formats.get(one) or _BUILT_IN.get(int(one) if one.isdigit() else 0, "") for one in self._used]


class _SheetReader:
    """Takes the XML of a sheet piece by piece, and gives its rows."""

    def __init__(self, book: Workbook, file: str, columns: int):
        self._book, self._file, self._columns = book, file, columns
        self._parser = _parser(file, self._start, self._end, self._say)
        self._done: list[Row] = []
        self._number, self._cells = 0, [""]
        self._place, self._kind, self._style = -1, "n", 0
        self._value: list[str] = []
        self._inside = False
        self._aside = 0

    def feed(self, piece: bytes) -> None:
        _fed(self._parser, piece, False, self._file)

    def end(self) -> None:
        _fed(self._parser, b"", True, self._file)

    def given(self) -> list[Row]:
        done, self._done = self._done, []
        return done

    def _start(self, name: str, said: Mapping[str, str]) -> None:
        if name == "row":
            self._number = int(said["r"]) if said.get("r", "").isdigit() else self._number + 1
            self._cells, self._place = [], -1
        elif name == "c":
            self._place = _place(said.get("r", "")) if said.get("r") else self._place + 1
            self._kind, self._style = said.get("t", "n"), int(said.get("s") or 0)
            self._value = []
        self._aside += name == "rPh"
        self._inside = name in ("v", "t") and not self._aside

    def _say(self, text: str) -> None:
        if self._inside:
            self._value.append(text)

    def _end(self, name: str) -> None:
        self._inside = False
        self._aside -= name == "rPh"
        if name == "c" and self._value:
            self._put()
        elif name == "row":
            self._done.append(Row(self._number, self._cells))

    def _put(self) -> None:
        if not 0 <= self._place < self._columns:
            said = f"{self._file}: a sheet has over {self._columns} columns."
            raise DataError(said, where=Where(self._file), next="Raise `limits.columns` in the site file.", code="too_wide")
        self._cells += [""] * (self._place + 1 - len(self._cells))
        self._cells[self._place] = self._text("".join(self._value))

    def _text(self, value: str) -> str:
        if self._kind == "s":
            texts = self._book.texts
            return texts[int(value)] if value.isdigit() and int(value) < len(texts) else ""
        if self._kind == "b":
            return "true" if value.strip() == "1" else "false"
        if self._kind == "n":
            styles = self._book.styles
            return shown(value, styles[self._style] if self._style < len(styles) else Style(), self._book.dates_of_1904)
        return unescaped(value)


def _place(reference: str) -> int:
    """The column of a cell, from 0: "B7" is 1."""
    place = 0
    for sign in reference:
        if not sign.isascii() or not sign.isalpha():
            break
        place = place * 26 + ord(sign.upper()) - ord("A") + 1
    return place - 1
