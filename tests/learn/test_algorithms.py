from __future__ import annotations

import numpy as np
import pytest

from chaland.errors import SpecError
from chaland.learn import algorithms
from chaland.learn.algorithms import ALGORITHMS, Algorithm, Lesson, Trees
from chaland.learn.encode import Encoded, Preparation
from tests.learn.people import customers

every = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda algorithm: algorithm.name)


def lesson(threads: int, seed: int = 0) -> Lesson:
    data = customers(800)
    encoded = Encoded.of(data.table, data.features)
    preparation = Preparation.fit(encoded)
    return Lesson(preparation.design(encoded), data.positives(), preparation, seed, threads)


@every
def test_threads_change_nothing(algorithm: Algorithm) -> None:
    stage = algorithm.stages[-1]
    margins = [algorithm.fit(lesson(threads), algorithm.tries[0]).margin(lesson(1).design, stage) for threads in (1, 2, 4)]
    assert (margins[0] == margins[1]).all()
    assert (margins[0] == margins[2]).all()


@every
def test_more_is_learnt_than_nothing(algorithm: Algorithm) -> None:
    one = lesson(1)
    margin = algorithm.fit(one, algorithm.tries[0]).margin(one.design, algorithm.stages[-1])
    assert margin[one.truth].mean() > margin[~one.truth].mean()


@pytest.mark.parametrize("name", ["random_forest", "gradient_boosting"])
def test_trees_walked_by_hand_give_the_margin(name: str) -> None:
    algorithm, one = algorithms.named(name), lesson(1)
    fitted, stage = algorithm.fit(one, algorithm.tries[0]), algorithm.stages[-1]
    form = fitted.form(stage)
    assert isinstance(form, Trees)
    walked = [walk(form, row) for row in one.design[:25]]
    assert np.abs(np.array(walked) - fitted.margin(one.design[:25], stage)).max() < 1e-12


def walk(trees: Trees, row: np.ndarray) -> float:
    total = 0.0
    for root in np.flatnonzero(trees.node == 0):
        at = root
        while trees.feature[at] >= 0:
            at = root + (trees.yes[at] if row[trees.feature[at]] <= trees.threshold[at] else trees.no[at])
        total += float(trees.value[at])
    return total


@pytest.mark.parametrize("name", ["random_forest", "gradient_boosting"])
def test_recounted_trees_know_their_mean_margin(name: str) -> None:
    algorithm, one = algorithms.named(name), lesson(1)
    fitted, stage = algorithm.fit(one, algorithm.tries[0]), algorithm.stages[-1]
    form = fitted.form(stage)
    assert isinstance(form, Trees)
    counted = algorithms.recounted(form, one.design)
    assert algorithms.mean_margin(counted) == pytest.approx(fitted.margin(one.design, stage).mean(), abs=1e-9)


def test_thresholds_rounded_down_divide_float32_as_before() -> None:
    wide = np.random.default_rng(0).normal(size=10_000)
    near = np.nextafter(wide.astype(np.float32), np.float32(np.inf))
    for x in (wide.astype(np.float32), near):
        assert ((x <= wide) == (x <= algorithms.rounded_down(wide))).all()


def test_a_misspelt_algorithm_gets_the_nearest_word() -> None:
    with pytest.raises(SpecError, match="gradient_boosting"):
        algorithms.named("gradient_bosting")
