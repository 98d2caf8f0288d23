"""Delta tables in a folder or on S3: the only place that knows delta-rs.

No column mapping, no deletion vectors, no v2 checkpoints, no type widening: both engines read what is written here.
A commit is one file that only one writer can make: a hard link on a disk, a conditional PUT on S3. Spark's own log stores do neither,
so whoever writes with Spark holds `lock` on a disk, and on S3 lets Spark write the parts and has them committed here (`commit`).
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import quote
from uuid import uuid4

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Schema
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.transaction import AddAction, create_table_with_add_actions

from chaland import storage
from chaland.errors import Busy, ChalandError, PartMissing, Where
from chaland.ports import WriteMode

TRIES = 40
ONCE = CommitProperties(max_commit_retries=0)
MEETING = ("already exists", "version already", "transaction failed")
Done = TypeVar("Done")


class Overtaken(PartMissing):
    """Another writer changed the table first."""


@dataclass(frozen=True)
class Standing:
    """A table as it stands: rows, bytes that it takes, its newest version and how many versions can be read."""

    name: str
    rows: int
    bytes: int
    version: int
    versions: int


@dataclass(frozen=True)
class Part:
    """A finished Parquet file of a table: its name below the table, its size and its rows."""

    name: str
    bytes: int
    rows: int


def exists(path: str | Path) -> bool:
    """Whether a Delta table was ever committed at `path`."""
    with _in_words(path):
        return bool(DeltaTable.is_deltatable(_uri(path), storage.options(path)))


def files(path: str, version: int | None = None) -> tuple[list[str], pa.Schema]:
    """The data files of one snapshot of the table (places on S3, or files), and its schema."""
    with _in_words(path):
        delta = _table(path, version)
        root = _uri(path)
        found = [str(uri) for uri in delta.file_uris()]
        near = [storage.join(path, uri.removeprefix(f"{root}/")) for uri in found] if storage.remote(path) else found
        return near, pa.schema(delta.schema().to_arrow())


def version(path: str) -> int:
    """The newest version of the table."""
    with _in_words(path):
        return int(_table(path).version())


def write(rows: pa.RecordBatchReader, path: str, mode: WriteMode, key: str | None = None) -> int:
    """Commit rows to the table at `path`, all or nothing; the version written. Naive times are taken for UTC.

    `merge` updates rows of the same `key` and adds the others, and holds the given rows in memory. A commit that meets another is tried
    again on what the other left. Raises PartMissing where the disk, S3 or its rights forbid it, or where others always come first.
    """
    rows = _zoned(rows)
    known = exists(path)
    if mode == "merge" and known:
        taken = rows.read_all()
        with _written(path), lock(path):
            return _again(lambda: _merge(taken, path, key or ""))
    rows = _fitting(rows, files(path)[1]) if mode == "append" and known else rows
    with tempfile.TemporaryDirectory(prefix="chaland-") as folder, _written(path):
        part = Path(folder) / "rows.parquet"
        return adopt(part, path, _spooled(rows, part), rows.schema, "append" if mode == "append" else "overwrite")


def adopt(part: Path, path: str, rows: int, schema: pa.Schema, mode: Literal["append", "overwrite"] = "overwrite") -> int:
    """Make a finished Parquet file of so many `rows` the whole of the table at `path` (or a part of it), in one commit; the version written.

    In a folder the file is moved there; on S3 it is sent, and stays.
    """
    with _written(path):
        name = f"part-{uuid4().hex}.parquet"
        size = part.stat().st_size
        if storage.remote(path):
            # Some servers make a bucket for whoever names one: a misspelt name must not become a lake.
            storage.folders(path)
            storage.send(part, storage.join(path, name))
        else:
            Path(path).mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(part, Path(path) / name)
        with lock(path):
            return commit(path, [Part(name, size, rows)], schema, mode)


def commit(path: str, parts: Sequence[Part], schema: pa.Schema, mode: Literal["append", "overwrite"], since: int | None = None) -> int:
    """Make finished files below the table at `path` part of it (append) or the whole of it (overwrite), in one commit; the version written.

    `since`: only if that is still the newest version: Overtaken where another came first, and what was read must be read anew.
    Without it a commit that meets another is tried again on what the other left. Takes no `lock`: on a disk the caller holds it.
    """
    now = time.time_ns() // 1_000_000
    actions = [AddAction(quote(p.name), p.bytes, {}, now, True, json.dumps({"numRecords": p.rows})) for p in parts]
    told = Schema.from_arrow(pa.schema([field.with_nullable(True) for field in schema]))

    def once() -> int:
        if not exists(path):
            create_table_with_add_actions(_uri(path), told, actions, storage_options=storage.options(path))
            return 0
        delta = _table(path, since)
        if mode == "append" and _widened(delta, told):
            delta = _table(path)
        delta.create_write_transaction(actions, mode, told, commit_properties=ONCE)
        return int(delta.version()) + 1

    with _written(path):
        return once() if since is not None else _again(once)


def gather(path: str, inside: str) -> list[Part]:
    """The Parquet files that somebody wrote into folder `inside` of the table at `path`, with the rows that their footers tell."""
    place = storage.join(path, inside)
    with storage.told(path):
        found = storage.listed(place)
        counted = [(entry, storage.rows(entry.uri)) for entry in found if entry.name.endswith(".parquet")]
        return [Part(f"{inside}/{entry.name}", entry.bytes, rows) for entry, rows in counted]


def standing(path: str | Path, name: str) -> Standing:
    """Rows, bytes and versions of the table at `path`."""
    with _in_words(path):
        delta = _table(path)
        size = sum(entry.bytes for entry in storage.listed(str(path)))
        return Standing(name, int(delta.count()), size, int(delta.version()), len(delta.history()))


def vacuum(path: str | Path, keep_days: int) -> int:
    """Drop files that no version younger than `keep_days` needs; how many went. The newest version always stays."""
    with _written(str(path)), lock(str(path)):
        gone = _table(path).vacuum(retention_hours=keep_days * 24, dry_run=False, enforce_retention_duration=False, full=True)
        return len(gone)


def kept_once(path: str, said: str) -> str:
    """What was first kept at `path`: `said`, unless another writer was first; all who ask are told the same."""
    with _in_words(path):
        empty = Schema.from_arrow(pa.schema([("kept", pa.string())]))

        def once() -> None:
            create_table_with_add_actions(_uri(path), empty, [], mode="ignore", description=said, storage_options=storage.options(path))

        _again(once)
        return str(_table(path).metadata().description)


def kept(path: str) -> str | None:
    """What `kept_once` kept at `path`, or None."""
    with _in_words(path):
        return str(_table(path).metadata().description) if exists(path) else None


@contextmanager
def lock(path: str, seconds: float = 3600) -> Iterator[None]:
    """Be the only writer of the table at `path` for a while: a locked file beside it. On S3 there is none, and none is needed here.

    Not to be taken twice by one caller. Busy where another does not let go within `seconds`; one left by a dead process does not count.
    """
    import fcntl

    if storage.remote(path):
        yield
        return
    table = Path(path)
    table.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(table.parent / f".{table.name}.lock", "a", encoding="utf-8") as handle:
        until = time.monotonic() + seconds
        while not _taken(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB):
            if time.monotonic() > until:
                raise Busy(
                    "another writer holds the table", where=Where(table.name), next="Wait for it to end, then run the command again."
                )
            time.sleep(0.02)
        yield


def refused(path: str, error: Exception) -> ChalandError:
    """What a failed write means to a person."""
    where = Where(file=Path(storage.bare(path)).name)
    text = str(error).lower()
    if isinstance(error, CommitFailedError):
        return Overtaken("another writer changed the same table", where=where, next="Run the command again.")
    if storage.remote(path):
        return storage.refused(path, error)
    if "no space" in text or "os error 28" in text or "file too large" in text:
        return PartMissing(
            "the disk is full", where=where, next="Free some space and run the same command again: nothing was half written."
        )
    if isinstance(error, PermissionError) or "permission denied" in text or "read-only" in text:
        return PartMissing(
            "the lake cannot be written", where=where, next="Give the home folder write permission, or name another with --home."
        )
    return PartMissing(f"the lake could not be written: {error}", where=where, next="Run `chaland doctor`, then the command again.")


def _uri(path: str | Path) -> str:
    return storage.bare(str(path)) if storage.remote(path) else str(path)


def _table(path: str | Path, version: int | None = None) -> DeltaTable:
    return DeltaTable(_uri(path), version=version, storage_options=storage.options(path))


def _spooled(rows: pa.RecordBatchReader, part: Path) -> int:
    """Write rows to a Parquet file; how many."""
    import pyarrow.parquet as pq

    count = 0
    with pq.ParquetWriter(part, rows.schema) as out:
        for batch in rows:
            out.write_batch(batch)
            count += batch.num_rows
    return count


def _fitting(rows: pa.RecordBatchReader, known: pa.Schema) -> pa.RecordBatchReader:
    """The same rows with the types that the table has."""
    schema = pa.schema([known.field(field.name) if field.name in known.names else field for field in rows.schema])
    return rows if schema == rows.schema else pa.RecordBatchReader.from_batches(schema, (batch.cast(schema) for batch in rows))


def _merge(rows: pa.Table, path: str, key: str) -> int:
    delta = _table(path)
    merge = delta.merge(rows, predicate=f'old."{key}" = new."{key}"', source_alias="new", target_alias="old", commit_properties=ONCE)
    merge.when_matched_update_all().when_not_matched_insert_all().execute()
    return int(delta.version())


def _widened(delta: DeltaTable, told: Schema) -> bool:
    """Whether columns had to be added first."""
    known = {field.name for field in delta.schema().fields}
    new = [field for field in told.fields if field.name not in known]
    if new:
        delta.alter.add_columns(new, commit_properties=ONCE)
    return bool(new)


def _again(once: Callable[[], Done]) -> Done:
    """Try a commit on what others left, a few times."""
    for left in reversed(range(TRIES)):
        try:
            return once()
        except DeltaError as error:
            met = isinstance(error, CommitFailedError) or any(sign in str(error).lower() for sign in MEETING)
            if not met or not left:
                raise
            time.sleep(random.uniform(0.0, min(1.0, 0.05 * (TRIES - left))))
    raise AssertionError


def _zoned(rows: pa.RecordBatchReader) -> pa.RecordBatchReader:
    """The same rows with naive times as UTC, which they are: a naive time would turn on a feature that older readers lack."""
    if not any(pa.types.is_timestamp(field.type) and field.type.tz is None for field in rows.schema):
        return rows
    schema = pa.schema(
        [
            field.with_type(pa.timestamp("us", "UTC")) if pa.types.is_timestamp(field.type) and not field.type.tz else field
            for field in rows.schema
        ]
    )
    return pa.RecordBatchReader.from_batches(schema, (batch.cast(schema) for batch in rows))


def _taken(handle: int, how: int) -> bool:
    import fcntl

    try:
        fcntl.flock(handle, how)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _written(path: str) -> Iterator[None]:
    """What a write meets, in words."""
    try:
        yield
    except (OSError, DeltaError) as error:
        raise refused(path, error) from (None if storage.remote(path) else error)


@contextmanager
def _in_words(path: str | Path) -> Iterator[None]:
    """What S3 refuses to a reader, in words; an error of a folder is left as it is."""
    try:
        yield
    except (OSError, DeltaError) as error:
        if not storage.remote(path):
            raise
        raise refused(str(path), error) from None
