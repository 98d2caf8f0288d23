"""A limited process that reads untrusted files: jobs come in from its parent, JSON goes out, rows go to Parquet."""

from __future__ import annotations

import json
import os
import queue
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chaland.errors import ChalandError, Where
from chaland.files.report import SERVICE

_MIB = 1 << 20
_ALLOWANCE = 256 * _MIB
"""Address space that libraries and threads reserve without using it."""


@dataclass(frozen=True)
class Job:
    """One file to read: where to, by which reader, within how many seconds."""

    number: int
    path: str
    reader: Any
    schema: pa.Schema | None
    target: str
    seconds: float


def main(descriptor: int, memory_mib: int) -> None:
    """Reads files until the parent is gone; runs in a process of its own."""
    _limit(memory_mib)
    line = Connection(descriptor)
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(line, jobs), daemon=True).start()
    while True:
        job = jobs.get()
        _allow_seconds(job.seconds)
        line.send_bytes(json.dumps(_answer(job, line)).encode())


def _limit(memory_mib: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    memory = memory_mib * _MIB
    _lower(resource.RLIMIT_DATA, memory)
    if sys.platform == "linux":
        _lower(resource.RLIMIT_AS, 2 * memory + _ALLOWANCE)


def _lower(kind: int, amount: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or amount < hard:
        try:
            resource.setrlimit(kind, (amount, amount))
        except (ValueError, OSError):
            return


def _allow_seconds(seconds: float) -> None:
    """Processor time for one job: what is used so far and what all cores may use in the time given."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime + seconds * (os.cpu_count() or 1)) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _listen(line: Connection, jobs: queue.SimpleQueue[Job]) -> None:
    """Jobs from the parent; the worker ends with it, however it ended."""
    try:
        while True:
            jobs.put(line.recv())
    except (EOFError, OSError):
        os._exit(0)


def _answer(job: Job, line: Connection) -> dict[str, Any]:
    try:
        return {"job": job.number, "rows": _write(job, line)}
    except ChalandError as error:
        return {"job": job.number, "error": packed(error)}
    except (MemoryError, pa.ArrowMemoryError):
        return {"job": job.number, "failed": "memory"}
    except OSError as error:
        return {"job": job.number, "failed": "disk", "said": error.strerror or type(error).__name__}
    except Exception as error:
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        at = f"{os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place else ""
        return {"job": job.number, "failed": "crash", "said": f"{type(error).__name__} at {at}"}


def _write(job: Job, line: Connection) -> int:
    """Writes what the reader gives as one Parquet file; tells every half second how many bytes of rows there are."""
    rows, size, told = 0, 0, time.monotonic()
    writer: pq.ParquetWriter | None = None
    try:
        for table in _gathered(job.reader(job.path)):
            writer = writer or _writer(job.target, job.schema or table.schema)
            writer.write_table(table)
            rows += table.num_rows
            size += table.nbytes
            if time.monotonic() - told > 0.5:
                told = time.monotonic()
                line.send_bytes(json.dumps({"job": job.number, "so_far": size}).encode())
    finally:
        if writer:
            writer.close()
    return rows


def _gathered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The batches in tables of some megabytes, each a Parquet row group: by these, engines share one file out among their cores."""
    held: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        held.append(batch)
        size += batch.nbytes
        if size > 12 * _MIB:
            yield pa.Table.from_batches(held)
            held, size = [], 0
    if held:
        yield pa.Table.from_batches(held)


def _writer(target: str, schema: pa.Schema) -> pq.ParquetWriter:
    repeated = [name for name in ("_file", "_fault", "_said") if name in schema.names and SERVICE.field(name).type == pa.string()]
    return pq.ParquetWriter(target, schema, compression="snappy", use_dictionary=repeated, write_statistics=False, store_schema=False)


def packed(error: ChalandError) -> dict[str, Any]:
    """An error as plain values, for the way to the parent."""
    return {
        "kind": type(error).__name__,
        "said": error.said,
        "where": _where(error.where),
        "next": error.next,
        "code": error.code,
        "faults": [{"keys": f.keys, "said": f.said, "hint": f.hint, "where": _where(f.where), "code": f.code} for f in error.faults],
    }


def _where(where: Where) -> list[str | int | None]:
    return [where.file, where.line, where.column]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
