from __future__ import annotations

import numpy as np

from chaland.learn.encode import Encoded
from chaland.learn.folds import deal, deal_alike, groups, one_side
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


def test_every_fold_has_as_many_of_each_class_and_of_small_and_great_numbers() -> None:
    rng = np.random.default_rng(0)
    classes, numbers, alone = rng.integers(0, 4, 1000).astype(float), rng.gamma(1.0, 9.0, 1000), np.arange(1000)
    [by_class], [by_number] = (deal_alike(answers, alone, 5, 1, 0) for answers in (classes, numbers))
    counts = np.array([np.bincount(classes[by_class == fold].astype(int)) for fold in range(5)])
    assert np.ptp(counts, axis=0).max() <= 1
    assert np.ptp([(numbers[by_number == fold] > np.median(numbers)).sum() for fold in range(5)]) <= 2


def test_equal_customers_share_a_fold_whatever_their_answers() -> None:
    group = np.repeat(np.arange(100), 3)
    for fold in deal_alike(np.random.default_rng(0).normal(size=300), group, 4, 3, 0):
        assert all(len(set(fold[group == one])) == 1 for one in range(100))


def test_copies_are_held_out_together_or_not_at_all() -> None:
    data = customers(300).take(np.tile(np.arange(300), 3))
    drawn = np.random.default_rng(0).random(900) < 0.2
    held = one_side(drawn, Encoded.of(data.table, data.features))
    assert (held[:300] == held[300:600]).all()
    assert (held[:300] == drawn[:300]).all()


def test_people_alike_by_chance_are_held_out_as_drawn() -> None:
    codes = np.random.default_rng(0).integers(0, 2, (900, 3)).astype(np.int32)
    drawn = np.random.default_rng(1).random(900) < 0.2
    assert (one_side(drawn, Encoded(np.empty((900, 0), np.float32), codes, (("n", "y"),) * 3)) == drawn).all()
