from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from chaland.errors import DataError, SpecError
from chaland.learn import selection
from chaland.learn.dataset import TrainingSet
from chaland.learn.metrics import METRICS
from tests.learn import telco
from tests.learn.people import customers, replaced

NAMES = ["logistic_regression", "random_forest", "gradient_boosting"]


@pytest.fixture(scope="module")
def chosen() -> selection.Selection:
    return selection.run(customers(), NAMES, "average_precision", 3, 0, 2)


def test_what_is_told_has_the_shape_that_is_promised(chosen: selection.Selection) -> None:
    told = json.loads(json.dumps(chosen.to_dict(), allow_nan=False))
    assert set(told) == {"task", "rows", "baseline", "kept", "candidates", "holdout", "warnings", "notes", "parity"}
    assert [set(one["metrics"]) for one in told["candidates"]] == [set(METRICS)] * 3
    assert np.sum(told["holdout"]["confusion"]) == told["holdout"]["rows"]


def test_a_value_lies_in_its_interval(chosen: selection.Selection) -> None:
    measured = [m for one in (chosen.baseline, *chosen.candidates, chosen.holdout) for m in one.metrics.values()]
    assert all(m.low <= m.value <= m.high for m in measured)


def test_real_drivers_are_found(chosen: selection.Selection) -> None:
    assert {one["feature"] for one in chosen.importance[:3]} == {"calls", "months", "plan"}


def test_every_candidate_comes_as_onnx_equal_to_what_was_trained(chosen: selection.Selection) -> None:
    assert set(chosen.models) == set(NAMES)
    assert chosen.parity is not None
    assert chosen.parity <= 1e-6


def test_threads_change_no_byte(chosen: selection.Selection) -> None:
    again = selection.run(customers(), NAMES, "average_precision", 3, 0, 1)
    assert {name: model.to_bytes() for name, model in again.models.items()} == {
        name: model.to_bytes() for name, model in chosen.models.items()
    }
    assert again.baseline.metrics == chosen.baseline.metrics
    assert again.holdout == chosen.holdout


def test_the_answers_of_the_holdout_touch_no_model(chosen: selection.Selection) -> None:
    data = customers()
    turned = replaced(data, data.positives() ^ data.holdout)
    again = selection.run(turned, NAMES, "average_precision", 3, 0, 2)
    assert {name: model.to_bytes() for name, model in again.models.items()} == {
        name: model.to_bytes() for name, model in chosen.models.items()
    }


def test_the_features_of_the_holdout_touch_no_model(chosen: selection.Selection) -> None:
    data = customers()
    calls = np.where(data.holdout, 0.0, data.table.column("calls").to_numpy())
    moved = TrainingSet(data.keys, data.table.set_column(0, "calls", pa.array(calls)), data.features, data.target, data.holdout)
    again = selection.run(moved, ["gradient_boosting"], "average_precision", 3, 0, 2)
    assert again.models["gradient_boosting"].to_bytes() == chosen.models["gradient_boosting"].to_bytes()


def test_one_answer_only_cannot_be_learnt() -> None:
    data = customers(200)
    with pytest.raises(DataError) as told:
        selection.run(replaced(data, np.zeros(200, bool)), NAMES, "roc_auc", 4, 0, 1)
    assert told.value.code == "one_class"


def test_an_unknown_algorithm_or_metric_gets_the_nearest_word() -> None:
    with pytest.raises(SpecError, match="random_forest"):
        selection.run(customers(200), ["random_forrest"], "roc_auc", 4, 0, 1)
    with pytest.raises(SpecError, match="roc_auc"):
        selection.run(customers(200), NAMES, "roc_auk", 4, 0, 1)


def test_errors_are_shown_per_sensitive_group() -> None:
    data = customers()
    sensitive = pa.table({"gender": pa.array(["F", "M"] * (data.rows // 2))})
    aside = TrainingSet(data.keys, data.table, data.features, data.target, data.holdout, sensitive)
    shown = selection.run(aside, ["logistic_regression"], "roc_auc", 4, 0, 2).by_group
    assert sorted(one["group"] for one in shown) == ["F", "M"]
    assert sum(one["rows"] for one in shown) == int(data.holdout.sum())


@pytest.mark.parametrize("names", [["calls", "months"], ["plan", "town"]])
def test_numbers_alone_or_words_alone_will_do(names: list[str]) -> None:
    data = customers()
    part = data.without({feature.name for feature in data.features} - set(names))
    chosen = selection.run(part, NAMES, "roc_auc", 4, 0, 2)
    assert set(chosen.models) == set(NAMES)


def test_bigml_is_learnt_as_well_as_it_can_be() -> None:
    chosen = selection.run(telco.bigml(), ["gradient_boosting"], "average_precision", 5, 0, 2)
    told = {name: chosen.holdout.metrics[name].value for name in ("roc_auc", "f1", "accuracy")}
    assert (told["roc_auc"] >= 0.915, told["f1"] >= 0.80, told["accuracy"] >= 0.945) == (True, True, True), told


def test_ibm_is_learnt_as_well_as_it_can_be_and_calibrated() -> None:
    chosen = selection.run(telco.ibm(), ["logistic_regression", "gradient_boosting"], "roc_auc", 5, 0, 2)
    best = next(one for one in chosen.candidates if one.name == chosen.kept)
    assert 0.840 <= best.metrics["roc_auc"].value <= 0.855
    assert best.metrics["ece"].value <= 0.03


def test_only_a_model_that_orders_customers_beats_the_majority() -> None:
    """Calling everybody positive has a better F1 than calling nobody so, and tells nothing."""
    draws = np.random.default_rng(0).normal(0, 1, 1001)
    draws[0] = 0.0
    than = {"f1": np.zeros(1001), "roc_auc": np.full(1001, 0.5), "log_loss": np.full(1001, 0.6)}
    chance = {"f1": 0.3 + 0.01 * draws, "roc_auc": 0.53 + 0.01 * draws, "log_loss": 0.598 - 0.001 * draws}
    signal = {"f1": 0.3 + 0.01 * draws, "roc_auc": 0.58 + 0.01 * draws, "log_loss": 0.590 - 0.001 * draws}
    assert selection._kept({"majority": than, "one": chance}, "f1") is None
    assert selection._kept({"majority": than, "one": chance, "two": signal}, "f1") == "two"
