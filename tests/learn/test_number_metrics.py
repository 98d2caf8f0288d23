from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import mean_absolute_error, mean_absolute_percentage_error, r2_score, root_mean_squared_error

from chaland.learn.metrics import Resamples, intervals
from chaland.learn.number_metrics import METRICS, RANKED, NumberPredictions

RNG = np.random.default_rng(0)


def told(rows: int = 300) -> NumberPredictions:
    truth = RNG.gamma(2.0, 50.0, rows)
    return NumberPredictions(truth + RNG.normal(3.0, 20.0, rows), truth)


def test_metrics_are_those_of_scikit_learn() -> None:
    one = told()
    found = {name: float(values[0]) for name, values in one.measured(np.ones((1, 300))).items()}
    assert found["mae"] == pytest.approx(mean_absolute_error(one.truth, one.predicted))
    assert found["rmse"] == pytest.approx(root_mean_squared_error(one.truth, one.predicted))
    assert found["r2"] == pytest.approx(r2_score(one.truth, one.predicted))
    assert found["mape"] == pytest.approx(mean_absolute_percentage_error(one.truth, one.predicted))
    assert found["bias"] == pytest.approx(float((one.predicted - one.truth).mean()))
    assert found[RANKED] == pytest.approx(spearmanr(one.truth, one.predicted).statistic)


def test_weights_count_rows() -> None:
    one = told(60)
    drawn = RNG.integers(0, 3, 60)
    again = NumberPredictions(np.repeat(one.predicted, drawn), np.repeat(one.truth, drawn))
    weighted, repeated = one.measured(drawn[None].astype(float)), again.measured(np.ones((1, int(drawn.sum()))))
    assert {n: pytest.approx(float(repeated[n][0])) for n in METRICS} == {n: float(weighted[n][0]) for n in METRICS}


def test_rows_that_are_truly_nothing_have_no_share_of_error() -> None:
    one = NumberPredictions(np.array([5.0, 12.0]), np.array([0.0, 10.0]))
    assert one.measured(np.ones((1, 2)))["mape"][0] == pytest.approx(0.2)


def test_the_mean_for_everybody_orders_nobody_and_explains_nothing() -> None:
    truth = RNG.normal(100.0, 5.0, 200)
    found = NumberPredictions(np.full(200, truth.mean()), truth).measured(np.ones((1, 200)))
    assert (found[RANKED][0], found["r2"][0], found["bias"][0]) == (0.0, pytest.approx(0.0, abs=1e-9), pytest.approx(0.0, abs=1e-9))


def test_a_bias_may_be_negative_and_lies_in_its_interval() -> None:
    one = told()
    low = NumberPredictions(one.truth - 10.0, one.truth)
    found = intervals({name: values for name, values in Resamples(np.arange(300), 0, 200).measure([low]).items() if name in METRICS})
    assert found["bias"].low <= found["bias"].value <= found["bias"].high < 0
