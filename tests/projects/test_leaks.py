"""Faults planted into the files of three operators: the right warning every time, through whole runs; and none on clean files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chaland.spec import Site
from tests.projects.planted import FAULTS, OPERATORS, SWIFT, Operator, operator, wrong

SECRET = "made up for these tests"
QUICK = ("logistic_regression",)
TOLD = [
    "copied as 0/1",
    "copied, 3 % wrong",
    "days until the end, of half the leavers",
    "last bill chiefly 0",
    "retention calls, fewer",
    "twins 5 %",
    "near twins 5 %",
    "row number",
    "row number as id, unpadded",
    "id that knows nothing",
]
"""The hardest variant or two of each fault; `make bench ONLY=claims` plants them all."""
SHUFFLES = {"bigml": 1, "ibm": 1, "simulated": 4}
"""Seeds whose shuffled answers, by chance, are foretold better than most."""
SEEDS = range(1, 21)
ROWS = 1500
THREADS = (1, 2, 4)


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALAND_SECRET", SECRET)


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("fault", TOLD)
def test_a_planted_fault_is_told_and_nothing_else(fault: str, name: str, tmp_path: Path) -> None:
    planted = FAULTS[fault].plant(operator(name, tmp_path), np.random.default_rng(1))
    assert wrong(FAULTS[fault], planted.told(tmp_path, QUICK), planted) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATORS)
def test_shuffled_answers_keep_no_model(name: str, tmp_path: Path) -> None:
    planted = FAULTS["shuffled"].plant(operator(name, tmp_path), np.random.default_rng(SHUFFLES[name]))
    assert wrong(FAULTS["shuffled"], planted.told(tmp_path), planted) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_clean_made_up_customers_raise_no_warning(seed: int, tmp_path: Path) -> None:
    clean = operator("simulated", tmp_path, seed, ROWS)
    assert wrong(FAULTS["nothing"], clean.told(tmp_path, QUICK), clean) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bigml", "ibm"])
def test_clean_real_customers_raise_no_warning(name: str, tmp_path: Path) -> None:
    clean = operator(name, tmp_path, rows=7043)
    assert wrong(FAULTS["nothing"], clean.told(tmp_path, QUICK), clean) == []


@pytest.mark.slow
def test_a_column_that_names_the_row_is_left_out_of_the_model(tmp_path: Path) -> None:
    planted = FAULTS["row number"].plant(operator("simulated", tmp_path), np.random.default_rng(1))
    planted.told(tmp_path, QUICK)
    assert b'"row"' not in _model(planted, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bigml", "simulated"])
def test_threads_change_no_byte_of_a_model(name: str, tmp_path: Path) -> None:
    one, models = operator(name, tmp_path, rows=1500), set()
    for threads in THREADS:
        folder = tmp_path / str(threads)
        one.told(folder, SWIFT, Site.model_validate({"engine": {"kind": "duckdb", "threads": threads}, "tracker": {"kind": "files"}}))
        models.add(_model(one, folder))
    assert len(models) == 1


def _model(one: Operator, folder: Path) -> bytes:
    return (folder / "home" / one.project / "models" / "churn.onnx").read_bytes()
