from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from chaland.learn.algorithms import Lesson, Linear
from chaland.learn.cluster import _leaves
from chaland.learn.encode import Encoded, Preparation
from chaland.learn.numbers import ALGORITHMS, Algorithm
from tests.learn.words import numbers


def lesson() -> Lesson:
    data = numbers(600)
    encoded, truth = Encoded.of(data.table, data.features), data.answers()
    preparation = Preparation.fit(encoded)
    return Lesson(preparation.design(encoded), (truth - truth.mean()) / truth.std(), preparation, 0, 1, 0)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda one: one.name)
def test_the_form_gives_the_margins_of_the_fit(algorithm: Algorithm) -> None:
    given = lesson()
    fitted, stage = algorithm.fit(given, algorithm.tries[0]), algorithm.stages[-1]
    form = fitted.form(stage)
    told = given.design.astype(np.float64) @ form.weights + form.intercept if isinstance(form, Linear) else _leaves(form, given.design)
    assert np.allclose(told, fitted.margin(given.design, stage), atol=1e-9)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda one: one.name)
def test_what_drives_the_number_is_learnt(algorithm: Algorithm) -> None:
    given = lesson()
    margin = algorithm.fit(given, algorithm.tries[0]).margin(given.design, algorithm.stages[-1])
    assert np.corrcoef(margin, given.truth)[0, 1] > 0.9


def test_ridge_is_that_of_scikit_learn() -> None:
    given, penalty = lesson(), 0.03
    count, rows = len(given.preparation.means), given.design.astype(np.float64)
    rows[:, :count] = (rows[:, :count] - given.preparation.means) / given.preparation.scales
    theirs = Ridge(alpha=penalty * len(rows)).fit(rows, given.truth).predict(rows)
    ours = ALGORITHMS[0].fit(given, {"penalty": penalty}).margin(given.design, 0)
    assert np.allclose(ours, theirs, atol=1e-6)
