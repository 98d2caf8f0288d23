"""Spark keeps the laws of an engine on S3 too: in a process of its own, for a JVM finds its keys where it starts."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import sparking
from tests.servers import CACHE, outside

pytest_plugins = ("tests.servers",)


@pytest.mark.slow
def test_spark_keeps_the_laws_of_an_engine_on_s3(s3: str) -> None:
    sparking.needed()
    if not (CACHE / "jars").is_dir():
        pytest.skip("no jars for Spark: run make services")
    suite = Path(__file__).with_name("spark_on_s3.py")
    told = subprocess.run(
        [sys.executable, "-m", "pytest", str(suite), "-q", "-x"], env=outside(), capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout[-3000:]
    assert " skipped" not in told.stdout
