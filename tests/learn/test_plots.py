from __future__ import annotations

import json

import numpy as np

from chaland.learn import plots
from chaland.learn.class_metrics import ClassPredictions
from chaland.learn.metrics import Predictions, values
from chaland.learn.number_metrics import NumberPredictions


def told(rows: int = 1000) -> Predictions:
    p = np.random.default_rng(0).random(rows)
    return Predictions(p, p > 0.5, np.random.default_rng(1).random(rows) < p)


def test_the_area_under_the_drawn_curve_is_the_measured_one() -> None:
    roc = plots.of(told(), 0.5)["roc"]
    area = np.trapezoid(roc["true_positive_rate"], roc["false_positive_rate"])
    assert abs(area - values(told())["roc_auc"][0]) < 0.005


def test_curves_are_short_plain_lists_that_end_where_they_must() -> None:
    drawn = json.loads(json.dumps(plots.of(told(), 0.5)))
    assert max(len(line) for part in ("roc", "pr", "gain", "calibration") for line in drawn[part].values()) <= 200
    assert (drawn["gain"]["contacted"][-1], drawn["gain"]["reached"][-1]) == (1.0, 1.0)


def test_one_class_draws_nothing() -> None:
    assert plots.of(Predictions(np.ones(3), np.ones(3, bool), np.ones(3, bool)), 0.5)["roc"] == {}


def test_of_classes_the_sureness_is_drawn_and_of_numbers_what_came() -> None:
    rng = np.random.default_rng(0)
    several = ClassPredictions(rng.dirichlet(np.ones(3), 200), rng.integers(0, 3, 200))
    assert sum(plots.of(several, 0.5)["calibration"]["rows"]) == 200
    numbers = plots.of(NumberPredictions(np.arange(100.0), np.arange(100.0) + 1), 0.5)["numbers"]
    assert [round(b - a, 6) for a, b in zip(numbers["predicted"], numbers["observed"], strict=True)] == [1.0] * 20
