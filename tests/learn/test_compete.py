from __future__ import annotations

import numpy as np
import pytest

from chaland.learn import compete
from chaland.learn.algorithms import named
from chaland.learn.compete import Course
from chaland.learn.encode import Encoded
from chaland.learn.folds import deal
from tests.learn.people import customers


def course(seed: int = 0, threads: int = 2) -> Course:
    data = customers(500, seed)
    truth = data.positives()
    return Course(Encoded.of(data.table, data.features), truth, tuple(deal(truth, np.arange(500), 4, 2, seed)), "f1", seed, threads)


def test_a_rows_own_answer_never_helps_to_foretell_it() -> None:
    """Turn one row's answer round: its own prediction must not move towards it by way of its own fold."""
    one = course()
    turned = one.truth.copy()
    turned[0] = not turned[0]
    fold = one.folds[0] == one.folds[0][0]
    other = Course(one.data, turned, one.folds, "f1", 0, 1)
    name = named("logistic_regression")
    before = compete._margins(name, one, one.prepared())[1][:, 0, fold]
    after = compete._margins(name, other, other.prepared())[1][:, 0, fold]
    assert (before == after).all()


def test_the_majority_orders_nobody() -> None:
    trial = compete.baselines(course())[0]
    assert all(len(set(told.probability)) == 1 for told in trial.predictions)


def test_threads_change_no_prediction() -> None:
    trials = [compete.run(named("gradient_boosting"), course(threads=threads), course().prepared()) for threads in (1, 3)]
    assert all((a.probability == b.probability).all() for a, b in zip(trials[0].predictions, trials[1].predictions, strict=True))


@pytest.mark.parametrize(("rows", "tries"), [(1_000, 3), (50_000, 2), (1_000_000, 1)])
def test_many_rows_get_few_tries(rows: int, tries: int) -> None:
    assert len(compete.tries_for(named("logistic_regression"), rows)) == tries
