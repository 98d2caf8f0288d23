"""The jars that make pyspark speak Delta and s3://, fetched once by Maven; nothing runs, so there is nothing to stop."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

POMS = ("delta.xml", "s3a.xml")
FIRST = "delta-spark_*.jar"


def fetch(cache: Path) -> None:
    """Fetch what is not there yet into `cache`/jars; RuntimeError where Maven or its network is missing."""
    if fetched(cache):
        return
    if shutil.which("mvn") is None:
        raise RuntimeError("there is no mvn (Maven) to fetch the jars with")
    part = cache / "jars.part"
    shutil.rmtree(part, ignore_errors=True)
    for pom in POMS:
        _copied(Path(__file__).parent / pom, part)
    shutil.rmtree(cache / "jars", ignore_errors=True)
    part.rename(cache / "jars")


def fetched(cache: Path) -> bool:
    """Whether the jars are there."""
    return any((cache / "jars").glob(FIRST))


def running(cache: Path) -> dict[str, str] | None:
    """The environment that finds the jars, or None."""
    return {"CHALAND_JARS": str(cache / "jars")} if fetched(cache) else None


def start(cache: Path) -> dict[str, str]:
    """The environment that finds the jars."""
    fetch(cache)
    return running(cache) or {}


def stop(cache: Path) -> None:
    """Nothing to do: jars do not run."""


def _copied(pom: Path, into: Path) -> None:
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={into.resolve()}"]
    told = subprocess.run(["mvn", "-q", "-B", "-f", pom, *goal], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if told.returncode:
        lines = [line for line in told.stdout.splitlines() if line.startswith("[ERROR]")]
        raise RuntimeError(f"Maven could not fetch {pom.name}: {lines[0] if lines else told.stderr[-300:]}")
