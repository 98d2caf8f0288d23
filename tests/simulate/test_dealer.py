"""The made-up car dealer: clients join their cars by plate, and what suits whom is known."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chaland.simulate import dealer


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dealer")
    dealer.simulate(20_000, 5, folder)
    return folder


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def registrations(out: Path) -> list[dict[str, str]]:
    return [row for path in sorted((out / "immatriculations").iterdir()) for row in records(path)]


def test_every_plate_is_registered_once_and_a_few_are_held_by_two(out: Path) -> None:
    plates = [row["immatriculation"] for row in records(out / "truth/owners.csv")]
    registered = [row["immatriculation"] for row in registrations(out)]
    assert (set(plates), len(registered)) == (set(registered), len(set(registered)))
    assert sorted(Counter(Counter(plates).values()).items()) == [(1, len(plates) - 4), (2, 2)]


def test_a_client_owns_a_car_of_its_kind(out: Path) -> None:
    power = {row["immatriculation"]: int(row["puissance"]) for row in registrations(out)}
    owners = records(out / "truth/owners.csv")
    grand = [power[row["immatriculation"]] > 200 for row in owners if row["kind"] == "grand"]
    city = [power[row["immatriculation"]] < 80 for row in owners if row["kind"] == "city"]
    assert (sum(grand) >= len(grand) - 2, sum(city) >= len(city) - 2) == (True, True)


def test_the_lines_of_the_truth_are_those_of_the_file(out: Path) -> None:
    lines = (out / "clients.csv").read_text(encoding="utf-8-sig").splitlines()
    found = [row["immatriculation"].split()[0] in lines[int(row["line"]) - 1] for row in records(out / "truth/owners.csv")]
    assert sum(found) > 0.998 * len(found)  # ragged lines may have lost their plate


def test_the_oracle_is_right_but_for_those_who_buy_against_type(out: Path) -> None:
    told: dict[str, Any] = json.loads((out / "truth/facts.json").read_text())
    assert 0.85 < told["oracle_accuracy"] < 0.9
    assert sum(told["kinds"].values()) == 20_000


def test_meanings_are_spelt_in_several_ways(out: Path) -> None:
    clients = records(out / "clients.csv")
    assert {"M", "Homme", "Masculin", "F", "Femme", "Féminin", "?"} <= {(row["sexe"] or "").strip() for row in clients}
    assert {"Seul", "Seule", "Célibataire", "Marié(e)"} <= {(row["situationFamiliale"] or "").strip() for row in clients}


def test_the_catalogue_is_known_by_all_its_columns_only(out: Path) -> None:
    cars = [tuple(row.values()) for row in records(out / "catalogue.csv")]
    assert len(cars) == len(set(cars)) > len({car[:2] for car in cars})


def test_twenty_people_without_plates_are_to_be_scored(out: Path) -> None:
    people = records(out / "marketing.csv")
    assert (len(people), "immatriculation" in people[0], len(records(out / "truth/suits.csv"))) == (20, False, 20)


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    one, other = ([path.read_bytes() for path in dealer.simulate(50, 1, tmp_path / name)] for name in "ab")
    assert one == other


@pytest.mark.parametrize("rows", [1, 5])
def test_a_handful_of_clients_can_be_asked_for(rows: int, tmp_path: Path) -> None:
    dealer.simulate(rows, 0, tmp_path)
    assert len(records(tmp_path / "truth/owners.csv")) == rows
