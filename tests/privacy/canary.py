"""Looks for one text in everything that lies in a folder, whatever it is packed in.

A file that begins like a packed format and cannot be unpacked is reported too: what was not read was not cleared.
"""

from __future__ import annotations

import base64
import bz2
import html
import io
import json
import lzma
import re
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import onnx
import pyarrow as pa
import pyarrow.parquet as pq

SHORTEST = 6
DEEPEST = 8
Piece = tuple[str, bytes]
BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")


def find(folder: Path, needle: str) -> list[str]:
    """The places under `folder` that hold `needle`, as «file > part: form»; none is an empty list.

    Raises FileNotFoundError for a folder without files and ValueError for a needle so short that chance would find it.
    """
    if len(needle) < SHORTEST:
        raise ValueError(f"a canary of {len(needle)} letters may be met by chance; take {SHORTEST} or more")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise FileNotFoundError(f"no files in {folder.name!r}: nothing to look into")
    looked_for, letters = forms(needle), _in_base64(needle)
    named = [(f"{path.relative_to(folder)} (its name)", str(path.relative_to(folder)).encode()) for path in sorted(folder.rglob("*"))]
    inside = ((f"{path.relative_to(folder)}{part}", data) for path in files for part, data in _of_file(path))
    hits = {f"{place}: {form}" for place, data in (*named, *inside) for form in _met(data, looked_for, letters)}
    return sorted(hits)


def forms(needle: str) -> dict[str, bytes]:
    """How the needle may be written, in small letters (base64 apart, for its letters matter)."""
    plain = needle.encode()
    written = {
        "plain": plain,
        "capitals": needle.upper().encode(),
        "small": needle.lower().encode(),
        "cp1252": needle.encode("cp1252", "ignore"),
        "utf-16-le": needle.encode("utf-16-le"),
        "utf-16-be": needle.encode("utf-16-be"),
        "utf-32-le": needle.encode("utf-32-le"),
        "hex": plain.hex().encode(),
        "json": json.dumps(needle)[1:-1].encode(),
        "html": html.escape(needle).encode(),
        "url": quote(needle, safe="").encode(),
        "backwards": needle[::-1].encode(),
    }
    first_names = {data.lower(): form for form, data in reversed(written.items())}
    return {form: data for data, form in first_names.items()} | {"unreadable": _UNREADABLE}


_UNREADABLE = b"\0this part could not be unpacked\0"


def _in_base64(needle: str) -> set[bytes]:
    """The letters that the needle surely gives in base64, beginning at any place of a group."""
    data, found = needle.encode(), set()
    for shift in range(3):
        letters = base64.b64encode(b"\0" * shift + data)
        found.add(letters[-(-shift * 8 // 6) : (shift + len(data)) * 8 // 6])
    return found | {letters.translate(bytes.maketrans(b"+/", b"-_")) for letters in found}


def _met(data: bytes, looked_for: dict[str, bytes], base64_letters: set[bytes]) -> list[str]:
    small = data.lower()
    met = [form for form, written in looked_for.items() if written in small]
    return met + ["base64"] * any(letters in data for letters in base64_letters)


def _of_file(path: Path) -> Iterator[Piece]:
    data = path.read_bytes()
    if data.startswith(b"SQLite format 3\0"):
        yield "", data
        yield from _sqlite(path)
    else:
        yield from pieces(data, path.suffix)


def pieces(data: bytes, suffix: str = "", depth: int = 0) -> Iterator[Piece]:
    """The data, and everything that can be unpacked from it, with the way that led there."""
    yield "", data
    if depth >= DEEPEST:
        yield " > too deep", _UNREADABLE
        return
    for kind, begins, unpack in UNPACK:
        if begins(data, suffix):
            try:
                for part, inner in unpack(data):
                    yield from ((f" > {kind}{part}{way}", found) for way, found in pieces(inner, Path(part).suffix, depth + 1))
            except Exception as error:  # whatever the decoder stumbled over, the rest was not looked at
                yield f" > {kind} ({type(error).__name__})", _UNREADABLE
    for number, run in enumerate(BASE64.findall(data)):
        decoded = base64.b64decode(run[: len(run) // 4 * 4])
        if _packed(decoded):
            yield from ((f" > base64 {number}{way}", found) for way, found in pieces(decoded, "", depth + 1))


def _packed(data: bytes) -> bool:
    return any(begins(data, "") for kind, begins, _ in UNPACK if kind not in ("json", "html"))


def _gzip(data: bytes) -> Iterator[Piece]:
    """Every member; of one that is cut off, what is there."""
    whole, rest = [], data
    while rest.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(wbits=31)
        whole.append(member.decompress(rest))
        rest = member.unused_data
    yield "", b"".join(whole)


def _zstd(data: bytes) -> Iterator[Piece]:
    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
        read = []
        try:
            while some := stream.read(1 << 20):
                read.append(some)
        finally:
            yield "", b"".join(read)


def _zip(data: bytes) -> Iterator[Piece]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield f" {name}", archive.read(name)


def _parquet(data: bytes) -> Iterator[Piece]:
    file = pq.ParquetFile(io.BytesIO(data), read_dictionary=_texts(pq.ParquetFile(io.BytesIO(data))))
    yield " schema", f"{file.schema} {file.schema_arrow.names}".encode()
    for key, value in (file.metadata.metadata or {}).items():
        yield f" metadata {key.decode(errors='replace')}", key + b"\n" + value
    yield from _statistics(file)
    for name, column in zip(file.schema_arrow.names, file.read().columns, strict=True):
        for chunk in column.chunks:
            # A dictionary may hold words that no row uses any more.
            yield f" column {name} dictionary", _lines(chunk.dictionary if pa.types.is_dictionary(chunk.type) else [])
            yield f" column {name}", _lines(chunk)


def _texts(file: Any) -> list[str]:
    columns = (file.schema.column(place) for place in range(len(file.schema)))
    return [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]


def _statistics(file: Any) -> Iterator[Piece]:
    for group in range(file.metadata.num_row_groups):
        for place in range(file.metadata.num_columns):
            column = file.metadata.row_group(group).column(place)
            if column.statistics is not None and column.statistics.has_min_max:
                yield f" statistics {column.path_in_schema}", _text(column.statistics.min) + b"\n" + _text(column.statistics.max)


def _arrow(data: bytes) -> Iterator[Piece]:
    table = pa.ipc.open_file(io.BytesIO(data)).read_all()
    yield " schema", str(table.schema.to_string(truncate_metadata=False)).encode()
    for name, column in zip(table.column_names, table.columns, strict=True):
        yield f" column {name}", _lines(column)


def _lines(values: Any) -> bytes:
    return b"\n".join(_text(value) for value in (values.to_pylist() if hasattr(values, "to_pylist") else values))


def _text(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


def _json(data: bytes) -> Iterator[Piece]:
    """Every text in every line (or in the one document); a text may be JSON again, as Delta's statistics are."""
    text = data.decode(errors="replace")
    try:
        documents = [json.loads(text)]
    except ValueError:
        documents = [json.loads(line) for line in text.splitlines() if line.strip()]
    yield "", "\n".join(_words(documents)).encode(errors="surrogatepass")


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, str) and value[:1] in ("{", "["):
        yield value
        try:
            yield from _words(json.loads(value))
        except ValueError:
            return
    else:
        yield str(value)


def _html(data: bytes) -> Iterator[Piece]:
    yield "", html.unescape(data.decode(errors="replace")).encode()


def _npy(data: bytes) -> Iterator[Piece]:
    yield "", _lines(np.load(io.BytesIO(data), allow_pickle=False).reshape(-1).tolist())


def _onnx(data: bytes) -> Iterator[Piece]:
    model = onnx.load_model_from_string(data)
    for entry in model.metadata_props:
        yield f" metadata {entry.key}", entry.value.encode()
    for node in model.graph.node:
        for attribute in node.attribute:
            yield f" {node.op_type}.{attribute.name}", attribute.s + b"\n" + b"\n".join(attribute.strings)
    for tensor in model.graph.initializer:
        yield f" tensor {tensor.name}", b"\n".join(tensor.string_data) + tensor.raw_data


def _sqlite(path: Path) -> Iterator[Piece]:
    """Every cell of a copy (with its -wal), so that looking changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        for name in (path.name, f"{path.name}-wal"):
            if (path.parent / name).exists():
                shutil.copy(path.parent / name, folder)
        con = sqlite3.connect(Path(folder) / path.name)
        try:
            yield " > sqlite schema", _lines(row[0] for row in con.execute("select coalesce(sql, '') from sqlite_master"))
            for (table,) in con.execute("select name from sqlite_master where type = 'table'").fetchall():
                for row in con.execute('select * from "{}"'.format(table.replace('"', '""'))):
                    for cell in row:
                        yield from ((f" > sqlite {table}{way}", found) for way, found in pieces(_text(cell)))
        except sqlite3.DatabaseError as error:
            yield f" > sqlite ({type(error).__name__})", _UNREADABLE
        finally:
            con.close()


def _starts(*marks: bytes) -> Callable[[bytes, str], bool]:
    return lambda data, suffix: data.startswith(marks)


UNPACK: tuple[tuple[str, Callable[[bytes, str], bool], Callable[[bytes], Iterator[Piece]]], ...] = (
    ("gzip", _starts(b"\x1f\x8b"), _gzip),
    ("zstd", _starts(b"\x28\xb5\x2f\xfd"), _zstd),
    ("bzip2", _starts(b"BZh"), lambda data: iter([("", bz2.decompress(data))])),
    ("xz", _starts(b"\xfd7zXZ\0"), lambda data: iter([("", lzma.decompress(data))])),
    ("zip", _starts(b"PK\x03\x04"), _zip),
    ("parquet", _starts(b"PAR1"), _parquet),
    ("arrow", _starts(b"ARROW1"), _arrow),
    ("npy", _starts(b"\x93NUMPY"), _npy),
    ("onnx", lambda data, suffix: suffix == ".onnx", _onnx),
    ("json", lambda data, suffix: suffix in (".json", ".jsonl", ".ipynb") or _is_json(data), _json),
    ("html", lambda data, suffix: suffix in (".html", ".htm", ".svg", ".xml") or b"&#" in data[:1_000_000], _html),
)
"""What a packed thing is called, how it is known by its first bytes or its name, and how its parts are had."""


def _is_json(data: bytes) -> bool:
    if not data.startswith((b"{", b"[")):
        return False
    try:
        json.loads(data)
    except ValueError:
        return False
    return True
