"""Untrusted files read where Spark runs: one task a file, or a part of a big one, by the same limited process as on the embedded engine."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chaland.errors import ChalandError
from chaland.files import pool
from chaland.files.worker import packed
from chaland.ports import Reader
from chaland.spec.site import Limits

STAGED = pa.schema([("number", pa.int64()), ("path", pa.string()), ("part", pa.binary()), ("error", pa.string())])
PIECE = 32 << 20
Task = tuple[str, Reader]
"""A file, and who reads it or a part of it."""


@dataclass(frozen=True)
class Stage:
    """Numbers of tasks → where each one's rows are: a Parquet file in `shared`, or its bytes where `shared` cannot be seen from here."""

    tasks: Sequence[Task]
    schema: pa.Schema
    limits: Limits
    shared: str

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                yield from self._one(number)

    def _one(self, number: int) -> Iterator[pa.RecordBatch]:
        shared, (file, reader) = Path(self.shared), self.tasks[number]
        try:
            if shared.is_dir():
                [path] = pool.stage([file], reader, self.schema, shared / f"{number:06d}", self.limits)
                yield _told(number, path=str(path))
                return
            with tempfile.TemporaryDirectory(prefix="chaland-") as folder:
                [path] = pool.stage([file], reader, self.schema, Path(folder), self.limits)
                with open(path, "rb") as stream:
                    yield from (_told(number, part=part) for part in iter(lambda: stream.read(PIECE), b""))
        except ChalandError as error:
            yield _told(number, error=json.dumps(packed(error)))


@dataclass(frozen=True)
class Unpack:
    """Parts of a file's Parquet, in their order → its rows."""

    schema: pa.Schema

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        with tempfile.TemporaryFile() as whole:
            for batch in batches:
                for part in batch.column("part"):
                    whole.write(part.as_py() or b"")
            if whole.tell():
                whole.seek(0)
                for batch in pq.ParquetFile(whole).iter_batches(50_000):
                    yield batch.select(self.schema.names).cast(self.schema)


def first_error(told: Sequence[Any]) -> ChalandError | None:
    """The error of the first file that could not be read."""
    errors = sorted((row["number"], row["error"]) for row in told if row["error"])
    return pool.unpacked(json.loads(errors[0][1])) if errors else None


def _told(number: int, path: str | None = None, part: bytes | None = None, error: str | None = None) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([{"number": number, "path": path, "part": part, "error": error}], schema=STAGED)
