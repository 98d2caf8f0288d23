"""Files on S3: which ones a pattern stands for, how they are called, and how they come near before a limited process reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from chaland import storage
from chaland.errors import DataError, Where

WILD = "*?["
HEAD = 8 << 20
"""Bytes of a file's head that come with each part of it: its layout is read from them."""


def found(pattern: str, root: str) -> list[storage.Entry]:
    """The objects that a file, a folder or a glob below `root` (or a whole s3:// address) stands for, as the same words do on a disk."""
    place = storage.uri(pattern) if storage.remote(pattern) else storage.join(storage.uri(root), pattern)
    bucket, _, key = storage.bare(place).removeprefix(storage.S3).partition("/")
    parts = PurePosixPath(key).parts
    fixed = next((number for number, part in enumerate(parts) if any(mark in part for mark in WILD)), len(parts))
    base = "/".join([storage.S3 + bucket, *parts[:fixed]])
    return [entry for entry in _below(base) if _fits(entry.name, parts[fixed:])]


def named(place: str, root: str) -> str:
    """The name of an object in messages and rows: its path below `root`, or its bare name."""
    inside = place.removeprefix(storage.uri(root).rstrip("/") + "/") if storage.remote(root) else place
    return PurePosixPath(place).name if inside == place else inside


def brought(place: str, reader: Any, folder: Path) -> tuple[str, Any]:
    """The object as a private file below `folder`, and the reader that calls it as it is called on S3."""
    name = named(place, str(reader.root))
    if ".." in PurePosixPath(name).parts or name.startswith("/"):
        raise DataError(f"{name!r} is no name for a file", where=Where(name), next="Rename the object on S3.", code="bad_name")
    here, part = folder / name, getattr(reader, "part", None)
    if part is None:
        return str(storage.fetch(place, here)), replace(reader, root=str(folder))
    ahead = 0 if part.first else min(HEAD, part.begin)
    near = storage.fetch_stretches(place, here, [(0, ahead), (part.begin, part.end)])
    return str(near), replace(reader, root=str(folder), part=replace(part, ahead=ahead))


def _below(base: str) -> Iterator[storage.Entry]:
    """What lies at and below a place: the object itself, as a disk would find it, or all objects below it."""
    single = storage.sized(base) if base.count("/") > 2 else None
    if single is not None:
        yield single
    else:
        yield from storage.listed(base)


def _fits(name: str, wild: tuple[str, ...]) -> bool:
    if any(part.startswith((".", "_")) for part in PurePosixPath(name).parts):
        return not name
    return not wild or _shape(wild).fullmatch(name) is not None


@cache
def _shape(wild: tuple[str, ...]) -> re.Pattern[str]:
    """A glob as a pattern of names; a folder that matches *.csv or *.parquet is a table that Spark wrote: the files in it."""
    words = "".join("(?:.+/)?" if part == "**" else _segment(part) + "/" for part in wild[:-1])
    last = ".*" if wild[-1] == "**" else _segment(wild[-1]) + ("(?:/.*)?" if "." in wild[-1] else "")
    return re.compile(words + last)


def _segment(part: str) -> str:
    """One part of a glob: a star and a question mark stop at a slash."""
    pieces = re.split(r"(\*|\?|\[[^]]+\])", part)
    shapes = {"*": "[^/]*", "?": "[^/]"}
    return "".join(
        shapes.get(piece) or (_class(piece) if piece.startswith("[") and piece.endswith("]") else re.escape(piece)) for piece in pieces
    )


def _class(piece: str) -> str:
    inside = piece[1:-1].replace("\\", "\\\\")
    return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
