from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn import metrics as oracle

from chaland.learn.metrics import METRICS, Predictions, Resamples, confusion, gain, interval, values


def told(seed: int, rows: int = 300, grid: int = 40) -> Predictions:
    """Predictions with many ties."""
    rng = np.random.default_rng(seed)
    p = rng.integers(1, grid, rows) / grid
    return Predictions(p, p >= 0.4, rng.random(rows) < p)


ORACLES = {
    "accuracy": lambda t: oracle.accuracy_score(t.truth, t.decided),
    "balanced_accuracy": lambda t: oracle.balanced_accuracy_score(t.truth, t.decided),
    "precision": lambda t: oracle.precision_score(t.truth, t.decided),
    "recall": lambda t: oracle.recall_score(t.truth, t.decided),
    "f1": lambda t: oracle.f1_score(t.truth, t.decided),
    "roc_auc": lambda t: oracle.roc_auc_score(t.truth, t.probability),
    "average_precision": lambda t: oracle.average_precision_score(t.truth, t.probability),
    "log_loss": lambda t: oracle.log_loss(t.truth, t.probability),
    "brier": lambda t: oracle.brier_score_loss(t.truth, t.probability),
}


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("seed", range(5))
def test_values_equal_those_of_scikit_learn(name: str, seed: int) -> None:
    assert values(told(seed))[name][0] == pytest.approx(ORACLES[name](told(seed)), abs=1e-12)


@pytest.mark.parametrize("name", METRICS)
def test_weighing_a_row_twice_is_having_it_twice(name: str) -> None:
    one = told(1)
    weights = np.random.default_rng(2).integers(0, 3, (1, 300)).astype(float)
    rows = np.repeat(np.arange(300), weights[0].astype(int))
    twice = Predictions(one.probability[rows], one.decided[rows], one.truth[rows])
    assert values(one, weights)[name][0] == pytest.approx(values(twice)[name][0], abs=1e-12)


def test_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    p = np.array([0.05, 0.05, 0.95, 0.95])
    assert values(Predictions(p, p > 0.5, np.array([False, True, True, True])))["ece"][0] == pytest.approx((0.45 + 0.05) / 2)


def test_one_class_only_has_no_roc_auc() -> None:
    one = Predictions(np.array([0.2, 0.7]), np.array([False, True]), np.array([False, False]))
    assert math.isnan(values(one)["roc_auc"][0])
    assert interval(values(one)["roc_auc"]).to_dict() == {"value": None, "low": None, "high": None}


def test_the_same_seed_draws_the_same_intervals() -> None:
    draws = [Resamples.of(np.arange(300), 7).measure([told(1)])["roc_auc"] for _ in range(2)]
    assert (draws[0] == draws[1]).all()


def test_intervals_hold_the_true_value_about_nineteen_times_in_twenty() -> None:
    def covered(seed: int) -> bool:
        found = interval(Resamples(np.arange(300), seed, 300).measure([told(seed)])["brier"])
        return found.low <= truth <= found.high

    truth = float(np.mean([values(told(seed))["brier"][0] for seed in range(1000, 3000)]))
    assert 0.88 <= np.mean([covered(seed) for seed in range(150)]) <= 0.99


def test_less_is_better_for_losses() -> None:
    assert (gain(np.array([0.1]), np.array([0.3]), "log_loss")[0], gain(np.array([0.9]), np.array([0.5]), "f1")[0]) == (
        pytest.approx(0.2),
        pytest.approx(0.4),
    )


def test_rows_of_the_confusion_are_the_truth() -> None:
    one = Predictions(np.zeros(3), np.array([True, False, True]), np.array([False, False, True]))
    assert confusion(one) == [[1, 1], [0, 1]]
