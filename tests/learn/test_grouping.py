"""How many groups there are: planted ones are found, and nothing is found in nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from chaland.learn.encode import Encoded
from chaland.learn.grouping import Judge, Tried, _copula, _normal, _ranks
from chaland.learn.scaling import Directions, Scaling

from .crowd import cloud, feature, heaps, shuffled, subscribers

REAL = Tried(3, 0.3, 0.1, 0.9, 0.2, 1000, np.zeros((3, 2)))


def judge(table, features, seed=0) -> Judge:
    data = Encoded.of(table, features)
    scaled = Scaling.fit(data, features).scaled(data)
    return Judge(scaled, Directions.fit(scaled, 0.9), seed, Scaling.fit(data, features).blocks)


def tried(table, features, seed=0, low=2, high=5) -> list[Tried]:
    return list(judge(table, features, seed).tried(low, high))


def chosen(some: list[Tried]) -> Tried | None:
    return judge(*cloud(200, 2, 0)).chosen(some, 0.02)


@pytest.mark.parametrize("seed", range(3))
def test_one_cloud_is_no_groups(seed):
    assert [one.k for one in tried(*cloud(600, 5, seed)) if one.real] == []


@pytest.mark.parametrize("seed", range(3))
def test_one_long_cloud_is_no_groups(seed):
    assert [one.k for one in tried(*cloud(600, 6, seed, mixed=0.6)) if one.real] == []


@pytest.mark.parametrize("seed", range(2))
def test_shuffled_columns_are_no_groups(seed):
    table, features, _ = subscribers(1500, seed)
    assert [one.k for one in tried(shuffled(table, seed), features) if one.real] == []


@pytest.mark.parametrize("seed", range(4))
def test_yes_and_no_that_lean_on_one_thing_are_no_groups(seed):
    """Each column is a coin that leans on the same hidden number: few places to be, and correlated, but no kinds of people."""
    rng = np.random.default_rng(seed)
    hidden = rng.standard_normal((800, 1)) * rng.choice([-0.7, 0.7], 5) + 0.7 * rng.standard_normal((800, 5))
    table = pa.table({f"b{n}": (hidden[:, n] < rng.uniform(-1, 1)).astype(float) for n in range(5)})
    assert [one.k for one in tried(table, [feature(name) for name in table.column_names], seed, 3, 6) if one.real] == []


@pytest.mark.parametrize("seed", range(4))
def test_words_that_do_not_hang_together_are_no_groups(seed):
    rng = np.random.default_rng(seed)
    draws = [rng.choice(count, 800, p=rng.dirichlet([2] * count)) for count in (2, 4, 5)]
    table = pa.table({f"w{n}": [f"word {code}" for code in codes] for n, codes in enumerate(draws)})
    assert [one.k for one in tried(table, [feature(name, "word") for name in table.column_names], seed, 3, 6) if one.real] == []


@pytest.mark.parametrize("seed", range(2))
def test_kinds_of_people_who_answer_alike_are_groups(seed):
    rng = np.random.default_rng(seed)
    kind = rng.integers(3, size=900)
    likely = rng.permuted(np.repeat([[0.05, 0.05, 0.95]], 8, axis=0), axis=1).T[kind]
    answers = (rng.random(likely.shape) < likely).astype(float)
    table = pa.table({f"b{n}": answers[:, n] for n in range(8)})
    found = judge(table, [feature(name) for name in table.column_names], seed)
    assert found.chosen(list(found.tried(2, 5)), 0.02).k == 3


@pytest.mark.parametrize("seed", range(3))
def test_heaps_are_counted(seed):
    table, features, _ = heaps(900, [0.4, 0.35, 0.25], 4, seed)
    found = judge(table, features)
    assert found.chosen(list(found.tried(2, 5)), 0.02).k == 3


@pytest.mark.parametrize("seed", range(3))
def test_two_heaps_are_not_cut_into_four(seed):
    table, features, _ = heaps(900, [0.5, 0.5, 0.0], 7, seed)
    found = judge(table, features)
    assert found.chosen(list(found.tried(2, 4)), 0.02).k == 2


def test_the_same_seed_judges_alike():
    table, features, _ = heaps(300, [0.5, 0.5], 4, 0)
    one, two = (tried(table, features, seed=5, high=3) for _ in range(2))
    assert [vars(replace(a, centres=0)) for a in one] == [vars(replace(b, centres=0)) for b in two]


def test_more_groups_than_customers_are_not_tried():
    assert [one.k for one in tried(*cloud(35, 2, 0), low=2, high=8)] == [2, 3]


def test_more_groups_than_different_customers_are_not_tried():
    table, features, _ = heaps(300, [0.5, 0.5], 4, 0)
    alike = table.take([0] * 150 + [1] * 150)
    assert tried(alike, features) == []


def test_silhouette_alone_chooses_nothing():
    assert chosen([replace(REAL, stability=0.7)]) is None


def test_stability_alone_chooses_nothing():
    assert chosen([replace(REAL, silhouette=0.11)]) is None


def test_a_group_too_small_is_not_chosen():
    small = replace(REAL, k=4, silhouette=0.5, smallest=0.01)
    assert chosen([REAL, small]) is REAL


def test_steady_groups_come_before_those_that_stand_farther_apart_and_are_not():
    some = [replace(REAL, k=2, silhouette=0.25), replace(REAL, k=3, silhouette=0.4, stability=0.77)]
    assert chosen(some).k == 2
    assert chosen([replace(some[0], stability=0.5), some[1]]).k == 3


def test_few_customers_must_lie_farther_apart_than_many():
    few = replace(REAL, silhouette=0.14, rows=100)
    assert (few.real, replace(few, rows=5000).real) == (False, True)


def test_a_drawn_cloud_has_the_spread_of_the_customers():
    rows = np.random.default_rng(0).standard_normal((4000, 2)) * [3, 1]
    assert _normal(rows, np.random.default_rng(1)).std(axis=0) == pytest.approx([3, 1], rel=0.05)


def test_a_copula_keeps_values_and_rank_correlation():
    rng = np.random.default_rng(0)
    first = rng.exponential(size=4000)
    rows = np.column_stack([first, first + rng.exponential(size=4000)])
    drawn = _copula(rows, rng)
    assert np.array_equal(np.sort(drawn, axis=0), np.sort(rows, axis=0))
    spearman = [np.corrcoef(_ranks(some).T)[0, 1] for some in (rows, drawn)]
    assert spearman[1] == pytest.approx(spearman[0], abs=0.03)


def test_a_copula_keeps_the_correlation_of_yes_and_no():
    rng = np.random.default_rng(0)
    hidden = rng.standard_normal((4000, 1)) + 0.5 * rng.standard_normal((4000, 3))
    rows = (hidden < [0.0, -1.0, 1.0]).astype(float)
    assert np.corrcoef(_copula(rows, rng).T) == pytest.approx(np.corrcoef(rows.T), abs=0.02)


def test_a_copula_gives_nobody_two_words():
    rng = np.random.default_rng(0)
    words = rng.integers(4, size=1000)
    rows = np.column_stack([rng.standard_normal(1000), words[:, None] == np.arange(3)]).astype(float)
    drawn = _copula(rows, rng, ((0,), (1, 2, 3)))
    assert drawn[:, 1:].sum(axis=1).max() == 1
    assert np.array_equal(drawn[:, 1:].sum(axis=0), rows[:, 1:].sum(axis=0))


def test_a_copula_of_people_who_are_all_alike_is_those_people():
    rows = np.ones((50, 3))
    assert np.array_equal(_copula(rows, np.random.default_rng(0)), rows)


def test_where_the_silhouette_judges_the_best_that_is_stable_and_none_too_small_is_chosen() -> None:
    one = Judge(np.empty((0, 2)), Directions(np.zeros(2), np.eye(2), 1.0), 0, (), "silhouette")
    tried = [
        Tried(k, s, 0.9, stable, small, 100, np.zeros((k, 2)))
        for k, s, stable, small in ((2, 0.98, 1.0, 0.001), (3, 0.5, 0.9, 0.1), (4, 0.6, 0.8, 0.1), (5, 0.7, 0.5, 0.1))
    ]
    best = one.chosen(tried, 0.02)
    assert best is not None
    assert best.k == 4
