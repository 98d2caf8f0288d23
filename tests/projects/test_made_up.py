"""The shipped projects over made-up files: what the product counts is what is true of the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chaland.flow import checking, whole
from chaland.flow.home import Home
from chaland.flow.run import Asked
from chaland.reading import find_project, read_project
from tests.projects.planted import PLAIN

ROWS = {"bikes": 3000, "dealer": 1500, "marketplace": 4000, "retail": 4000}
DIRTY = {"bikes": "orders", "dealer": "clients", "marketplace": "events"}
"""The table of each business whose files are dirty, and that counts as `truth/` says."""


@pytest.fixture(scope="module")
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, dict[str, Any]]:
    name = str(request.param)
    folder = tmp_path_factory.mktemp(name)
    checking.simulate(name, ROWS[name], 4, folder / "data")
    project = read_project(find_project(name))
    run = whole.run(project, PLAIN, Home(folder / "home", name), Asked(folder / "data"), ("ingest", "prepare", "trends"))
    return name, folder / "data/truth", run.document


@pytest.mark.parametrize("ran", DIRTY, indirect=True)
def test_rows_are_accounted_for_as_the_truth_says(ran: tuple[str, Path, dict[str, Any]]) -> None:
    name, truth, found = ran
    file = truth / ("facts.json" if name == "marketplace" else "dirt.json")
    told = json.loads(file.read_text())
    told = told.get("total", told)
    table = found["tables"][DIRTY[name]]
    assert {fate: table[fate] for fate in ("read", "accepted", "quarantined", "merged")} == {
        fate: told[fate] for fate in ("read", "accepted", "quarantined", "merged")
    }


@pytest.mark.parametrize("ran", ["bikes"], indirect=True)
def test_revenue_units_and_ties_of_made_up_bikes_are_the_true_ones(ran: tuple[str, Path, dict[str, Any]]) -> None:
    _, truth, found = ran
    told, trends = json.loads((truth / "facts.json").read_text()), found["trends"]
    assert (trends["revenue"]["total"], trends["units_by_sex"]["total"]) == (told["revenue"], told["units"])
    assert trends["best_sellers"]["ties"] == {"groups": told["cities"], "tied": told["cities_that_tie"]}


@pytest.mark.parametrize("ran", ["retail"], indirect=True)
def test_what_is_left_of_made_up_invoices_is_what_is_true(ran: tuple[str, Path, dict[str, Any]]) -> None:
    _, truth, found = ran
    told = json.loads((truth / "facts.json").read_text())["clean"]
    assert (found["tables"]["lines"]["accepted"], found["tables"]["customers"]["accepted"]) == (told["lines"], told["customers"])


def test_every_business_of_the_five_can_be_made_up() -> None:
    assert checking.businesses() == ["bikes", "dealer", "marketplace", "retail", "telco"]
