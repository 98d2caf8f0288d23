"""Delta tables whose data Spark reads and writes, and whose log is kept by delta-rs: one writer of the log for both engines."""

from __future__ import annotations

from uuid import uuid4

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from chaland import delta, storage
from chaland.ports import WriteMode
from chaland.spark import expressions

TRIES = 12


def read(session: SparkSession, path: str, version: int | None) -> DataFrame:
    """One snapshot of the table at `path`: whatever is written later, the rows stay the same."""
    files, schema = delta.files(path, version)
    _reach(session, path)
    struct = expressions.struct_of(schema)
    if not files:
        return session.createDataFrame([], struct)
    return session.read.schema(struct).parquet(*map(storage.s3a, files))


def write(rows: DataFrame, path: str, mode: WriteMode, key: str | None) -> int:
    """Commit rows to the table at `path`, all or nothing; the version written."""
    _reach(rows.sparkSession, path)
    if mode == "merge" and delta.exists(path):
        return _merge(rows, path, key or "")
    parts = _parts(rows, path)
    with delta.lock(path):
        return delta.commit(path, parts, _schema(rows), "append" if mode == "append" else "overwrite")


def _merge(rows: DataFrame, path: str, key: str) -> int:
    """The rows of other keys, and these: committed only where nobody came between."""
    for left in reversed(range(TRIES)):
        since = delta.version(path)
        old = read(rows.sparkSession, path, since)
        whole = old.join(rows, key, "left_anti").unionByName(rows, allowMissingColumns=True)
        parts = _parts(whole, path)
        try:
            with delta.lock(path):
                return delta.commit(path, parts, _schema(whole), "overwrite", since)
        except delta.Overtaken:
            if not left:
                raise
    raise AssertionError


def _parts(rows: DataFrame, path: str) -> list[delta.Part]:
    """The rows as Parquet files in a folder of their own inside the table; nobody sees them before they are committed."""
    inside = f"part-{uuid4().hex}"
    rows.write.option("compression", "snappy").parquet(storage.s3a(storage.join(path, inside)))
    return delta.gather(path, inside)


def _schema(rows: DataFrame) -> pa.Schema:
    return expressions.schema_of(rows).to_pyarrow()


def _reach(session: SparkSession, path: str) -> None:
    """Tell Hadoop where the bucket of a place is; no key is told, each process finds it by itself."""
    if storage.remote(path):
        conf = session.sparkContext._jsc.hadoopConfiguration()
        for name, value in storage.hadoop(path).items():
            conf.set(name, value)
