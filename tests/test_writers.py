"""Writers of both engines at once lose nothing: the small sister of bench/writers.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import writers
from tests import sparking
from tests.servers import CACHE, outside

pytest_plugins = ("tests.servers",)
COMMITS = 10


@pytest.mark.slow
@pytest.mark.parametrize("where", ["disk", "s3"])
def test_two_writers_of_each_engine_at_once_lose_nothing(where: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    sparking.needed()
    if not (CACHE / "jars").is_dir():
        pytest.skip("no jars for Spark: run make services")
    path = str(tmp_path / "t") if where == "disk" else f"{request.getfixturevalue('s3')}/t"
    env = outside()
    assert writers.race(path, writers.WRITERS, COMMITS, env) == [0] * len(writers.WRITERS)
    for engine in ("duckdb", "spark"):
        assert writers.seen(engine, path, env) == writers.wanted(writers.WRITERS, COMMITS)
