"""The adjusted Rand index from counts is that of scikit-learn from labels."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from chaland.learn.agreement import adjusted_rand, crossed


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_index_of_the_labels(seed: int) -> None:
    draw = np.random.default_rng(seed)
    one, other = draw.integers(0, 4, 300), draw.integers(0, 3, 300)
    mixed = np.where(draw.random(300) < 0.6, one, other)
    assert adjusted_rand(crossed(one, mixed)) == pytest.approx(adjusted_rand_score(one, mixed), abs=1e-12)


def test_the_same_groups_under_other_names_agree_wholly() -> None:
    assert adjusted_rand(np.array([[0, 5], [7, 0]])) == 1.0


def test_one_group_on_both_sides_tells_nothing() -> None:
    assert adjusted_rand(np.array([[9]])) is None
    assert adjusted_rand(np.array([[1]])) is None
