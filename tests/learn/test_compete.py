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
    before = compete._margins(name, name.tries, one, one.prepared())[1][:, 0, fold]
    after = compete._margins(name, name.tries, other, other.prepared())[1][:, 0, fold]
    assert (before == after).all()


def test_the_majority_orders_nobody() -> None:
    trial = compete.baselines(course())[0]
    assert all(len(set(told.probability)) == 1 for told in trial.predictions)


def test_threads_change_no_prediction() -> None:
    trials = [compete.run(named("gradient_boosting"), course(threads=threads), course().prepared()) for threads in (1, 3)]
    assert all((a.probability == b.probability).all() for a, b in zip(trials[0].predictions, trials[1].predictions, strict=True))


def test_what_still_learns_at_its_last_stage_is_given_more_room() -> None:
    """Where each of 300 small neighbourhoods has an answer of its own, small trees do not do; where one number tells it, they do."""
    rng = np.random.default_rng(0)
    near = np.repeat(np.arange(300), 10)
    places = (rng.normal(size=(300, 5))[near] + rng.normal(0, 0.1, (3000, 5))).astype(np.float32)
    data, alone = Encoded(places, np.empty((3000, 0), np.int32), ()), np.arange(3000)
    boosting, rounds = named("gradient_boosting"), []
    for truth in (rng.random(300)[near] < 0.3, places[:, 0] + rng.normal(0, 1, 3000) > 0):
        one = Course(data, truth, tuple(deal(truth, alone, 3, 1, 0)), "f1", 0, 2)
        rounds.append(compete.run(boosting, one, one.prepared()).setting.words["rounds"])
    assert rounds == [boosting.beyond[0]["rounds"], boosting.tries[0]["rounds"]]


@pytest.mark.parametrize(("rows", "tries"), [(1_000, 3), (50_000, 2), (1_000_000, 1)])
def test_many_rows_get_few_tries(rows: int, tries: int) -> None:
    assert len(compete.tries_for(named("logistic_regression"), rows)) == tries
