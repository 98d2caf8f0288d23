"""The shipped dealer project on real files: what must be found there."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import chaland
from chaland.cli import app

pytestmark = pytest.mark.timeout(1200)  # a hundred thousand clients, four questions: minutes, on a busy machine many

FLOORS = {"vehicle": 0.83, "length": 0.74, "used": 0.77, "brand": 0.47}
"""Accuracy on the hold-out."""
SECRET = "made up for these tests"


@pytest.fixture(scope="module")
def dealer(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    home = tmp_path_factory.mktemp("dealer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHALAND_SECRET", SECRET)
        return home, chaland.run("dealer", data=real_data / "dealer", home=home).document


@pytest.mark.slow
def test_no_client_is_lost_uncounted(dealer: tuple[Path, dict[str, Any]]) -> None:
    tables = dealer[1]["tables"]
    assert {name: (one["read"], one["accepted"]) for name, one in tables.items() if name not in ("emissions", "catalogue_co2")} == {
        "clients": (100_000, 100_000),
        "registrations": (99_989, 99_989),
        "catalogue": (270, 270),
    }
    assert all(one["read"] == one["accepted"] + one["quarantined"] + one["merged"] for one in tables.values())


@pytest.mark.slow
def test_spellings_are_one_and_what_says_nothing_is_blank(dealer: tuple[Path, dict[str, Any]]) -> None:
    clients = chaland.open_lake("dealer", home=dealer[0]).table("clean/clients")
    told = clients.agg(least=clients.debt.min(), most=clients.debt.max()).to_pyarrow().to_pylist()[0]
    assert (told["least"], told["most"]) == (150, 1399)
    assert set(clients.select("sex").distinct().to_pyarrow()["sex"].to_pylist()) == {"F", "M", None}
    assert set(clients.select("family").distinct().to_pyarrow()["family"].to_pylist()) == {"couple", "divorced", "married", "single", None}


@pytest.mark.slow
def test_cars_are_of_four_kinds_whether_length_counts_or_not(dealer: tuple[Path, dict[str, Any]]) -> None:
    for name in ("vehicles", "sizes"):
        told = dealer[1]["segments"][name]
        steady = [one for one in told["considered"] if one["stability"] >= 0.75]
        assert (told["k"], max(steady, key=lambda one: one["silhouette"])["k"]) == (4, 4)
        assert told["silhouette"] >= 0.60


@pytest.mark.slow
def test_what_a_client_drives_is_foretold_as_well_as_it_can_be(dealer: tuple[Path, dict[str, Any]]) -> None:
    asked = dealer[1]["predict"]
    measured = {name: asked[name]["holdout"]["metrics"]["accuracy"]["value"] for name in FLOORS}
    assert [name for name, floor in FLOORS.items() if measured[name] < floor] == [], measured
    kinds = asked["vehicle"]
    assert measured["vehicle"] >= kinds["baseline"]["metrics"]["accuracy"]["value"] + 0.07
    assert {name: (one["rows"], one["warnings"], one["parity"] <= 1e-6) for name, one in asked.items()} == dict.fromkeys(
        asked, (100_000, [], True)
    )


@pytest.mark.slow
def test_plates_of_two_people_are_told_and_nobody_is_merged(dealer: tuple[Path, dict[str, Any]]) -> None:
    said = [note["said"] for note in dealer[1]["predict"]["vehicle"]["notes"] if note["code"] == "shared_owner"]
    assert said == ["11 values of 'plate' are held by several customers (22): none is merged, each gets what is owned"]


@pytest.mark.slow
def test_the_marketing_list_is_scored(
    dealer: tuple[Path, dict[str, Any]], real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHALAND_SECRET", SECRET)
    rows = real_data / "dealer" / "devAhansal" / "marketing.csv"
    out = tmp_path / "scored.csv"
    words = ["score", "dealer", "vehicle", "--rows", str(rows), "--out", str(out), "--home", str(dealer[0]), "--quiet"]
    assert CliRunner().invoke(app, words).exit_code == 0
    with out.open(encoding="utf-8", newline="") as file:
        scored = list(csv.DictReader(file))
    assert (len(scored), {row["error"] for row in scored}) == (20, {""})
    kinds = [name for name in scored[0] if name.startswith("probability_")]
    assert all(abs(sum(float(row[name]) for name in kinds) - 1) < 1e-5 for row in scored)
    assert all(row["reason_1"] for row in scored)


@pytest.mark.slow
def test_each_car_stands_beside_the_emissions_of_its_brand(dealer: tuple[Path, dict[str, Any]]) -> None:
    table = chaland.open_lake("dealer", home=dealer[0]).table("clean/catalogue_co2")
    rows = table.select("brand", "co2", "bonus", "cars").distinct().to_pyarrow().to_pylist()
    mercedes = next(row for row in rows if row["brand"] == "Mercedes")
    assert (mercedes["cars"], round(mercedes["co2"])) == (285, 190)
    assert next(row for row in rows if row["brand"] == "BMW")["bonus"] == -6000.0
