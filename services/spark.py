"""A standalone Spark cluster from the PyPI package: a master and two workers on 127.0.0.1, child processes stopped by their pids."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from services import jars

WORKERS = 2
CORES = 1
MEMORY = "2g"
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"


def fetch(cache: Path) -> None:
    """The jars; Spark itself comes with the tests' requirements."""
    if importlib.util.find_spec("pyspark") is None:
        raise RuntimeError("pyspark is not installed")
    if shutil.which("java") is None:
        raise RuntimeError("there is no java")
    jars.fetch(cache)


def fetched(cache: Path) -> bool:
    """Whether all that the cluster needs is there."""
    return jars.fetched(cache) and importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None


def start(cache: Path) -> dict[str, str]:
    """Start the cluster; the environment that reaches it, also in `cache`/spark.json (0600)."""
    stop(cache)
    fetch(cache)
    folder = cache / "spark"
    folder.mkdir(mode=0o700, parents=True)
    port, page = _free(), _free()
    url = f"spark://127.0.0.1:{port}"
    try:
        _launch(folder, "master", [MASTER, "--port", str(port), "--webui-port", str(page)])
        _wait(folder, lambda: _state(page)["status"] == "ALIVE")
        for number in range(WORKERS):
            _launch(folder, f"worker{number}", _worker(folder, number, url))
        _wait(folder, lambda: alive(page) == WORKERS)
    except BaseException:
        stop(cache)
        raise
    told = {"CHALAND_SPARK_MASTER": url, "CHALAND_SPARK_PAGE": str(page), "CHALAND_JARS": str((cache / "jars").resolve())}
    _write(cache / "spark.json", json.dumps(told))
    return told


def running(cache: Path) -> dict[str, str] | None:
    """The environment of the cluster that is up, or None."""
    try:
        told: dict[str, str] = json.loads((cache / "spark.json").read_text())
    except (OSError, ValueError):
        return None
    return told if alive(int(told["CHALAND_SPARK_PAGE"])) else None


def stop(cache: Path) -> None:
    """Stop what `start` started; nothing to do where there is none."""
    folder = cache / "spark"
    pids = [pid for file in sorted(folder.glob("*.pid"), reverse=True) if (pid := _pid(file))]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    for pid in pids:
        _ended(pid)
    shutil.rmtree(folder, ignore_errors=True)
    (cache / "spark.json").unlink(missing_ok=True)


def workers(cache: Path) -> list[int]:
    """The pids of the workers that are up."""
    return [pid for file in sorted((cache / "spark").glob("worker*.pid")) if (pid := _pid(file))]


def alive(page: int) -> int:
    """How many workers the master sees."""
    return sum(worker["state"] == "ALIVE" for worker in _state(page)["workers"])


def _worker(folder: Path, number: int, url: str) -> list[str]:
    size = ["--cores", str(CORES), "--memory", MEMORY]
    return [WORKER, *size, "--work-dir", str(folder / f"work{number}"), "--webui-port", str(_free()), url]


def _launch(folder: Path, name: str, words: list[str]) -> None:
    """One JVM: spark-class ends in `exec java`, so that the pid is its own."""
    spec = importlib.util.find_spec("pyspark")
    home = Path(str(spec.origin)).parent  # type: ignore[union-attr]
    own = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(folder / "local"), "SPARK_DAEMON_MEMORY": "256m"}
    env = {name: value for name, value in os.environ.items() if not name.startswith(("CHALAND_SECRET", "AWS_", "SPARK_"))}
    main, *others = words
    command = [home / "bin" / "spark-class", main, "--host", "127.0.0.1", *others]
    with open(folder / f"{name}.log", "wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            env=env | own | {"PYSPARK_PYTHON": sys.executable},
        )  # fmt: skip
    _write(folder / f"{name}.pid", str(process.pid))


def _state(page: int) -> dict[str, Any]:
    """What the master says of itself; proxies of the environment are not asked."""
    try:
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{page}/json/", timeout=2) as answer:
            told: dict[str, Any] = json.load(answer)
    except (OSError, ValueError):
        return {"status": "?", "workers": []}
    return told


def _wait(folder: Path, ready: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > until:
            raise RuntimeError(f"the Spark cluster did not come up: {(folder / 'master.log').read_text(errors='replace')[-300:]}")
        time.sleep(0.2)


def _pid(file: Path) -> int | None:
    """The pid in a file, where it is still a process of ours."""
    try:
        pid = int(file.read_text())
    except (OSError, ValueError):
        return None
    told = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return pid if "org.apache.spark.deploy." in told or "spark-class" in told else None


def _ended(pid: int, seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _write(path: Path, text: str) -> None:
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        out.write(text)
