from __future__ import annotations

import math

import numpy as np
import pytest

from chaland.reasons import clusters
from chaland.reasons.leaves import Leaf


def forest(count: int, columns: int = 6) -> list[Leaf]:
    rng = np.random.default_rng(count)
    made = []
    for _ in range(count):
        asked = rng.choice(columns, rng.integers(1, 4), replace=False).tolist()
        made.append(Leaf(1.0, {column: (float(rng.integers(0, 40)), math.inf, 0.5) for column in asked}))
    return made


@pytest.mark.parametrize("count", [1, 50, clusters.FEW_LEAVES + 1])
def test_every_leaf_is_in_one_cluster_that_makes_all_its_cuts(count: int) -> None:
    leaves = forest(count)
    cuts = clusters.all_cuts(leaves)
    made = clusters.clusters(leaves, cuts)
    assert sorted(number for cluster in made for number in cluster.leaves) == list(range(count))
    for cluster in made:
        own = {cuts[bit] for bits in cluster.cuts.values() for bit in clusters.bits_of(bits)}
        assert own == {(column, low) for number in cluster.leaves for column, (low, _, _) in leaves[number].ways.items()}


@pytest.mark.parametrize("count", [50, clusters.FEW_LEAVES + 1])
def test_no_grid_outgrows_the_cache(count: int) -> None:
    leaves = forest(count)
    assert max(cluster.cells({}) for cluster in clusters.clusters(leaves, clusters.all_cuts(leaves))) <= clusters.GRID


def test_leaves_of_different_trees_that_ask_the_same_share_a_cluster() -> None:
    leaves = [Leaf(1.0, {column: (0.0, math.inf, 0.5)}) for column in (0, 1, 0, 1)]
    made = clusters.clusters(leaves, clusters.all_cuts(leaves))
    assert len(made) == 1


def test_bits_are_told_from_the_lowest() -> None:
    assert list(clusters.bits_of(0b101001)) == [0, 3, 5]
