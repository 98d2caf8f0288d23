"""The shipped bikes project on real data: its known figures, equal from both forms of the files."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import chaland
from chaland.flow import whole
from chaland.flow.home import Home
from chaland.flow.run import Asked
from chaland.reading import find_project, read_project
from tests.projects.planted import PLAIN

FOLDERS = ("french_course", "orderSimulatoR_csv")
STEPS = ("ingest", "prepare", "trends", "features", "segment")
BY_SEX = ("units_by_sex", "models_by_sex")
Looked = tuple[dict[str, Any], Callable[[str], pa.Table]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Looked]:
    if not os.environ.get("CHALAND_DATA"):
        pytest.skip("CHALAND_DATA is not set")
    project = read_project(find_project("bikes"))

    @cache
    def ran(folder: str) -> Looked:
        home = tmp_path_factory.mktemp(folder)
        data = Path(os.environ["CHALAND_DATA"]) / "bikes" / folder
        found = whole.run(project, PLAIN, Home(home, "bikes"), Asked(data), STEPS).document
        return found, lambda name: chaland.open_lake(find_project("bikes"), home=home).table(name).to_pyarrow()

    return ran


@pytest.mark.parametrize("folder", FOLDERS)
def test_revenue_units_and_ties_are_as_known(run: Callable[[str], Looked], folder: str) -> None:
    found, _ = run(folder)
    told = found["trends"]
    assert (told["revenue"]["total"], told["units_by_sex"]["total"]) == (71_032_330, 20_172)
    assert told["best_sellers"]["ties"] == {"groups": 30, "tied": 6}
    assert (told["revenue"]["rows"], found["tables"]["lines"]["accepted"]) == (60, 15_644)
    assert {one["code"] for one in found["warnings"]} <= {
        "stale_data",
        "unstable_segments",
    }  # the last order is years old; 30 shops are few


@pytest.mark.parametrize("folder", FOLDERS)
def test_shops_by_model_have_the_silhouettes_that_are_known(run: Callable[[str], Looked], folder: str) -> None:
    considered = run(folder)[0]["segments"]["by_model"]["considered"]
    assert {one["k"]: round(one["silhouette"], 3) for one in considered if one["k"] < 4} == {2: 0.226, 3: 0.222}


def test_units_by_sex_are_as_known(run: Callable[[str], Looked]) -> None:
    _, table = run("french_course")
    assert {row["sex"]: row["value"] for row in table("trends/units_by_sex").to_pylist()} == {"F": 13_405, "M": 6_767}


def test_without_people_nobody_has_a_sex_and_that_is_noted(run: Callable[[str], Looked]) -> None:
    found, table = run("orderSimulatoR_csv")
    assert {row["sex"]: row["value"] for row in table("trends/units_by_sex").to_pylist()} == {None: 20_172}
    assert "no_file" in {note["code"] for note in found["notes"]}


def test_both_forms_of_the_files_give_the_same_trends(run: Callable[[str], Looked]) -> None:
    (_, one), (_, other) = (run(folder) for folder in FOLDERS)
    names = [name for name in read_project(find_project("bikes")).trends if name not in BY_SEX]
    for name in (*(f"trends/{name}" for name in names), "forecasts/revenue"):
        assert sorted(map(repr, one(name).to_pylist())) == sorted(map(repr, other(name).to_pylist()))


def test_the_forecast_is_measured_beside_last_seasons_values(run: Callable[[str], Looked]) -> None:
    told = run("french_course")[0]["trends"]["revenue"]["forecast"]
    best = min([told["baseline"], *told["candidates"]], key=lambda one: one["metrics"]["mae"])
    assert (told["measured_on"], len(told["ahead"])) == (15, 6)
    assert told["beats_baseline"] == (told["kept"] != "seasonal_naive")
    assert told["kept"] == best["name"]
