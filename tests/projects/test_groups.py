"""Groups of real telephone customers: how many there are, and that a file of the same people gets the same groups and scores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import chaland
from chaland.flow import rows as people
from chaland.flow import whole
from chaland.flow.home import Home
from chaland.flow.run import STEPS, Asked, Run, asking
from chaland.spec import Site

CUSTOMERS = "Telco-Customer-Churn.csv"


@pytest.fixture(scope="module")
def data(real_data: Path) -> Path:
    return real_data / "telco" / "ibm"


@pytest.fixture(scope="module")
def home(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A run of the quickest kind: one candidate, all steps."""
    place = Home(tmp_path_factory.mktemp("homes"), "telco_ibm")
    whole.run(project(), Site(), place, Asked(data), STEPS)
    return place


@pytest.fixture
def ran(home: Home, data: Path) -> Iterator[Run]:
    with asking(project(), Site(), home, Asked(data)) as run:
        yield run


def project() -> chaland.Project:
    spec = chaland.read("telco_ibm")
    churn = spec.predict["churn"].model_copy(update={"candidates": ("logistic_regression",)})
    return spec.model_copy(update={"predict": {"churn": churn}})


def kept(run: Run, table: str, column: str) -> dict[str, Any]:
    rows = run.lake.table(run.engine, table).to_pyarrow()
    return dict(zip(rows["customer"].to_pylist(), rows[column].to_pylist(), strict=True))


@pytest.mark.slow
def test_there_are_three_groups_and_those_without_internet_are_one(ran: Run) -> None:
    told = ran.needed("segment")["facts"]["segments"]["services"]
    assert told["k"] == 3
    assert [group["name"]["en"] for group in told["groups"] if "internet" in group["name"]["en"]] == [
        "Low monthly charges, total charges; mostly internet service: No"
    ]


@pytest.mark.slow
def test_everyone_of_the_file_gets_the_group_and_the_score_of_the_steps(ran: Run, data: Path, tmp_path: Path) -> None:
    told = people.score_file(ran, "churn", data / CUSTOMERS, tmp_path / "out.parquet", "fr")
    assert (told["rows"], told["errors"], told["segments"]) == (7043, 0, ["services"])
    scored = pq.read_table(tmp_path / "out.parquet")
    line = kept(ran, "clean/customers", "_line")
    groups, scores = kept(ran, "segments/services", "group"), kept(ran, "scores/churn", "probability")
    places = {number - 2: customer for customer, number in line.items()}
    assert len(places) == 7043
    assert scored["segment_services"].to_pylist() == [groups[places[row]] for row in range(7043)]
    assert scored["probability"].to_pylist() == [scores[places[row]] for row in range(7043)]
    names = {one["id"]: one["name"]["fr"] for one in ran.needed("segment")["facts"]["segments"]["services"]["groups"]}
    assert scored["segment_services_name"].to_pylist() == [names[group] for group in scored["segment_services"].to_pylist()]


@pytest.mark.slow
def test_the_card_tells_errors_per_gender_and_the_file(ran: Run) -> None:
    text = (ran.home.models / "churn.md").read_text()
    assert [f"| Gender | {gender} |" in text for gender in ("Male", "Female")] == [True, True]
    assert f"| Customers | {CUSTOMERS} | 7,043 |" in text
