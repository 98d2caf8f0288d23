"""A real cluster on this machine, a master and two workers: a worker killed in the middle of a run changes no answer."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import sparking
from tests.flow import shop

pytestmark = [sparking.LOOPBACK, pytest.mark.slow]
FACTS = ("read", "accepted", "quarantined", "merged", "skipped", "reasons", "money", "audit")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder of the cluster's pids, and its master."""
    from services import spark

    sparking.needed()
    cache = Path(__file__).parents[2] / ".cache" / "services"
    if not spark.fetched(cache):
        pytest.skip("a Spark cluster needs its jars: run make services")
    own = tmp_path_factory.mktemp("cluster")
    (own / "jars").symlink_to(cache / "jars")
    yield own, spark.start(own)["CHALAND_SPARK_MASTER"]
    spark.stop(own)


def site(folder: Path, engine: str) -> Path:
    file = folder / "site.toml"
    file.write_text(f'engine = {engine}\ntracker = {{ kind = "files" }}\n')
    return file


def started(data: Path, home: Path, site: Path) -> subprocess.Popen[str]:
    # tests/offline refuses every connection of a child, also to its own JVM.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"CHALAND_SECRET": "a secret of the tests"}
    words = ["run", str(data / "shop.toml"), "--data", str(data), "--home", str(home), "--site", str(site), "--json"]
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "chaland", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    )


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, said = process.communicate(timeout=280)
    assert process.returncode == 0, said[-2000:]
    document: dict[str, Any] = json.loads(out)
    return document


def facts(document: dict[str, Any]) -> dict[str, Any]:
    tables = {name: {fact: table[fact] for fact in FACTS} for name, table in document["tables"].items()}
    return {"tables": tables, "segments": document["segments"], "kept": {name: one["kept"] for name, one in document["predict"].items()}}


def killed_after(process: subprocess.Popen[str], marker: Path, pid: int) -> None:
    """Kill a worker, and with it its executor, as soon as the run has written its first table."""
    until = time.monotonic() + 120
    while not marker.exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.1)
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    for one in [*map(int, children), pid]:
        os.kill(one, signal.SIGKILL)


@pytest.mark.timeout(600)
def test_a_worker_killed_in_the_middle_of_a_run_changes_no_answer(cluster: tuple[Path, str], tmp_path: Path) -> None:
    from services import spark

    cache, master = cluster
    data = tmp_path / "data"
    shop.write(data)
    expected = facts(ended(started(data, tmp_path / "laptop", site(tmp_path, '{ kind = "duckdb" }'))))
    there = site(tmp_path, f'{{ kind = "spark", master = "{master}", memory = "1g", partitions = 4 }}')
    run = started(data, tmp_path / "cluster", there)
    killed_after(run, tmp_path / "cluster" / "shop" / "lake" / "raw", spark.workers(cache)[0])
    assert facts(ended(run)) == expected
    assert len(spark.workers(cache)) == spark.WORKERS - 1
