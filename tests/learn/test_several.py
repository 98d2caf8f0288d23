from __future__ import annotations

import numpy as np
import pytest

from chaland.learn.algorithms import Lesson, Linear, Trees
from chaland.learn.cluster import _leaves
from chaland.learn.encode import Encoded, Preparation
from chaland.learn.several import ALGORITHMS, NEVER, Algorithm
from tests.learn.words import several


def lesson(classes: int = 4, keep: int = 4) -> Lesson:
    data = several(600)
    encoded, truth = Encoded.of(data.table, data.features), data.answers()
    known = np.flatnonzero(truth < keep)
    preparation = Preparation.fit(encoded.take(known))
    return Lesson(preparation.design(encoded.take(known)), truth[known], preparation, 0, 1, classes)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda one: one.name)
def test_the_form_gives_the_margins_of_the_fit(algorithm: Algorithm) -> None:
    given = lesson()
    fitted, stage = algorithm.fit(given, algorithm.tries[0]), algorithm.stages[-1]
    form, margin = fitted.form(stage), fitted.margin(given.design, stage)
    if isinstance(form, Linear):
        told = given.design.astype(np.float64) @ form.weights + form.intercept
    else:
        columns = [Trees(**{**vars(form), "value": form.value[:, place]}) for place in range(4)]
        told = np.column_stack([_leaves(one, given.design) for one in columns])
    assert np.allclose(told, margin, atol=1e-9)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda one: one.name)
def test_a_class_that_the_rows_do_not_have_is_never_told(algorithm: Algorithm) -> None:
    given = lesson(classes=4, keep=3)
    margin = algorithm.fit(given, algorithm.tries[0]).margin(given.design, algorithm.stages[-1])
    assert margin.shape == (len(given.design), 4)
    assert (margin.argmax(axis=1) < 3).all()


def test_two_words_are_learnt_as_well() -> None:
    given = lesson(classes=2, keep=2)
    logistic = ALGORITHMS[0]
    margin = logistic.fit(given, logistic.tries[0]).margin(given.design, 0)
    assert np.allclose(margin.sum(axis=1), 0.0, atol=1e-9)
    assert ((margin[:, 1] > 0) == (given.truth == 1)).mean() > 0.7


def test_the_log_odds_of_what_never_was_are_very_low() -> None:
    given = lesson(classes=4, keep=3)
    form = ALGORITHMS[0].fit(given, ALGORITHMS[0].tries[0]).form(0)
    assert isinstance(form, Linear)
    assert np.asarray(form.intercept)[3] == NEVER
