"""A run that was killed leaves nothing half done, and the next run ends as if nothing had happened."""

from pathlib import Path
from typing import Any

import pytest

from tests.flow import killing, shop

ROWS = 120
SHARDS = 5


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("undisturbed") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHALAND_SECRET", "made up for the tests")
        shop.write(folder, ROWS)
        killing.run(folder)
        return killing.state(folder)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_a_commit_the_next_run_ends_as_the_undisturbed_one(
    undisturbed: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shard: int, after: bool
) -> None:
    monkeypatch.setenv("CHALAND_SECRET", "made up for the tests")
    shop.write(tmp_path / "data", ROWS)
    at = shard * 4 + (2 if after else 0)
    assert killing.run_and_die(tmp_path / "data", at, after), f"a run has no commit number {at}"
    killing.run(tmp_path / "data")
    told = killing.state(tmp_path / "data")
    assert told.pop("left") == []
    assert _without_paths(told) == _without_paths({key: value for key, value in undisturbed.items() if key != "left"})


def _without_paths(state: dict[str, Any]) -> dict[str, Any]:
    show = {key: value for key, value in state["show"].items() if key != "files"}
    return state | {"show": show | {"predict": {name: told | {"model": None} for name, told in show["predict"].items()}}}
