from __future__ import annotations

import numpy as np

from chaland.learn.encode import Encoded
from chaland.learn.folds import deal, groups
from tests.learn.people import customers


def test_equal_customers_share_a_fold() -> None:
    data = customers(300).take(np.tile(np.arange(300), 3))
    group = groups(Encoded.of(data.table, data.features))
    for fold in deal(data.positives(), group, 5, 3, 0):
        assert (fold[:300] == fold[300:600]).all()
        assert (fold[:300] == fold[600:]).all()


def test_customers_who_differ_in_one_value_are_no_group() -> None:
    data = customers(300)
    assert len(np.unique(groups(Encoded.of(data.table, data.features)))) == 300


def test_folds_have_equal_shares_of_positives() -> None:
    truth = np.random.default_rng(0).random(1003) < 0.1
    for fold in deal(truth, np.arange(1003), 5, 2, 0):
        assert np.ptp(np.bincount(fold, weights=truth)) <= 1
        assert np.ptp(np.bincount(fold)) <= 1


def test_repeats_differ_and_seeds_repeat() -> None:
    truth = np.arange(100) % 3 == 0
    one, two = deal(truth, np.arange(100), 5, 2, 0)
    again = deal(truth, np.arange(100), 5, 2, 0)[0]
    assert ((one == two).all(), (one == again).all()) == (False, True)
