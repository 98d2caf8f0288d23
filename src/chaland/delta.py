"""Delta tables on this disk: the only place that knows delta-rs.

No column mapping, no deletion vectors, no type widening: both engines read what is written here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from time import time_ns
from uuid import uuid4

import pyarrow as pa
from deltalake import DeltaTable, Schema, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.transaction import AddAction, create_table_with_add_actions

from chaland.errors import ChalandError, PartMissing, Where
from chaland.ports import WriteMode


@dataclass(frozen=True)
class Standing:
    """A table as it stands: rows, bytes on disk, its newest version and how many versions can be read."""

    name: str
    rows: int
    bytes: int
    version: int
    versions: int


def exists(path: Path) -> bool:
    """Whether a Delta table was ever committed at `path`."""
    return bool(DeltaTable.is_deltatable(str(path)))


def files(path: str, version: int | None = None) -> tuple[list[str], pa.Schema]:
    """The data files of one snapshot of the table, and its schema."""
    delta = DeltaTable(path, version=version)
    return list(delta.file_uris()), pa.schema(delta.schema().to_arrow())


def write(rows: pa.RecordBatchReader, path: str, mode: WriteMode, key: str | None = None) -> int:
    """Commit rows to the table at `path`, all or nothing; the version written.

    `merge` updates rows of the same `key` and adds the others. Raises PartMissing where the disk or its rights forbid it.
    """
    try:
        if mode == "merge" and exists(Path(path)):
            return _merge(rows, path, key or "")
        how = "append" if mode == "append" else "overwrite"
        write_deltalake(path, rows, mode=how, schema_mode="merge" if how == "append" else "overwrite")
        return int(DeltaTable(path).version())
    except (OSError, DeltaError) as error:
        raise refused(path, error) from error


def adopt(part: Path, path: str, rows: int, schema: pa.Schema) -> int:
    """Make a finished Parquet file of so many `rows` the whole of the table at `path`, in one commit; the version written."""
    try:
        folder = Path(path)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = part.replace(folder / f"part-{uuid4().hex}.parquet")
        action = AddAction(file.name, file.stat().st_size, {}, time_ns() // 1_000_000, True, json.dumps({"numRecords": rows}))
        told = Schema.from_arrow(pa.schema([field.with_nullable(True) for field in schema]))
        if exists(folder):
            DeltaTable(path).create_write_transaction([action], "overwrite", told)
        else:
            create_table_with_add_actions(path, told, [action])
        return int(DeltaTable(path).version())
    except (OSError, DeltaError) as error:
        raise refused(path, error) from error


def standing(path: Path, name: str) -> Standing:
    """Rows, bytes and versions of the table at `path`."""
    delta = DeltaTable(str(path))
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return Standing(name, int(delta.count()), size, int(delta.version()), len(delta.history()))


def vacuum(path: Path, keep_days: int) -> int:
    """Drop data files that no version younger than `keep_days` needs; how many went. The newest version always stays."""
    delta = DeltaTable(str(path))
    gone = delta.vacuum(retention_hours=keep_days * 24, dry_run=False, enforce_retention_duration=False)
    return len(gone)


def refused(path: str, error: Exception) -> ChalandError:
    """What a failed write means to a person."""
    where = Where(file=Path(path).name)
    text = str(error).lower()
    if "no space" in text or "os error 28" in text or "file too large" in text:
        return PartMissing(
            "the disk is full", where=where, next="Free some space and run the same command again: nothing was half written."
        )
    if isinstance(error, PermissionError) or "permission denied" in text or "read-only" in text:
        return PartMissing(
            "the lake cannot be written", where=where, next="Give the home folder write permission, or name another with --home."
        )
    if isinstance(error, CommitFailedError):
        return PartMissing("another writer changed the same table", where=where, next="Run the command again.")
    return PartMissing(f"the lake could not be written: {error}", where=where, next="Run `chaland doctor`, then the command again.")


def _merge(rows: pa.RecordBatchReader, path: str, key: str) -> int:
    delta = DeltaTable(path)
    merge = delta.merge(rows, predicate=f'old."{key}" = new."{key}"', source_alias="new", target_alias="old")
    merge.when_matched_update_all().when_not_matched_insert_all().execute()
    return int(delta.version())
