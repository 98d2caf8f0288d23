"""The shipped telco projects on real files: what must be found there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import chaland

FLOORS = {"roc_auc": 0.91, "f1": 0.80, "accuracy": 0.945}
LOST_ROWS = 5


@pytest.fixture(scope="module")
def places(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return real_data / "telco", tmp_path_factory.mktemp("homes")


@pytest.fixture(scope="module")
def bigml(places: tuple[Path, Path]) -> dict[str, Any]:
    data, homes = places
    os.environ["CHALAND_SECRET"] = "made up for these tests"
    try:
        return chaland.run("telco", data=data / "bigml", home=homes / "bigml").document
    finally:
        del os.environ["CHALAND_SECRET"]


def clean(home: Path, project: str, table: str) -> dict[str, dict[str, Any]]:
    rows = chaland.open_lake(project, home=home).table(f"clean/{table}").to_pyarrow().to_pylist()
    return {row["_key"]: {name: value for name, value in row.items() if not name.startswith("_")} for row in rows}


@pytest.mark.slow
def test_every_row_of_bigml_is_accounted_for(bigml: dict[str, Any]) -> None:
    table = bigml["tables"]["subscribers"]
    assert table["read"] == table["accepted"] + table["quarantined"] + table["merged"] == 3333


@pytest.mark.slow
def test_the_model_of_bigml_is_as_good_as_it_can_be(bigml: dict[str, Any]) -> None:
    told = bigml["predict"]["churn"]
    assert (told["kept"], told["holdout"]["rows"], told["rows"]) == ("gradient_boosting", 667, 3333)
    assert [metric for metric, floor in FLOORS.items() if told["holdout"]["metrics"][metric]["value"] < floor] == []
    assert told["parity"] <= 1e-6
    assert {note["code"] for note in told["notes"]} == {"copy_of"}


@pytest.mark.slow
def test_clean_real_data_end_with_no_warning(bigml: dict[str, Any]) -> None:
    assert bigml["warnings"] + bigml["predict"]["churn"]["warnings"] == []


@pytest.mark.slow
def test_another_dialect_of_the_same_customers_gives_the_same_pseudonyms_and_values(
    bigml: dict[str, Any], places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chaland.flow import whole
    from chaland.flow.home import Home
    from chaland.flow.run import Asked
    from chaland.spec import Site

    data, homes = places
    monkeypatch.setenv("CHALAND_SECRET", "made up for these tests")
    whole.run(chaland.read("telco"), Site(), Home(homes / "crlf", "telco"), Asked(data / "bigml_en_crlf"), ["ingest", "prepare"])
    first, second = clean(homes / "bigml", "telco", "subscribers"), clean(homes / "crlf", "telco", "subscribers")
    assert len(first.keys() - second.keys()) == LOST_ROWS
    assert second.keys() <= first.keys()
    assert all(second[key] == first[key] for key in second)


@pytest.mark.slow
def test_the_blank_totals_of_ibm_are_in_the_ledger(places: tuple[Path, Path]) -> None:
    from chaland.flow import whole
    from chaland.flow.home import Home
    from chaland.flow.run import Asked
    from chaland.spec import Site

    data, homes = places
    whole.run(chaland.read("telco_ibm"), Site(), Home(homes / "ibm", "telco_ibm"), Asked(data / "ibm"), ["ingest", "prepare"])
    ledger = chaland.open_lake("telco_ibm", home=homes / "ibm").table("ledger/customers").to_pyarrow().to_pylist()
    assert [(row["column"], row["rule"], row["before"]) for row in ledger] == [("total_charges", "placeholder", " ")] * 11


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "target", "rows", "floor"),
    [("bigml", "churn", 3333, 0.90), ("bigml_en_crlf", "churn", 3328, 0.90), ("ibm", "churn", 7043, 0.83)],
)
def test_a_first_project_file_runs_after_one_edited_line(
    places: tuple[Path, Path], tmp_path: Path, folder: str, target: str, rows: int, floor: float
) -> None:
    from chaland.flow import first
    from chaland.spec import Site

    data, _ = places
    file = tmp_path / "mine.toml"
    first.write([str(data / folder / "*.csv")], file, Site())
    chaland.read(file)
    lines = [_edited(line, target) for line in file.read_text().splitlines()]
    file.write_text("\n".join(lines) + "\n")
    report = chaland.run(file, data=data / folder, home=tmp_path / "home").document
    [table] = report["tables"].values()
    [question] = report["predict"].values()
    assert (table["read"], table["accepted"]) == (rows, rows)
    assert question["holdout"]["metrics"]["roc_auc"]["value"] >= floor


def _edited(line: str, target: str) -> str:
    return f'target = {{ kind = "column", of = "{target}" }}' if line.startswith("target") else line
