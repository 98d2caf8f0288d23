"""Readers that behave as the worst files would make one behave; at module level, so that a worker can load them."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator

import pyarrow as pa

from chaland.errors import DataError, Fault, Where
from chaland.files.report import schema_for

SCHEMA = schema_for(["a"])


def rows(path: str) -> Iterator[pa.RecordBatch]:
    """One row that holds the number of the process."""
    yield pa.RecordBatch.from_pylist([{"a": str(os.getpid()), "_file": path, "_line": 1}], schema=SCHEMA)


def crash(path: str) -> Iterator[pa.RecordBatch]:
    yield from rows(path)
    os.kill(os.getpid(), signal.SIGSEGV)


def hang(path: str) -> Iterator[pa.RecordBatch]:
    yield from rows(path)
    time.sleep(600)


def spin(path: str) -> Iterator[pa.RecordBatch]:
    yield from rows(path)
    sum(range(10**12))


def hoard(path: str) -> Iterator[pa.RecordBatch]:
    yield from rows(path)
    hoarded = [bytes(64 << 20) for _ in range(1000)]
    raise AssertionError(len(hoarded))


def arrow_hoard(path: str) -> Iterator[pa.RecordBatch]:
    yield from rows(path)
    hoarded = [pa.allocate_buffer(64 << 20) for _ in range(1000)]
    raise AssertionError(len(hoarded))


def bug(path: str) -> Iterator[pa.RecordBatch]:
    yield from rows(path)
    raise ValueError("the secret value 0612345678")


def refuse(path: str) -> Iterator[pa.RecordBatch]:
    yield from rows(path)
    raise DataError(
        "no good", where=Where("f.csv", 7, "x"), next="mend it", code="odd", faults=[Fault(("a", "b"), "wrong", "hint", Where("f.csv", 7))]
    )


def fork_bomb_of_output(path: str) -> Iterator[pa.RecordBatch]:
    sys.stdout.write("noise" * 1000)
    yield from rows(path)
