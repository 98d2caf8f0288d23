"""Groups that are still the same keep their numbers and names; who moved is told, in customers and in money."""

import random
from pathlib import Path
from typing import Any

import pytest

from chaland.flow.home import Home
from chaland.flow.run import Asked, opened, perform
from chaland.learn.assignment import assign
from chaland.reading import read_project
from tests.flow.shop import SITE

PROJECT = """
name = "club"
[tables.people]
role = "customers"
source = { kind = "csv", path = "*.csv" }
[tables.people.columns]
id     = { role = "key" }
visits = { type = "float" }
calls  = { type = "float" }
paid   = { type = "decimal", role = "amount" }
[features.profile]
kind = "profile"
columns = ["visits", "calls"]
[segments.habits]
features = ["profile"]
groups = [2, 4]
"""
HOMEBODIES, GUESTS, CALLERS = (20.0, 20.0), (60.0, 60.0), (90.0, 5.0)
Where = dict[str, tuple[float, float]]


def month(folder: Path, where: Where) -> dict[str, Any]:
    """One run over these people; what the step told of the groups, and each person's place by the file that is served."""
    (folder / "data").mkdir(exist_ok=True)
    (folder / "club.toml").write_text(PROJECT)
    dice = random.Random(7)
    lines = [f"{who},{x + dice.gauss(0, 1):.3f},{y + dice.gauss(0, 1):.3f},10.50\n" for who, (x, y) in sorted(where.items())]
    (folder / "data" / "people.csv").write_text("id,visits,calls,paid\n" + "".join(lines))
    with opened(read_project(folder / "club.toml"), SITE, Home(folder / "home", "club"), Asked(folder / "data")) as run:
        facts = [one.facts for one in perform(run, ["ingest", "prepare", "features", "segment"])][-1]
        rows = run.lake.table(run.engine, "features/profile").to_pyarrow()
        model = (run.home.models / "habits.segments.onnx").read_bytes()
        served = dict(zip(rows["id"].to_pylist(), assign(model, rows).tolist(), strict=True))
        kept = {row["id"]: row["group"] for row in run.lake.table(run.engine, "segments/habits").to_pyarrow().to_pylist()}
    assert served == kept
    told: dict[str, Any] = facts["segments"]["habits"]
    return told


def people(many: int, where: tuple[float, float], first: int = 0) -> Where:
    return {f"P{number:04d}": where for number in range(first, first + many)}


@pytest.fixture
def first(tmp_path: Path) -> dict[str, Any]:
    return month(tmp_path, people(150, HOMEBODIES) | people(100, GUESTS, 150))


def test_the_first_run_counts_from_one_and_tells_of_no_change(first: dict[str, Any]) -> None:
    assert ([group["id"] for group in first["groups"]], first["last"], first["changes"], first["migration"]) == ([1, 2], 2, [], [])


def test_groups_keep_number_and_name_when_the_smaller_becomes_the_larger(tmp_path: Path, first: dict[str, Any]) -> None:
    names = {group["id"]: group["name"] for group in first["groups"]}
    then = month(tmp_path, people(120, HOMEBODIES) | people(30, GUESTS, 120) | people(100, GUESTS, 150) | people(20, GUESTS, 250))
    assert [(group["id"], group["size"]) for group in then["groups"]] == [(2, 150), (1, 120)]
    assert {group["id"]: group["name"] for group in then["groups"]} == names
    assert then["changes"] == []
    flows = [(one["before"], one["now"], one["customers"], one["money"]) for one in then["migration"]]
    assert flows == [(1, 1, 120, 1260.0), (1, 2, 30, 315.0), (2, 2, 100, 1050.0), (None, 2, 20, 210.0)]


def test_a_group_that_nobody_knew_is_new_and_who_left_is_counted(tmp_path: Path, first: dict[str, Any]) -> None:
    then = month(tmp_path, people(150, HOMEBODIES) | people(90, GUESTS, 150) | people(80, CALLERS, 400))
    assert then["changes"] == [{"code": "new", "group": 3, "other": None}]
    assert [one for one in then["migration"] if one["now"] is None] == [{"before": 2, "now": None, "customers": 10, "money": None}]


def test_numbers_of_groups_that_are_gone_are_never_given_again(tmp_path: Path, first: dict[str, Any]) -> None:
    then = month(tmp_path, people(150, HOMEBODIES) | people(80, CALLERS, 400))
    assert [(one["code"], one["group"]) for one in then["changes"]] == [("new", 3), ("gone", 2)]
    last = month(tmp_path, people(150, HOMEBODIES) | people(100, GUESTS, 150))
    assert [group["id"] for group in last["groups"]] == [1, 4]
