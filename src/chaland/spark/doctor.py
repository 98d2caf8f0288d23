"""What Spark needs beside its Python package, and whether it is there: Java, jars, and Python on the workers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from chaland.errors import ChalandError
from chaland.spark import session
from chaland.spark.dials import Wanted

WORKER = pa.schema([("host", pa.string()), ("python", pa.string()), ("chaland", pa.string()), ("said", pa.string())])


def examine(engine: Mapping[str, Any] | None) -> dict[str, Any]:
    """Java's version, the folder of jars with its count, and where `engine` (the site's words) is given, what the workers have."""
    java = java_version()
    jars = session.jars_folder((engine or {}).get("jars"))
    told: dict[str, Any] = {
        "java": java,
        "java_is_enough": bool(java) and int(str(java).split(".")[0]) >= session.JAVA,
        "jars": None if jars is None else {"folder": str(jars), "count": len(list(jars.glob("*.jar")))},
    }
    return told | ({"workers": _asked(engine)} if engine is not None else {})


def lines(told: Mapping[str, Any]) -> list[str]:
    """The examination in words."""
    java = told["java"] or "missing"
    wanted = "" if told["java_is_enough"] else f" (the Spark engine needs Java {session.JAVA} or later)"
    jars = f"{told['jars']['count']} in {told['jars']['folder']}" if told["jars"] else "none (only s3:// lakes need them: `make services`)"
    words = [f"Java {java}{wanted}", f"jars for Spark: {jars}"]
    for one in told.get("workers", []):
        lack = f"lacks chaland ({one['said']}): install it there" if one["chaland"] is None else f"chaland {one['chaland']}"
        words.append(f"worker {one['host']}: Python {one['python']}, {lack}" if one["python"] else f"Spark did not start: {one['said']}")
    return words


def java_version() -> str | None:
    """The version of the Java that Spark would run, or None."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if not java:
        return None
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=30).stderr
    except OSError:
        return None
    found = re.search(r'version "([^"]+)"', told)
    return found[1] if found else None


def look(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What one worker process has; runs there, and needs nothing of chaland to be told that it lacks it."""
    import importlib.metadata
    import platform

    for _ in batches:
        try:
            version, said = importlib.metadata.version("chaland"), None
        except Exception as error:
            version, said = None, f"{type(error).__name__}: {error}"
        row = {"host": platform.node(), "python": platform.python_version(), "chaland": version, "said": said}
        yield pa.RecordBatch.from_pylist([row], schema=WORKER)


def _asked(engine: Mapping[str, Any]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="chaland-") as folder:
        words: dict[str, Any] = {"master": "local[2]", "memory": "2g", "partitions": 8} | {
            k: v for k, v in engine.items() if k != "threads"
        }
        try:
            spark, ours = session.opened(Wanted(folder=Path(folder) / "spark", **words))
        except ChalandError as error:
            return [{"host": None, "python": None, "chaland": None, "said": f"{error.said}. {error.next}"}]
        try:
            return _distinct(spark)
        finally:
            if ours:
                session.stop(spark)


def _distinct(spark: Any) -> list[dict[str, Any]]:
    from pyspark import cloudpickle

    # By value: a worker that lacks chaland must be able to say so.
    cloudpickle.register_pickle_by_value(sys.modules[__name__])  # type: ignore[no-untyped-call]
    from chaland.spark.expressions import struct_of

    count = max(2, spark.sparkContext.defaultParallelism)
    rows = spark.range(0, count, 1, count).mapInArrow(look, struct_of(WORKER)).distinct()
    return list(rows.toArrow().to_pylist())
