"""Spark: the engine for what has outgrown one machine; the same project, the same answers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field
from pyspark import StorageLevel
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame

from chaland import delta, dialect, storage
from chaland.errors import ChalandError, PartMissing
from chaland.ports import Batches, Fitting, Reader, Task, WriteMode
from chaland.spark import batches, expressions, session, tables
from chaland.spark.dials import Wanted, is_local
from chaland.spark.intake import Intake
from chaland.spark.watching import watched
from chaland.spec.base import Spec
from chaland.spec.site import Limits

MEMORY = ("outofmemoryerror", "java heap space", "gc overhead", "not enough memory", "exceeded memory")
LOST = (
    "connection refused",
    "could not connect",
    "all masters are unresponsive",
    "answer from java side is empty",
    "sparkcontext was shut down",
)
DISK = ("no space left", "disk quota", "read-only file system", "permission denied", "file too large")


class Options(Spec):
    """What a site may say of the Spark engine."""

    master: str = "local[2]"
    """Where Spark runs: local[CORES], spark://HOST:PORT, yarn, or k8s://https://HOST:PORT."""
    memory: str = Field("2g", pattern=r"^\d+[mgt]$")
    """Memory of the driver, and of each executor."""
    partitions: int = Field(8, ge=1)
    """Parts that shuffled rows are dealt into: two or three per core of the cluster."""
    part_mib: int = Field(64, ge=1)
    """Files of more than two times so many MiB are read in parts, by several cores at once, where no record goes over the end of a line."""
    threads: int | None = Field(None, ge=1)
    """Threads for fitting on the driver; default: two."""
    jars: str | None = None
    """The folder of the jars for s3:// (and of any others); default: $CHALAND_JARS, or where `make services` puts them."""
    packages: tuple[str, ...] = ()
    """Maven coordinates that Spark fetches itself, instead of `jars`."""
    conf: Mapping[str, str] = Field(default_factory=dict)
    """Any other setting of Spark, by its own name. No keys or passwords: they belong in the environment."""


class Adapter:
    """The engine on a cluster. `staging` is private (0700), wiped when the engine is closed."""

    def __init__(self, options: Options, staging: Path, limits: Limits, progress: Callable[[int, int], None] | None = None):
        staging = staging.absolute()  # the JVM has a working folder of its own
        self._staging = staging
        self._limits = limits
        self._progress = progress or (lambda _done, _all: None)
        self._serial = 0
        self._part = options.part_mib << 20
        self._kept: list[DataFrame] = []
        self._views: list[str] = []
        staging.mkdir(mode=0o700, parents=True, exist_ok=True)
        said = options.model_dump(exclude={"threads", "part_mib"})
        self._session, self._own = session.opened(Wanted(folder=staging / "spark", **said))
        self._alone = is_local(self._session.sparkContext.master)
        self._con = expressions.connected(self._session)

    def rows(self, files: Sequence[str], reader: Reader, schema: pa.Schema) -> ir.Table:
        """The rows of `files`, one task a file or a part of a big one, each read by a limited process beside its task."""
        if not files:
            return self.take(schema.empty_table())
        with watched(self._session, self._progress):
            taken = Intake(self._session, self._limits, self._keep, self._folder, self._part).rows(files, reader, schema)
        return self._view(taken)

    def take(self, rows: pa.Table) -> ir.Table:
        """Rows from memory, as a table of the engine."""
        plain = pa.schema([pa.field(field.name, batches.plain(field.type)) for field in rows.schema])
        return self._view(self._session.createDataFrame(rows.cast(plain), expressions.struct_of(plain)))

    def read(self, path: str, version: int | None = None) -> ir.Table:
        """The Delta table at `path`, as one snapshot of its files."""
        return self._view(tables.read(self._session, path, version))

    def sql(self, text: str, tables: Mapping[str, ir.Table]) -> ir.Table:
        """A SELECT in DuckDB's dialect over the named tables."""
        views = {name: self._view(self._con.frame(table)).get_name() for name, table in tables.items()}
        ctes = ", ".join(f"`{name}` as (select * from `{view}`)" for name, view in views.items())
        told = dialect.to_spark(
            text, {name: {column: str(kind) for column, kind in table.schema().items()} for name, table in tables.items()}
        )
        return self._view(self._session.sql(f"with {ctes} select * from ({told})" if ctes else told))

    def write(self, table: ir.Table, path: str, mode: WriteMode = "overwrite", key: str | None = None) -> int:
        """Write a Delta table, all or nothing."""
        with watched(self._session, self._progress):
            return tables.write(self._con.frame(table), path, mode, key)

    def pin(self, table: ir.Table) -> ir.Table:
        """The same table, computed once; what a lost worker held is computed again, and is the same.

        In one process no worker is lost: there it forgets how it was made, for plans that are remembered are compared with every later
        one, and after some dozens of tables they fill the driver.
        """
        frame = self._con.frame(table)
        with watched(self._session, self._progress):
            if self._alone:
                return self._view(frame.localCheckpoint(True, StorageLevel.DISK_ONLY))
            kept = self._keep(frame)
            kept.count()
        return self._view(kept)

    def apply(self, table: ir.Table, fn: Batches, schema: pa.Schema) -> ir.Table:
        """`fn` over the table batch by batch, where the rows are."""
        made = self._con.frame(table).mapInArrow(batches.Fitting(fn, schema), expressions.struct_of(schema))
        return self._view(self._keep(made))

    def fitting(self, rows: ir.Table, scales: npt.NDArray[np.float64] | None = None, task: Task = "binary", classes: int = 2) -> Fitting:
        """Rows to fit on, where they are, by MLlib."""
        from chaland.spark import mllib

        return mllib.Fitting(self._con.frame(rows), scales, task, classes)

    def close(self) -> None:
        """Let go of what was kept, stop the session if it was started here, and wipe what was staged or spilled."""
        if self._own:
            session.stop(self._session)
        else:
            for view in self._views:
                self._session.catalog.dropTempView(view)
            for frame in self._kept:
                frame.unpersist()
        shutil.rmtree(self._staging, ignore_errors=True)

    def _keep(self, frame: DataFrame) -> DataFrame:
        self._kept.append(frame.persist(StorageLevel.DISK_ONLY))
        return self._kept[-1]

    def _view(self, frame: DataFrame) -> ir.Table:
        name = self._name("view")
        frame.createOrReplaceTempView(name)
        self._views.append(name)
        return self._con.table(name)

    def _name(self, what: str) -> str:
        self._serial += 1
        return f"chaland_{what}_{id(self)}_{self._serial}"

    def _folder(self, what: str) -> Path:
        folder = self._staging / self._name(what)
        folder.mkdir(mode=0o700, parents=True)
        return folder


def trouble(error: Exception) -> ChalandError | None:
    """What an error of the engine or of the disk means to a person; None where it is a bug."""
    text = str(error).lower()
    if not isinstance(error, (OSError, PySparkException)) and not _from_java(error):
        return None
    if "s3a://" in text:
        return storage.from_hadoop(error)
    if any(sign in text for sign in MEMORY):
        next = "Give Spark more memory in the site file ([engine] memory), or more partitions."
        return PartMissing("Spark ran out of memory", next=next, code="memory")
    far = storage.from_hadoop(error)
    if far is not None:
        return far
    if any(sign in text for sign in DISK):
        return delta.refused("the home folder", OSError(text[:200]))
    if any(sign in text for sign in LOST):
        return PartMissing(
            "Spark does not answer any more", next="See that its master and workers are up, then run the command again.", code="spark"
        )
    return None


def _from_java(error: Any) -> bool:
    return type(error).__module__.startswith("py4j.")
