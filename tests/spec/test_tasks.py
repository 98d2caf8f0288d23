"""A metric and an algorithm belong to a sort of answer."""

from __future__ import annotations

import pytest

from chaland.learn.tasks import algorithms_of, metrics_of
from chaland.spec.project import Predict
from chaland.spec.tasks import ALGORITHMS, CHOOSES, METRICS, faults, of_type

ASKED = {"target": {"kind": "column", "of": "x"}, "features": ["profile"]}


@pytest.mark.parametrize("task", sorted(METRICS))
def test_files_may_name_what_can_be_measured_and_learnt(task: str) -> None:
    assert set(METRICS[task]) == set(metrics_of(task))
    assert set(ALGORITHMS[task]) == {one.name for one in algorithms_of(task)}
    assert CHOOSES[task] in METRICS[task]


@pytest.mark.parametrize(
    ("kind", "positive", "task"),
    [("bool", None, "binary"), ("string", "Gold", "binary"), ("string", None, "multiclass"), ("ordinal", None, "multiclass"), ("int", None, "regression"), ("decimal", None, "regression"), ("date", None, None)],
)  # fmt: skip
def test_the_task_follows_from_the_type(kind: str, positive: str | None, task: str | None) -> None:
    assert of_type(kind, positive) == task


def test_a_metric_or_an_algorithm_of_another_task_is_a_fault() -> None:
    told = list(faults(("predict", "q"), "regression", "roc_auc", ["logistic_regression", "random_forest"]))
    assert [fault.keys[-1] for fault in told] == ["metric", "candidates"]
    assert list(faults(("predict", "q"), "multiclass", "f1_macro", ["logistic_regression"])) == []


def test_what_a_file_leaves_open_follows_from_the_task() -> None:
    open_, said = Predict.model_validate(ASKED), Predict.model_validate({**ASKED, "candidates": ["ridge"], "metric": "rmse"})
    assert (open_.competing("regression")[0], open_.chooses("regression")) == ("ridge", "mae")
    assert (open_.competing("binary")[0], open_.chooses("binary")) == ("logistic_regression", "average_precision")
    assert (said.competing("regression"), said.chooses("regression")) == (("ridge",), "rmse")
