"""What sort of answer a question has, and the metrics and algorithms that go with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from chaland.errors import Fault, nearest

Task = Literal["binary", "multiclass", "regression"]
Metric = Literal[
    "accuracy",
    "balanced_accuracy",
    "precision",
    "recall",
    "f1",
    "roc_auc",
    "average_precision",
    "log_loss",
    "brier",
    "ece",
    "top_3_accuracy",
    "f1_macro",
    "mae",
    "rmse",
    "r2",
    "mape",
    "bias",
]
METRICS: Mapping[str, tuple[str, ...]] = {
    "binary": ("accuracy", "balanced_accuracy", "precision", "recall", "f1", "roc_auc", "average_precision", "log_loss", "brier", "ece"),
    "multiclass": ("accuracy", "balanced_accuracy", "top_3_accuracy", "f1_macro", "log_loss", "ece"),
    "regression": ("mae", "rmse", "r2", "mape", "bias"),
}
CHOOSES: Mapping[str, Metric] = {"binary": "average_precision", "multiclass": "accuracy", "regression": "mae"}
"""The metric that chooses where the file names none."""
CANDIDATES = ("logistic_regression", "random_forest", "gradient_boosting")
ALGORITHMS: Mapping[str, tuple[str, ...]] = {
    "binary": CANDIDATES,
    "multiclass": CANDIDATES,
    "regression": ("ridge", "random_forest", "gradient_boosting"),
}
EVERY_ALGORITHM = (*CANDIDATES, "ridge")
CALLED = {"binary": "a yes or no", "multiclass": "one of several words", "regression": "a number"}
NUMBERS = ("int", "float", "decimal")


def of_type(kind: str, positive: str | None) -> Task | None:
    """The task that follows from a column's type; None where such a column cannot be foretold. A word that counts as yes makes two of many."""
    if kind == "bool" or positive is not None:
        return "binary"
    if kind in ("string", "ordinal"):
        return "multiclass"
    return "regression" if kind in NUMBERS else None


def faults(path: tuple[str, ...], task: str, metric: str | None, candidates: Sequence[str]) -> Iterator[Fault]:
    """A metric or an algorithm of another task; `path` leads to the question."""
    if metric is not None and metric not in METRICS[task]:
        said = f"{metric!r} is no metric of an answer that is {CALLED[task]}"
        yield Fault((*path, "metric"), said, nearest(metric, METRICS[task]))
    for name in candidates:
        if name in EVERY_ALGORITHM and name not in ALGORITHMS[task]:
            said = f"{name!r} does not learn an answer that is {CALLED[task]}"
            yield Fault((*path, "candidates"), said, f"There is: {', '.join(ALGORITHMS[task])}.")
