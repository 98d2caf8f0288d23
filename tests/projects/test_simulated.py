"""What was planted into the made-up operator is found by a run of the product: its groups, and why people leave."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

from tests.projects.known import Known

GROUPS = ("ingest", "prepare", "features", "segment")
WITHIN = 0.05
DIFFER = 0.02
"""Strengths (ROC AUC lost) this near may change places: over seeds 1 to 5 the last two (.017 and .005) did, and the first three never."""
SEEDS = (1, 2, 3, 4, 5)
MANY, FEW = 4000, 1500


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Known]:
    return lambda seed: Known.run(MANY, seed, tmp_path_factory.mktemp(f"seed{seed}"), ["gradient_boosting"])


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_groups_are_found_nearly_as_well_as_the_oracle_finds_them(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALAND_SECRET", "made up for these tests")
    agreed = Known.run(FEW, seed, tmp_path, steps=GROUPS).agreement()
    assert agreed["found"] >= agreed["oracle"] - WITHIN
    assert agreed["raw"] < agreed["found"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS[:2])
def test_strong_reasons_to_leave_come_first_and_in_order(seed: int, known: Callable[[int], Known], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALAND_SECRET", "made up for these tests")
    one = known(seed)
    found, strength = one.importance(), dict(one.drivers())
    strong = [name for name, lost in strength.items() if lost > DIFFER]
    turned = [(a, b) for a, b in combinations(strength, 2) if strength[a] - strength[b] > DIFFER and found[a] <= found.get(b, 0.0)]
    assert list(found)[: len(strong)] == strong
    assert turned == []
