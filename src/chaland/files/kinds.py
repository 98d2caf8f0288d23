"""What a file really is, whatever its name says."""

from __future__ import annotations

import re

from chaland.errors import DataError, Where

_EXPORT = "Open it and save the sheet as CSV (UTF-8), then name that file instead."
_MAGIC: tuple[tuple[bytes, str, str, str], ...] = (
    (b"PAR1", "parquet", "a Parquet file", 'Write kind = "parquet" for this source.'),
    (b"%PDF", "pdf", "a PDF document", "Ask for the table as CSV: a PDF holds a picture of it."),
    (b"7z\xbc\xaf\x27\x1c", "archive", "a 7-Zip archive", "Unpack it, then name the files that were in it."),
    (b"Rar!", "archive", "a RAR archive", "Unpack it, then name the files that were in it."),
    (b"SQLite format 3\0", "database", "an SQLite database", "Export the table as CSV first."),
    (b"\x89PNG", "image", "a PNG image", "A picture of a table cannot be read: ask for the CSV."),
    (b"\xff\xd8\xff", "image", "a JPEG image", "A picture of a table cannot be read: ask for the CSV."),
    (b"ARROW1", "arrow", "an Arrow (Feather) file", "Save it as Parquet or CSV."),
    (b"Obj\x01", "avro", "an Avro file", "Save it as Parquet or CSV."),
    (b"ORC", "orc", "an ORC file", "Save it as Parquet or CSV."),
    (b"-----BEGIN PGP", "encrypted", "a message encrypted with PGP", "Decrypt it first: chaland holds no keys of yours."),
    (b"Salted__", "encrypted", "a file encrypted with OpenSSL", "Decrypt it first: chaland holds no keys of yours."),
    (b"\x7fELF", "program", "a program", "Name the data file instead."),
    (b"{\\rtf", "document", "an RTF document", "Save its table as CSV."),
)
_CODECS: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
)
_LOCKED_XLS = re.compile(rb"\x09\x08\x10\0\0\x06\x05\0.{12}\x2f\0", re.S)
_HTML = re.compile(rb"^\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|table|div|meta|p|script|style|title)\b", re.I | re.S)
_XML = re.compile(rb"^\s*<(\?xml|[A-Za-z_][\w.:-]*[\s>/])")
_JSON = re.compile(rb'^\s*(\[\s*(\{|\[)|\{\s*("[^"\n]*"\s*:|\}))')


def compression(head: bytes) -> str:
    """The compression that the first bytes tell of, or ""."""
    return next((name for magic, name in _CODECS if head.startswith(magic)), "")


def refuse(head: bytes, file: str) -> None:
    """Raises DataError when the first bytes show something else than text in columns, saying what it is."""
    found = seen(head)
    if found:
        code, what, mend = found
        raise DataError(f"{file} is not a CSV file: it is {what}.", where=Where(file), next=mend, code=f"not_csv.{code}")


def seen(head: bytes) -> tuple[str, str, str] | None:
    """What the first bytes show, if it is no text in columns: a code, what it is, and what to do."""
    for magic, code, what, mend in _MAGIC:
        if head.startswith(magic):
            return code, what, mend
    return _office(head) or _markup(head)


def _office(head: bytes) -> tuple[str, str, str] | None:
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zip(head)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in head or _LOCKED_XLS.search(head):
            return "encrypted", "an Office document locked with a password", "Open it with its password and save the sheet as CSV."
        return "xls", "an old Excel workbook (.xls) or another Office document", _EXPORT
    if head.startswith(b"\x09\x08") or head.startswith(b"\x09\x04\x06\0"):
        return "xls", "a very old Excel workbook", _EXPORT
    if head[257:262] == b"ustar":
        return "archive", "a tar archive", "Unpack it, then name the files that were in it."
    return None


def _zip(head: bytes) -> tuple[str, str, str]:
    if b"[Content_Types].xml" in head or b"xl/" in head or b"_rels/.rels" in head:
        return "xlsx", "an Excel workbook (.xlsx) or another Office document", _EXPORT
    if b"mimetypeapplication/vnd.oasis.opendocument" in head:
        return "ods", "an OpenDocument sheet (.ods)", _EXPORT
    if len(head) > 6 and head[6] & 1:
        return "encrypted", "a ZIP archive locked with a password", "Unpack it with its password, then name the files that were in it."
    return "zip", "a ZIP archive", "Unpack it, then name the files that were in it."


def _markup(head: bytes) -> tuple[str, str, str] | None:
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text.startswith(b"version https://git-lfs"):
        return "lfs", "a Git-LFS pointer, not the data themselves", "Run `git lfs pull` where it came from, and copy the real file."
    if _HTML.match(text):
        return "html", "a web page (HTML)", "The download was perhaps an error or login page; if it holds a table, save that as CSV."
    if text.lstrip().startswith((b"<?xml", b"<Workbook")) or (_XML.match(text) and b"</" in text):
        return "xml", "an XML document", "Save its table as CSV."
    if _JSON.match(text):
        return "json", "JSON", "Save it as CSV or Parquet."
    return None
