"""How a session is set: the same answers as the embedded engine, tables that both engines read, and no noise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

QUIET = "-XX:-UsePerfData -XX:+IgnoreUnrecognizedVMOptions --add-modules=jdk.incubator.vector"

SQL = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.mapKeyDedupPolicy": "LAST_WIN",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # With INT96, the default, delta-rs fails on or bends years outside 1678 to 2262.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    # Java compiles no method above 8,000 bytes, and Spark's own limit is 65,535: the contract's one great loop may stay interpreted.
    "spark.sql.codegen.hugeMethodLimit": "8000",
}
"""What every session is told, also one that somebody else started."""

STATIC = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.eventLog.enabled": "false",
    # No page shows what was run, so little of it is remembered: plans are large.
    "spark.sql.ui.retainedExecutions": "1",
    "spark.ui.retainedJobs": "50",
    "spark.ui.retainedStages": "50",
    "spark.ui.retainedTasks": "1000",
    "spark.python.unix.domain.socket.enabled": "true",
    "spark.python.worker.reuse": "true",
    "spark.task.maxFailures": "8",
    "spark.sql.cbo.enabled": "false",
    "spark.sql.maxPlanStringLength": "0",
}
"""What only the start of a session can set; the site's `conf` may say otherwise."""

FUNCTIONS = (
    "create or replace temporary function hmac_sha256(words string, inner_pad binary, outer_pad binary) returns string return "
    "sha2(concat(outer_pad, unhex(sha2(concat(inner_pad, encode(words, 'UTF-8')), 256))), 256)",
    "create or replace temporary function utc_seconds(moment timestamp) returns bigint return unix_seconds(moment)",
)
"""What every engine offers: RFC 2104 in pure SQL (the pads come as columns, and stand in no plan), and whole seconds since 1970."""


@dataclass(frozen=True)
class Wanted:
    """What a session must be: its master, its own folder (0700), and what the site says of it."""

    master: str
    folder: Path
    memory: str
    partitions: int
    jars: str | None = None
    packages: tuple[str, ...] = ()
    conf: Mapping[str, str] = field(default_factory=dict)


def is_local(master: str) -> bool:
    """Whether everything runs in one process of this machine."""
    return master == "local" or master.startswith("local[")


def is_here(master: str) -> bool:
    """Whether nothing leaves this machine."""
    return is_local(master) or master.startswith(("spark://127.0.0.1", "spark://localhost"))


def all_of(wanted: Wanted, jars: list[Path], room: Path) -> dict[str, str]:
    """Every setting of a new session; `room` is the private folder of its JVM, for sockets and native libraries."""
    return {**STATIC, **SQL, **dict(_own(wanted, jars, room)), **wanted.conf}


def _own(wanted: Wanted, jars: list[Path], room: Path) -> Iterator[tuple[str, str]]:
    yield "spark.master", wanted.master
    yield "spark.app.name", "chaland"
    yield "spark.driver.memory", wanted.memory
    yield "spark.executor.memory", wanted.memory
    yield "spark.sql.shuffle.partitions", str(wanted.partitions)
    yield "spark.sql.warehouse.dir", (wanted.folder / "warehouse").as_uri()
    if is_here(wanted.master):
        yield "spark.driver.host", "127.0.0.1"
        yield "spark.driver.bindAddress", "127.0.0.1"
    if is_local(wanted.master):
        yield "spark.python.unix.domain.socket.dir", str(room)
    yield "spark.local.dir", str(wanted.folder)
    yield "spark.driver.extraJavaOptions", f"-Djava.io.tmpdir={room} {QUIET}"
    if wanted.packages:
        yield "spark.jars.packages", ",".join(wanted.packages)
    elif jars:
        yield "spark.jars", ",".join(str(jar) for jar in jars)
