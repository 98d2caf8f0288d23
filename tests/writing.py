"""Writers in processes of their own, which write to one table at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pyarrow as pa
from deltalake import DeltaTable

from chaland import storage

APPENDS = """
import sys, pyarrow as pa
from chaland import delta
path, who, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
for n in range(times):
    delta.write(pa.table({"k": [f"{who}-{n}"], "v": [1]}).to_reader(), path, "append")
"""
MERGES = """
import sys, pyarrow as pa
from chaland import delta
path, who, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
for n in range(times):
    delta.write(pa.table({"k": ["shared", f"{who}-{n}"], "v": [n, 2]}).to_reader(), path, "merge", "k")
"""


def start(code: str, path: str, who: str, times: int) -> subprocess.Popen[bytes]:
    """A writer that runs `code`."""
    return subprocess.Popen([sys.executable, "-c", code, path, who, str(times)])


def ended(writers: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """How each of the writers ended."""
    return [writer.wait(timeout=240) for writer in writers]


def rows(path: str) -> pa.Table:
    """What the table holds now, as delta-rs reads it."""
    return DeltaTable(storage.bare(path), storage_options=storage.options(path)).to_pyarrow_table()
