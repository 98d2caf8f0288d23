"""The made-up maker of bicycles: its truth is that of its files."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from chaland.simulate import bikes


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bikes")
    bikes.simulate(3000, 5, folder)
    return folder


def records(path: Path, separator: str = ";") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator, skipinitialspace=True))


def facts(out: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((out / "truth/facts.json").read_text())
    return told


def accepted(out: Path) -> list[list[str]]:
    rows = [[cell.strip() for cell in line.split(";")] for line in (out / "orders.csv").read_text(encoding="utf-8-sig").splitlines()[1:]]
    return [list(row) for row in dict.fromkeys(tuple(row) for row in rows if len(row) == 7 and row[0].isdigit())]


def test_the_facts_are_those_of_the_rows_that_a_reader_accepts(out: Path) -> None:
    price = {row["bike.id"]: int(row["price"]) for row in records(out / "bikes.csv")}
    sex = {row["CustomerKey"]: row["Gender"][0] for row in records(out / "customers.csv", ",")}
    units: Counter[str] = Counter()
    revenue = 0
    for *_, shop, bike, quantity in accepted(out):
        units[sex[shop]] += int(quantity)
        revenue += price[bike] * int(quantity)
    told = facts(out)
    assert (told["lines"], told["revenue"], told["units_by_sex"]) == (len(accepted(out)), revenue, dict(units))
    assert told["units"] == sum(units.values())


def test_the_cities_that_tie_are_those_of_the_rows(out: Path) -> None:
    sold: dict[str, Counter[str]] = defaultdict(Counter)
    for *_, shop, bike, quantity in accepted(out):
        sold[shop][bike] += int(quantity)
    tied = sum(Counter(one.values())[max(one.values())] > 1 for one in sold.values())
    assert (facts(out)["cities"], facts(out)["cities_that_tie"]) == (len(sold), tied)


def test_orders_are_dated_month_first_and_births_day_first(out: Path) -> None:
    dates = [row[3].split("/") for row in accepted(out)]
    assert (max(int(month) for month, *_ in dates), max(int(day) for _, day, _ in dates) > 12) == (12, True)
    births = [row["BirthDate"].split("/") for row in records(out / "customers.csv", ",")]
    assert max(int(month) for _, month, _ in births) <= 12


def test_the_first_column_has_no_name_and_decimals_have_commas(out: Path) -> None:
    assert (out / "orders.csv").read_bytes().startswith(b"\xef\xbb\xbf;order.id;")
    assert "," in records(out / "bikeshops.csv")[0]["latitude"]


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    one, other = ([path.read_bytes() for path in bikes.simulate(200, 1, tmp_path / name)] for name in "ab")
    assert one == other


@pytest.mark.parametrize("rows", [1, 9])
def test_a_handful_of_lines_can_be_asked_for(rows: int, tmp_path: Path) -> None:
    bikes.simulate(rows, 0, tmp_path)
    assert json.loads((tmp_path / "truth/dirt.json").read_text())["total"]["read"] >= rows
