"""One Spark session for all tests of a process, or a skip that says what is missing."""

import atexit
import shutil
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

LOOPBACK = pytest.mark.allow_hosts(["127.0.0.1"])
"""Spark's driver and its JVM talk over 127.0.0.1; nothing else is reached."""


def needed() -> None:
    """Skip where Spark cannot run."""
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java: run make services")


@cache
def session() -> None:
    """Start the session; engines that are opened later in this process use it, and leave it running."""
    from chaland.engines.spark import Adapter, Options
    from chaland.spec.site import Limits

    folder = Path(tempfile.mkdtemp(prefix="chaland-tests-"))
    first = Adapter(Options(partitions=2, memory="1g"), folder / "staging", Limits())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(first.close)


def engine(folder: Path):  # type: ignore[no-untyped-def]
    """An engine of its own over the session of all."""
    from chaland.engines.spark import Adapter, Options
    from chaland.spec.site import Limits

    needed()
    session()
    return Adapter(Options(), folder / "project" / "staging", Limits())
