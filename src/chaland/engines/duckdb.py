"""DuckDB in this process: the engine that needs nothing but a Python package."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from pydantic import Field

from chaland import delta, dialect, storage
from chaland.errors import ChalandError, PartMissing
from chaland.ports import Batches, Reader, WriteMode
from chaland.spec.base import Spec
from chaland.spec.site import Limits

ROWS_PER_BATCH = 100_000
FETCHED_AT_ONCE = 4
DISK = ("no space", "os error 28", "file too large", "read-only", "permission denied", "disk quota")
MACROS = (
    "create macro hmac_sha256(words, inner_pad, outer_pad) as sha256(outer_pad || unhex(sha256(inner_pad || encode(words))))",
    "create macro utc_seconds(moment) as (epoch_us(moment) - (epoch_us(moment) % 1000000 + 1000000) % 1000000) // 1000000",
)
# With the small default, threads wait for the one that reads what they make.
FIRST = ("set enable_progress_bar = false", "set TimeZone = 'UTC'", "set streaming_buffer_size = '64MB'")


class Options(Spec):
    """What a site may say of the DuckDB engine."""

    memory: str = Field("4GiB", pattern=r"^\d+(\.\d+)?\s*(KiB|MiB|GiB|TiB|KB|MB|GB|TB)$")
    """Memory the engine may use before it spills to disk."""
    threads: int | None = Field(None, ge=1)
    """Threads; default: one per core."""
    spill: str | None = None
    """The folder to spill into (a private folder is made in it); default: the project's staging folder."""


class Adapter:
    """The embedded engine. `staging` is private (0700), wiped when the engine is closed."""

    def __init__(self, options: Options, staging: Path, limits: Limits, progress: Callable[[int, int], None] | None = None):
        self._staging = staging
        self._spill = Path(options.spill) / f"chaland-{staging.parent.name}" if options.spill else staging / "spill"
        self._limits = limits
        self._progress = progress
        self._serial = 0
        for folder in (staging, self._spill):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._con = ibis.duckdb.connect(**self._settings(options))
        for first in (*MACROS, *FIRST):
            self._con.raw_sql(first)

    def _settings(self, options: Options) -> dict[str, Any]:
        settings = {
            "memory_limit": options.memory,
            "temp_directory": str(self._spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
        }
        return settings | ({"threads": options.threads} if options.threads else {})

    def rows(self, files: Sequence[str], reader: Reader, schema: pa.Schema) -> ir.Table:
        """The rows of `files`, staged as Parquet by limited worker processes."""
        from chaland.files import pool

        folder = self._folder("rows")
        if not files:
            return self.take(schema.empty_table())
        staged = pool.stage(files, reader, schema, folder, self._limits, self._progress)
        return self._con.read_parquet([str(path) for path in staged])

    def take(self, rows: pa.Table) -> ir.Table:
        """Rows from memory, as a table of the engine."""
        return self._con.create_table(self._name("taken"), rows, temp=True)

    def read(self, path: str, version: int | None = None) -> ir.Table:
        """The Delta table at `path`, as one snapshot of its files."""
        files, schema = delta.files(path, version)
        if storage.remote(path):
            files = self._near(files)
        return self._con.read_parquet(files, union_by_name=True) if files else self.take(schema.empty_table())

    def sql(self, text: str, tables: Mapping[str, ir.Table]) -> ir.Table:
        """A SELECT in DuckDB's dialect over the named tables."""
        prefix = self._name("sql")
        for name, table in tables.items():
            self._con.create_view(f"{prefix}_{name}", table)
        ctes = ", ".join(f'"{name}" as (select * from "{prefix}_{name}")' for name in tables)
        if not ctes:
            return self._con.sql(text)
        kinds = {name: {column: str(kind) for column, kind in table.schema().items()} for name, table in tables.items()}
        return self._con.sql(f"with {ctes} select * from ({dialect.to_duckdb(text, kinds)})")

    def write(self, table: ir.Table, path: str, mode: WriteMode = "overwrite", key: str | None = None) -> int:
        """Write a Delta table, all or nothing."""
        if mode == "overwrite":
            return self._overwrite(table, path)
        return delta.write(table.to_pyarrow_batches(chunk_size=ROWS_PER_BATCH), path, mode, key)

    def _overwrite(self, table: ir.Table, path: str) -> int:
        # DuckDB writes Parquet with all threads, and hands rows to Arrow with one: half the time.
        part = self._folder("written") / "rows.parquet"
        zoned = _zoned(table)
        counted = self._con.raw_sql(f"copy ({self._con.compile(zoned)}) to {_quoted(part)} (format parquet, compression snappy)")
        version = delta.adopt(part, path, int(counted.fetchone()[0]), zoned.schema().to_pyarrow())
        if storage.remote(path):
            # What was sent need not be fetched again.
            [sent], _ = delta.files(path, version)
            part.rename(self._beside(sent))
        return version

    def _near(self, places: Sequence[str]) -> list[str]:
        """Parts that lie on S3, each fetched once: DuckDB reads them with all threads as often as it likes."""
        missing = [place for place in places if not self._beside(place).exists()]
        with ThreadPoolExecutor(max_workers=FETCHED_AT_ONCE) as pool:
            for _ in pool.map(lambda place: storage.fetch(place, self._beside(place)), missing):
                pass
        return [str(self._beside(place)) for place in places]

    def _beside(self, place: str) -> Path:
        """Where a part that lies on S3 is kept here: parts never change, so its name is enough."""
        folder = self._staging / "near"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"{hashlib.sha256(place.encode()).hexdigest()}.parquet"

    def pin(self, table: ir.Table) -> ir.Table:
        """The same table, computed once."""
        return self._con.create_table(self._name("pinned"), table, temp=True)

    def apply(self, table: ir.Table, fn: Batches, schema: pa.Schema) -> ir.Table:
        """`fn` over the table batch by batch, staged as it goes."""
        path = self._folder("apply") / "rows.parquet"
        _spool(fn(iter(table.to_pyarrow_batches(chunk_size=ROWS_PER_BATCH))), schema, path)
        return self._con.read_parquet(str(path))

    def close(self) -> None:
        """Let go of the connection, and wipe what was staged or spilled."""
        self._con.disconnect()
        for folder in {self._staging, self._spill}:
            shutil.rmtree(folder, ignore_errors=True)

    def _name(self, what: str) -> str:
        self._serial += 1
        return f"chaland_{what}_{self._serial}"

    def _folder(self, what: str) -> Path:
        folder = self._staging / self._name(what)
        folder.mkdir(mode=0o700, parents=True)
        return folder


def _zoned(table: ir.Table) -> ir.Table:
    """The same rows with naive times as UTC, which they are."""
    naive = [name for name, kind in table.schema().items() if kind.is_timestamp() and kind.timezone is None]
    return table.mutate(**{name: table[name].cast("timestamp('UTC')") for name in naive}) if naive else table


def _spool(batches: Iterator[pa.RecordBatch], schema: pa.Schema, path: Path) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, schema, compression="lz4") as out:
        for batch in batches:
            out.write_batch(batch.cast(schema))


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def trouble(error: Exception) -> ChalandError | None:
    """What an error of the engine or of the disk means to a person; None where it is a bug."""
    text = str(error).lower()
    if isinstance(error, duckdb.OutOfMemoryException):
        next = "Give the engine more memory in the site file ([engine] memory), or the spill folder more room."
        return PartMissing("the engine ran out of memory", next=next, code="memory")
    if isinstance(error, (OSError, duckdb.IOException)) and any(sign in text for sign in DISK):
        return delta.refused("the home folder", error)
    return None
