"""Bytes of a file, decompressed, within bounds."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import pyarrow as pa

from chaland.errors import DataError, PartMissing, Where
from chaland.files.kinds import compression, refuse
from chaland.files.report import Bounds

HEAD = 1 << 16
_BROKEN = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, pa.ArrowException)


def codec(path: str, file: str) -> str:
    """The compression of the file at `path`, by its content; raises PartMissing when it cannot be opened."""
    with plain(path, file) as raw:
        return compression(raw.read(16))


def blocks(path: str, file: str, size: int, bounds: Bounds) -> Iterator[bytes]:
    """The decompressed bytes in pieces of about `size`.

    Raises DataError where the file is something else than text, is damaged, or is larger than the bounds allow.
    """
    total = 0
    for piece in _pieces(path, file, size):
        if not total:
            refuse(piece[:HEAD], file)
            if compression(piece[:16]):
                raise _damaged(file, "compressed twice", "Decompress it once.")
        total += len(piece)
        if total > bounds.file_bytes:
            raise _damaged(
                file,
                f"larger than {bounds.file_bytes / (1 << 30):g} GiB once decompressed",
                "Split it, or raise `limits.file_gib` in the site file if it is to be trusted.",
                "too_big",
            )
        yield piece


def _pieces(path: str, file: str, size: int) -> Iterator[bytes]:
    kind = codec(path, file)
    try:
        with plain(path, file) as raw, _decompressed(raw, kind) as stream:
            first = stream.read(max(size, HEAD))
            while first:
                yield first
                first = stream.read(size)
    except _BROKEN as cause:
        raise _damaged(file, f"a damaged or cut off {kind} file", "Copy it again from where it came.") from cause
    except OSError as cause:
        if kind:
            raise _damaged(file, f"a damaged or cut off {kind} file", "Copy it again from where it came.") from cause
        raise _unreadable(file, cause) from cause


def stretch(path: str, file: str, begin: int, end: int | None, size: int) -> Iterator[bytes]:
    """The bytes of a file that is not compressed, from `begin` to `end` (None: all), in pieces of `size`."""
    with plain(path, file) as raw:
        raw.seek(begin)
        left = end - begin if end is not None else None
        while piece := raw.read(size if left is None else min(size, left)):
            left = None if left is None else left - len(piece)
            yield piece


def plain(path: str, file: str) -> BinaryIO:
    """The file at `path`, open; raises PartMissing when it cannot be read."""
    try:
        return open(path, "rb")
    except OSError as cause:
        raise _unreadable(file, cause) from cause


def _decompressed(raw: BinaryIO, kind: str) -> BinaryIO:
    if kind == "gzip":
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw))
    if kind == "bz2":
        return cast(BinaryIO, bz2.BZ2File(raw))
    if kind == "xz":
        return cast(BinaryIO, lzma.LZMAFile(raw))
    if kind:
        return cast(BinaryIO, _Arrow(pa.CompressedInputStream(pa.PythonFile(raw, "r"), kind)))
    return raw


class _Arrow:
    """An Arrow stream with the manners of a file."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        return bytes(self._stream.read(size))

    def __enter__(self) -> _Arrow:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def _damaged(file: str, what: str, mend: str, code: str = "damaged") -> DataError:
    return DataError(f"{file} is {what}.", where=Where(file), next=mend, code=code)


def _unreadable(file: str, cause: OSError) -> PartMissing:
    return PartMissing(
        f"{file} cannot be read: {cause.strerror or cause}.", where=Where(file), next="Check that it exists and that you may read it."
    )
