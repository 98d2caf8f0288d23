from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from chaland.reasons.leaves import Leaf, leaves, shapley, told

STUMP = {
    "nodes_treeids": [0, 0, 0, 1],
    "nodes_nodeids": [0, 1, 2, 0],
    "nodes_featureids": [3, 0, 0, 0],
    "nodes_values": [1.5, 0.0, 0.0, 0.0],
    "nodes_truenodeids": [1, 0, 0, 0],
    "nodes_falsenodeids": [2, 0, 0, 0],
    "nodes_modes": [b"BRANCH_LEQ", b"LEAF", b"LEAF", b"LEAF"],
    "nodes_hitrates": [4.0, 3.0, 1.0, 9.0],
    "target_treeids": [0, 0, 1],
    "target_nodeids": [1, 2, 0],
    "target_weights": [-1.0, 2.0, 7.0],
}


def test_a_leaf_knows_its_interval_and_the_share_of_rows_let_through_and_a_bare_root_is_none() -> None:
    assert leaves(STUMP) == [Leaf(-1.0, {3: (-math.inf, 1.5, 0.75)}), Leaf(2.0, {3: (1.5, math.inf, 0.25)})]


@pytest.mark.parametrize("players", [1, 2, 3, 6])
def test_quadrature_gives_the_shapley_values_of_the_definition(players: int) -> None:
    rng = np.random.default_rng(players)
    known, unknown = rng.integers(0, 2, players).astype(float), rng.uniform(0.1, 0.9, players)
    actual = shapley(known[:, None], unknown[None])[0, :, 0]
    assert np.abs(actual - by_definition(known, unknown)).max() < 1e-12


def test_columns_of_one_feature_are_one_player_whose_conditions_must_all_be_met() -> None:
    leaf = Leaf(2.0, {0: (0.0, 1.0, 0.5), 4: (-math.inf, 0.5, 0.8), 5: (-math.inf, 0.5, 0.5)})
    added = told([leaf], [0, 1, 1, 1, 7, 7])[0]
    assert (added.columns, added.players) == ((0, 4, 5), (0, 7))
    for pattern in range(8):
        known = np.array([float(pattern & 1), float(pattern >> 1 == 3)])
        assert np.abs(added.table[:, pattern] - 2.0 * by_definition(known, np.array([0.5, 0.4]))).max() < 1e-12


def by_definition(known: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    count = len(known)
    value = lambda chosen: math.prod(known[j] if j in chosen else unknown[j] for j in range(count))  # noqa: E731
    found = np.zeros(count)
    for j in range(count):
        others = [i for i in range(count) if i != j]
        for size in range(count):
            weight = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
            found[j] += sum(weight * (value({*chosen, j}) - value(set(chosen))) for chosen in combinations(others, size))
    return found
