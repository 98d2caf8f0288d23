"""The made-up online shop: what is left after cleaning, and a model whose parameters can be found again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chaland.simulate import retail


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("retail")
    retail.simulate(6000, 5, folder)
    return folder


def rows(out: Path) -> list[list[str]]:
    lines = (out / "retail.csv").read_bytes().decode("cp1252").split("\r\n")[1:-1]
    return [[cell.strip() for cell in line.split(",")] for line in lines]


def test_what_is_left_after_cleaning_is_what_the_facts_say(out: Path) -> None:
    clean = {tuple(row) for row in rows(out) if len(row) == 8 and row[6] and row[0][0] != "C" and float(row[5]) > 0 and int(row[3]) > 0}
    told: dict[str, Any] = json.loads((out / "truth/facts.json").read_text())["clean"]
    amount = sum(round(100 * float(row[5])) * int(row[3]) for row in clean) / 100
    assert told == {"lines": len(clean), "customers": len({r[6] for r in clean}), "invoices": len({r[0] for r in clean}), "amount": amount}


def test_cancellations_have_a_c_and_a_negative_quantity(out: Path) -> None:
    whole = [row for row in rows(out) if len(row) == 8]
    cancelled = [row for row in whole if row[0].startswith("C")]
    assert cancelled
    assert all(int(row[3]) < 0 for row in cancelled)
    assert all(int(row[3]) > 0 for row in whole if not row[0].startswith("C"))


def test_an_invoice_is_of_one_customer_at_one_time(out: Path) -> None:
    of: dict[str, set[tuple[str, str]]] = {}
    for row in (row for row in rows(out) if len(row) == 8):
        of.setdefault(row[0].lstrip("C"), set()).add((row[4], row[6]))
    assert max(map(len, of.values())) == 1


def test_rates_and_going_quiet_are_those_of_the_model() -> None:
    truth = retail.invoices(40_000, np.random.default_rng(1)).truth
    assert truth["rate"].mean() == pytest.approx(retail.R / retail.ALPHA, rel=0.03)
    assert truth["quiet"].mean() == pytest.approx(retail.A / (retail.A + retail.B), rel=0.03)


def test_nobody_buys_outside_of_the_window_and_everybody_buys_once() -> None:
    bought = retail.invoices(2000, np.random.default_rng(2))
    assert 0 <= bought.day.min() <= bought.day.max() < retail.DAYS
    assert bought.truth["invoices"].min() == 1
    assert np.all(np.diff(bought.day) >= 0)


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    one, other = ([path.read_bytes() for path in retail.simulate(300, 1, tmp_path / name)] for name in "ab")
    assert one == other


@pytest.mark.parametrize("count", [1, 7])
def test_a_handful_of_lines_can_be_asked_for(count: int, tmp_path: Path) -> None:
    retail.simulate(count, 0, tmp_path)
    assert json.loads((tmp_path / "truth/dirt.json").read_text())["total"]["read"] >= count
