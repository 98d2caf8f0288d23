"""A real cluster on this machine, a master and two workers: a worker killed in the middle of a run changes no answer."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chaland import storage
from tests import sparking
from tests.engines import commands
from tests.flow import shop

pytest_plugins = ("tests.servers",)
pytestmark = [sparking.LOOPBACK, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
OWN = ("run", "engine", "started", "seconds", "steps", "files", "model")
"""What two equal runs on two engines may tell differently: times, names and paths."""
Cluster = tuple[Path, str]


@pytest.fixture
def user(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of whoever runs the workers: keys to S3 are looked for in its .aws/credentials."""
    home = tmp_path_factory.mktemp("user")
    (home / ".aws").mkdir(mode=0o700)
    return home


@pytest.fixture
def cluster(user: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The folder of the cluster's pids, and its master."""
    from services import spark

    sparking.needed()
    cache = ROOT / ".cache" / "services"
    if not spark.fetched(cache):
        pytest.skip("a Spark cluster needs its jars: run make services")
    own = tmp_path_factory.mktemp("cluster")
    (own / "jars").symlink_to(cache / "jars")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(user))
        master = spark.start(own)["CHALAND_SPARK_MASTER"]
    yield own, master
    spark.stop(own)


@pytest.fixture
def keyed_s3(s3: str, s3_server: dict[str, str], user: Path) -> str:
    """A place on S3 to which the workers have the key too."""
    file = user / ".aws" / "credentials"
    key, secret = (s3_server[f"AWS_{name}"] for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
    file.write_text(f"[default]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n")
    file.chmod(0o600)
    return s3


def on_cluster(master: str) -> str:
    return f'{{ kind = "spark", master = "{master}", memory = "1g", partitions = 4 }}'


def kill_a_worker(cluster: Path) -> None:
    """Kill a worker, and with it its executor."""
    from services import spark

    pid = spark.workers(cluster)[0]
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    for one in [*map(int, children), pid]:
        os.kill(one, signal.SIGKILL)


def wait_for(place: str, process: subprocess.Popen[str]) -> None:
    """Until the run has written something there."""
    until = time.monotonic() + 120
    while not storage.listed(place) if storage.remote(place) else not Path(place).exists():
        assert process.poll() is None, (process.stderr or b"").read()[-2000:]
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.timeout(600)
def test_a_worker_killed_in_the_middle_of_a_run_changes_no_answer(cluster: Cluster, tmp_path: Path) -> None:
    own, master = cluster
    data = tmp_path / "data"
    shop.write(data)
    laptop = commands.run_words(data / "shop.toml", data, tmp_path / "laptop", commands.site(tmp_path, '{ kind = "duckdb" }'))
    expected = commands.facts(commands.ended(commands.started(laptop)))
    there = commands.site(tmp_path, on_cluster(master))
    run = commands.started(commands.run_words(data / "shop.toml", data, tmp_path / "cluster", there))
    wait_for(str(tmp_path / "cluster" / "shop" / "lake" / "raw"), run)
    kill_a_worker(own)
    assert commands.facts(commands.ended(run)) == expected


def timeless(document: Any) -> Any:
    """What `chaland show --json` tells, without times, names and paths."""
    if isinstance(document, dict):
        return {key: timeless(value) for key, value in document.items() if key not in OWN}
    return [timeless(value) for value in document] if isinstance(document, list) else document


def shown(home: Path, site: Path) -> Any:
    return timeless(commands.ended(commands.started(["show", "telco", "--home", str(home), "--site", str(site), "--json"])))


@pytest.mark.timeout(900)
def test_telco_on_the_cluster_with_its_lake_on_s3_shows_what_it_shows_on_a_laptop(
    cluster: Cluster, keyed_s3: str, tmp_path: Path, real_data: Path
) -> None:
    from services import spark

    own, master = cluster
    data, laptop, far = real_data / "telco" / "bigml", tmp_path / "laptop", tmp_path / "far"
    site = commands.site(tmp_path, '{ kind = "duckdb" }')
    commands.ended(commands.started(commands.run_words("telco", data, laptop, site)))
    expected = shown(laptop, site)
    site = commands.site(tmp_path, on_cluster(master), f"{keyed_s3}/lake")
    run = commands.started(commands.run_words("telco", data, far, site))
    wait_for(f"{keyed_s3}/lake/telco/raw", run)
    kill_a_worker(own)
    commands.ended(run, 500)
    assert len(spark.workers(own)) < spark.WORKERS
    assert shown(far, site) == expected
    models = [(home / "telco" / "models" / "churn.onnx").read_bytes() for home in (laptop, far)]
    assert models[0] == models[1]
