"""What the report draws of a model's predictions on the hold-out, as plain lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from chaland.learn.class_metrics import ClassPredictions
from chaland.learn.metrics import BINS, Judged, Predictions
from chaland.learn.number_metrics import NumberPredictions

POINTS, TWENTIETHS = 200, 20
Doubles = npt.NDArray[np.float64]


def of(told: Judged, threshold: float) -> dict[str, Any]:
    """ROC, precision-recall, calibration and gain curves, at most 200 points each; empty where a class is missing.

    Of several classes only the calibration of the predicted class; of numbers the mean of what came in each twentieth of what was foretold.
    """
    if isinstance(told, ClassPredictions):
        sure = Predictions(told.probability.max(axis=1), told.decided == told.decided, told.decided == told.truth)
        return {"calibration": _calibration(sure)} if len(told.truth) else {}
    if isinstance(told, NumberPredictions):
        return {"numbers": _numbers(told)} if len(told.truth) else {}
    assert isinstance(told, Predictions), "there are three tasks"
    return _curves(told, threshold)


def _numbers(told: NumberPredictions) -> dict[str, list[float]]:
    """Mean prediction and mean truth in each twentieth of the customers, from the smallest prediction to the greatest."""
    order = np.array_split(np.argsort(told.predicted, kind="stable"), min(TWENTIETHS, len(told.truth)))
    rows = np.array([float(len(part)) for part in order])
    means = [np.array([float(values[part].mean()) for part in order]) for values in (told.predicted, told.truth)]
    return {"predicted": _plain(means[0]), "observed": _plain(means[1]), "rows": _plain(rows)}


def _curves(told: Predictions, threshold: float) -> dict[str, Any]:
    positives = int(told.truth.sum())
    if not 0 < positives < len(told.truth):
        return {"roc": {}, "pr": {}, "calibration": {}, "gain": {}, "threshold": threshold}
    order = np.argsort(-told.probability, kind="stable")
    p, truth = told.probability[order], told.truth[order]
    last = np.flatnonzero(np.append(p[1:] != p[:-1], True))
    hits, told_so = np.cumsum(truth)[last], last + 1.0
    recall, precision = hits / positives, hits / told_so
    false = (told_so - hits) / (len(truth) - positives)
    return {
        "roc": {"false_positive_rate": _thin(np.append(0.0, false)), "true_positive_rate": _thin(np.append(0.0, recall))},
        "pr": {"recall": _thin(recall), "precision": _thin(precision)},
        "calibration": _calibration(told),
        "gain": {"contacted": _thin(np.append(0.0, told_so / len(truth))), "reached": _thin(np.append(0.0, recall))},
        "threshold": threshold,
    }


def _calibration(told: Predictions) -> dict[str, list[float]]:
    """Mean prediction and share of positives in each of ten equal bins that is not empty."""
    bins = np.minimum((told.probability * BINS).astype(int), BINS - 1)
    rows = np.bincount(bins, minlength=BINS)
    full = rows > 0
    said = np.bincount(bins, weights=told.probability, minlength=BINS)[full] / rows[full]
    seen = np.bincount(bins, weights=told.truth, minlength=BINS)[full] / rows[full]
    return {"predicted": _plain(said), "observed": _plain(seen), "rows": _plain(rows[full].astype(float))}


def _thin(line: Doubles) -> list[float]:
    picked = np.unique(np.linspace(0, len(line) - 1, min(POINTS, len(line))).round().astype(int))
    return _plain(line[picked])


def _plain(line: Doubles) -> list[float]:
    return [round(float(value), 6) for value in line]
