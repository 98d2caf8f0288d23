from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from chaland.learn import explain, selection
from chaland.learn.dataset import TrainingSet
from chaland.learn.metrics import Predictions
from tests.learn.people import customers


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss"])
def test_shuffling_a_driver_costs_and_shuffling_noise_does_not(metric: str) -> None:
    chosen = selection.run(customers(), ["logistic_regression"], "roc_auc", 3, 0, 2)
    assert chosen.best is not None
    told = {one["feature"]: one["value"] for one in explain.importance(chosen.best, customers().split()[1], metric, 0)}
    assert told["months"] > 0.02
    assert abs(told["night"]) < 0.02


def test_what_is_typical_is_the_median_and_the_commonest_word() -> None:
    told = {one.name: one.typical for one in explain.inputs(customers())}
    assert (told["calls"], told["plan"]) == (1.0, "month")


def test_groups_of_few_people_are_not_shown() -> None:
    data = customers(100)
    aside = pa.table({"gender": pa.array(["F"] * 80 + ["X"] * 20)})
    held = TrainingSet(data.keys, data.table, data.features, data.target, data.holdout, aside)
    told = Predictions(np.full(100, 0.5), np.ones(100, bool), data.positives())
    assert [one["group"] for one in explain.by_group(told, held)] == ["F"]
