"""The files that a path, a folder or a glob stands for."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from chaland import storage
from chaland.errors import DataError, PartMissing, Where
from chaland.files import far
from chaland.files.csv_reader import relative


@dataclass(frozen=True)
class FoundFile:
    """A file of a source: its name relative to the data folder, where it is (a path, or an address on S3), its size, and its hash."""

    name: str
    path: str
    bytes: int

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the bytes, in hexadecimal; of an object on S3 the tag that S3 gives its content, for it is not fetched to be known."""
        if storage.remote(self.path):
            return f"etag-{storage.etag(self.path)}-{self.bytes}"
        try:
            with open(self.path, "rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as cause:
            raise PartMissing(
                f"{self.name} cannot be read: {cause.strerror}.", where=Where(self.name), next="Check that you may read it."
            ) from cause


def find(patterns: Sequence[str], root: Path) -> list[FoundFile]:
    """The files that the patterns match below `root`, sorted by name.

    Raises DataError where nothing matches, or where a file or folder is not there; of several globs some may match nothing.
    A pattern is a file, a folder (all files in it and below) or a glob; names that begin with "." or "_" are never matched by a folder or glob.
    """
    found: dict[str, FoundFile] = {}
    empty: list[str] = []
    for pattern in patterns:
        if storage.remote(pattern) or storage.remote(root):
            found |= _far(pattern, root)
            continue
        paths = list(_matches(pattern, root))
        if not paths:
            empty.append(pattern)
        for path in paths:
            found[str(path)] = FoundFile(relative(str(path), str(root)), str(path), path.stat().st_size)
    missing = [pattern for pattern in empty if not found or not any(mark in pattern for mark in "*?[")]
    if missing:
        raise _nothing(missing[0], root)
    return sorted(found.values(), key=lambda file: (file.name, file.path))


def _far(pattern: str, root: Path) -> dict[str, FoundFile]:
    entries = far.found(pattern, str(root))
    if not entries:
        place = storage.uri(pattern) if storage.remote(pattern) else storage.uri(root)
        raise DataError(
            f"no object on S3 matches {pattern!r}.", where=Where(place), next="Check the address and the pattern.", code="no_file"
        )
    return {entry.uri: FoundFile(far.named(entry.uri, str(root)), entry.uri, entry.bytes) for entry in entries}


def once(files: Iterable[FoundFile]) -> list[FoundFile]:
    """The files without those whose bytes another one of them holds too: the first name stays."""
    all_files = list(files)
    sizes = Counter(file.bytes for file in all_files)
    firsts: dict[tuple[int, str], FoundFile] = {}
    for file in all_files:
        # A file of a size of its own has no twin, and reading it only to hash it would be reading it twice.
        firsts.setdefault((file.bytes, file.sha256 if sizes[file.bytes] > 1 else file.path), file)
    return list(firsts.values())


def _matches(pattern: str, root: Path) -> Iterator[Path]:
    path = root / pattern
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from _seen(path.rglob("*"), path)
    elif any(mark in pattern for mark in "*?["):
        fixed, wild = _parted(path)
        if fixed.is_dir():
            yield from _seen(_spread(fixed.glob(wild), wild), fixed)


def _spread(paths: Iterable[Path], wild: str) -> Iterator[Path]:
    """A folder that matches *.parquet or *.csv is a table that Spark wrote: the files in it."""
    for path in paths:
        if path.is_dir() and "." in Path(wild).name:
            yield from path.rglob("*")
        else:
            yield path


def _parted(path: Path) -> tuple[Path, str]:
    """The folder without wildcards that a glob begins with, and the rest."""
    parts = path.parts
    first = next(place for place, part in enumerate(parts) if any(mark in part for mark in "*?["))
    return Path(*parts[:first]), str(Path(*parts[first:]))


def _seen(paths: Iterable[Path], base: Path) -> Iterator[Path]:
    for path in paths:
        if path.is_file() and not any(part.startswith((".", "_")) for part in path.relative_to(base).parts):
            yield path


def _nothing(pattern: str, root: Path) -> DataError:
    if not root.is_dir():
        return DataError(
            f"the data folder {str(root)!r} does not exist.", where=Where(str(root)), next="Name the folder with --data.", code="no_folder"
        )
    here = sorted(path.name for path in root.iterdir() if not path.name.startswith("."))
    there = f"There is: {', '.join(here[:8])}{' …' if len(here) > 8 else ''}." if here else "The folder is empty."
    return DataError(f"no file matches {pattern!r} in the folder {str(root)!r}.", where=Where(pattern), next=there, code="no_file")
