"""One Spark session a process: started once, reused, quiet, and stopped by whoever started it."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from chaland.errors import PartMissing
from chaland.spark import dials
from chaland.spark.dials import Wanted

JAVA = 17


def opened(wanted: Wanted) -> tuple[Any, bool]:
    """The process's session, and whether it was started here (and is to be stopped here).

    Raises PartMissing where Java or the jars are missing, or where the master does not answer.
    """
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None and not running.sparkContext._jsc.sc().isStopped():
        _prepare(running)
        return running, False
    session = _started(wanted)
    _prepare(session)
    return session, True


def stop(session: Any) -> None:
    """Stop a session; what it spilled goes with its folder."""
    session.stop()


def jars_folder(said: str | None) -> Path | None:
    """The folder of the jars: as said, else CHALAND_JARS, else where `make services` puts them in a checkout; None where there is none."""
    named = said or os.environ.get("CHALAND_JARS")
    if named:
        return Path(named)
    fetched = Path(__file__).parents[3] / ".cache" / "services" / "jars"
    return fetched if fetched.is_dir() else None


def jars(said: str | None) -> list[Path]:
    """The jars that Spark is given; PartMissing where a folder is named and holds none."""
    folder = jars_folder(said)
    found = sorted(folder.glob("*.jar")) if folder else []
    if folder and not found:
        next = "Run `make services` in a checkout, or name another folder ([engine] jars in the site file, or CHALAND_JARS)."
        raise PartMissing(f"there are no jars in {str(folder)!r}", next=next, code="jars")
    return found


def _started(wanted: Wanted) -> Any:
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise PartMissing("Spark needs Java, and there is none", next=f"Install a Java {JAVA} runtime, or set JAVA_HOME.", code="java")
    wanted.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _environment(wanted)
    conf = SparkConf(loadDefaults=False).setAll(list(dials.all_of(wanted, _jars(wanted), _room()).items()))
    log = wanted.folder / "spark.log"
    with open(log, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as said:
        try:
            # The JVM talks while it starts, whatever its log level: to a private file, for standard output is one document.
            if SparkContext._gateway is None:
                SparkContext._gateway = launch_gateway(conf, {"stdout": said, "stderr": said})  # type: ignore[no-untyped-call]
                SparkContext._jvm = SparkContext._gateway.jvm
            return SparkSession(SparkContext(conf=conf))
        except Exception as error:
            raise PartMissing("Spark did not start", next=_why(log, error), code="spark") from error


@cache
def _room() -> Path:
    """The private folder of this process's JVM, which lives as long as the process; no row is ever in it.

    Not below the home folder: the names of sockets may have no more than a hundred letters.
    """
    room = Path(tempfile.mkdtemp(prefix="chaland-"))
    atexit.register(shutil.rmtree, room, ignore_errors=True)
    return room


def _jars(wanted: Wanted) -> list[Path]:
    return [] if wanted.packages else jars(wanted.jars)


def _environment(wanted: Wanted) -> None:
    """What Spark reads from the environment only: which Python its workers run, and that nothing here listens to the outside."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if dials.is_here(wanted.master):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")


def _prepare(session: Any) -> None:
    """What every session needs, also one that somebody else started."""
    for name, value in dials.SQL.items():
        session.conf.set(name, value)
    for statement in dials.FUNCTIONS:
        session.sql(statement)


def _why(log: Path, error: Exception) -> str:
    """What the JVM said last, and what to do."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()] if log.exists() else []
    told = next((line for line in reversed(lines) if "rror" in line or "xception" in line), str(error).splitlines()[0])
    return f"It said: {told.strip()[:300]!r}. Run `chaland doctor`, which names what Spark lacks."
