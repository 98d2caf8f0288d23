from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, log_loss, top_k_accuracy_score

from chaland.learn.class_metrics import METRICS, ClassPredictions, confusion
from chaland.learn.metrics import Resamples, intervals

RNG = np.random.default_rng(0)


def told(rows: int = 400, classes: int = 5) -> ClassPredictions:
    probability = RNG.dirichlet(np.ones(classes), rows)
    truth = np.array([RNG.choice(classes, p=one) for one in probability])
    return ClassPredictions(probability, truth)


def test_metrics_are_those_of_scikit_learn() -> None:
    one = told()
    found = {name: float(values[0]) for name, values in one.measured(np.ones((1, 400))).items()}
    assert found["accuracy"] == pytest.approx(accuracy_score(one.truth, one.decided))
    assert found["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(one.truth, one.decided))
    assert found["top_3_accuracy"] == pytest.approx(top_k_accuracy_score(one.truth, one.probability, k=3))
    assert found["f1_macro"] == pytest.approx(f1_score(one.truth, one.decided, average="macro"))
    assert found["log_loss"] == pytest.approx(log_loss(one.truth, one.probability))


def test_weights_count_rows() -> None:
    one = told(50)
    drawn = RNG.integers(0, 3, 50)
    again = ClassPredictions(np.repeat(one.probability, drawn, axis=0), np.repeat(one.truth, drawn))
    weighted, repeated = one.measured(drawn[None].astype(float)), again.measured(np.ones((1, int(drawn.sum()))))
    assert {name: pytest.approx(float(values[0])) for name, values in repeated.items()} == {n: float(v[0]) for n, v in weighted.items()}


def test_chances_as_they_are_have_hardly_any_calibration_error_and_shouted_ones_have() -> None:
    one = told(4_000)
    shouted = one.probability**4 / (one.probability**4).sum(axis=1, keepdims=True)
    weights = np.ones((1, 4_000))
    assert one.measured(weights)["ece"][0] < 0.03
    assert ClassPredictions(shouted, one.truth).measured(weights)["ece"][0] > 0.15


def test_of_equal_chances_the_first_class_is_told_and_the_first_three_are_among_the_three() -> None:
    flat = ClassPredictions(np.full((4, 4), 0.25), np.arange(4))
    assert flat.decided.tolist() == [0, 0, 0, 0]
    assert flat.measured(np.ones((1, 4)))["top_3_accuracy"][0] == 0.75


def test_every_row_is_confused_once() -> None:
    one = told()
    matrix = np.array(confusion(one))
    assert matrix.sum(axis=1).tolist() == np.bincount(one.truth, minlength=5).tolist()
    assert np.trace(matrix) == (one.decided == one.truth).sum()


def test_a_value_lies_in_its_interval() -> None:
    found = intervals(Resamples(np.arange(400), 0, 200).measure([told()]))
    assert set(found) == set(METRICS)
    assert all(one.low <= one.value <= one.high for one in found.values())
