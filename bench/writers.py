"""Two writers of each engine append to one table at once, on disk and on S3: every row must be there, once, for both engines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

CACHE = Path(__file__).parent.parent / ".cache" / "services"
COMMITS = 50
WRITERS = ("duckdb", "duckdb", "spark", "spark")
OPTIONS: dict[str, dict[str, Any]] = {
    "duckdb": {"threads": 1, "memory": "1GiB"},
    "spark": {"master": "local[1]", "memory": "1g", "partitions": 1},
}
SHOW = "import sys; from bench.writers import show; show(*sys.argv[1:3])"
WRITE = "import sys; from bench.writers import write; write(*sys.argv[1:4], int(sys.argv[4]))"


def main() -> None:
    """Print how long it took and how many commits met another; fail where a row is missing or double."""
    with tempfile.TemporaryDirectory(prefix="chaland-writers-") as name:
        _tell("disk", f"{name}/table", dict(os.environ))
        server = _server(Path(name))
        if server is None:
            print("s3: no S3 server: run make services")
            return
        _tell("s3", f"{server.pop('CHALAND_S3')}/writers/{Path(name).name}", dict(os.environ) | server | {"NO_PROXY": "127.0.0.1"})


def race(path: str, writers: Sequence[str], commits: int, env: dict[str, str]) -> list[int]:
    """Start all writers at once, each in a process of its own; how each ended."""
    started = [
        subprocess.Popen([sys.executable, "-c", WRITE, engine, path, f"{engine}{number}", str(commits)], env=env)
        for number, engine in enumerate(writers)
    ]
    return [one.wait() for one in started]


def write(engine: str, path: str, who: str, commits: int) -> None:
    """Append so many times, one row each."""
    import pyarrow as pa

    opened, folder = _opened(engine)
    with folder:
        for number in range(commits):
            opened.write(opened.take(pa.table({"who": [who], "number": [number]})), path, "append")
        opened.close()


def seen(engine: str, path: str, env: dict[str, str]) -> list[tuple[str, int]]:
    """Every row of the table, as an engine reads it in a process of its own: a JVM finds its keys where it starts."""
    told = subprocess.run([sys.executable, "-c", SHOW, engine, path], env=env, capture_output=True, text=True, check=True)
    return sorted((who, number) for who, number in json.loads(told.stdout.splitlines()[-1]))


def show(engine: str, path: str) -> None:
    """Print every row of the table as JSON."""
    opened, folder = _opened(engine)
    with folder:
        print(json.dumps([(row["who"], row["number"]) for row in opened.read(path).to_pyarrow().to_pylist()]))
        opened.close()


def wanted(writers: Sequence[str], commits: int) -> list[tuple[str, int]]:
    """Every row once."""
    return sorted((f"{engine}{place}", number) for place, engine in enumerate(writers) for number in range(commits))


def _opened(engine: str) -> tuple[Any, Any]:
    from importlib import import_module

    from chaland.spec.site import Limits

    module = import_module(f"chaland.engines.{engine}")
    folder = tempfile.TemporaryDirectory(prefix="chaland-writer-")
    return module.Adapter(module.Options(**OPTIONS[engine]), Path(folder.name) / "project" / "staging", Limits()), folder


def _tell(where: str, path: str, env: dict[str, str]) -> None:
    begun = time.perf_counter()
    ended = race(path, WRITERS, COMMITS, env)
    seconds = time.perf_counter() - begun
    if any(ended):
        raise RuntimeError(f"{where}: writers ended with {ended}")
    for engine in sorted(set(WRITERS)):
        if seen(engine, path, env) != wanted(WRITERS, COMMITS):
            raise RuntimeError(f"{where}: {engine} does not see every row once")
    print(
        f"{where}: {len(WRITERS)} writers, {COMMITS} commits each, in {seconds:.0f} s: every row there, once, as both engines read it",
        flush=True,
    )


def _server(folder: Path) -> dict[str, str] | None:
    """The S3 server that is up, else one started for the while, where it was ever fetched."""
    import atexit

    from services import s3

    told = s3.running(CACHE)
    if told is None and s3.fetched(CACHE):
        told = s3.start(CACHE, folder / "s3")
        atexit.register(s3.stop, folder / "s3")
    return dict(told) if told else None


if __name__ == "__main__":
    main()
