"""What is measured of predictions of several classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chaland.learn.metrics import BINS, CLIP, Doubles, _ratio

Codes = npt.NDArray[np.intp]

METRICS = ("accuracy", "balanced_accuracy", "top_3_accuracy", "f1_macro", "log_loss", "ece")


@dataclass(frozen=True)
class ClassPredictions:
    """The probability of each class [rows, classes], and the truth as the number of a class."""

    probability: Doubles
    truth: Codes

    @property
    def decided(self) -> Codes:
        """The most probable class; of equals the first."""
        most: Codes = self.probability.argmax(axis=1)
        return most

    def measured(self, weights: Doubles) -> dict[str, Doubles]:
        """Every metric, one value per row of `weights` [B, rows]."""
        return _by_row(self, weights) | _by_class(self, weights) | _calibrated(self, weights)


def _by_row(told: ClassPredictions, weights: Doubles) -> dict[str, Doubles]:
    """Accuracy, how often the truth is among the three most probable, and log loss (natural)."""
    own = np.take_along_axis(told.probability, told.truth[:, None], axis=1)
    before = (told.probability == own) & (np.arange(told.probability.shape[1])[None] < told.truth[:, None])
    place = (told.probability > own).sum(axis=1) + before.sum(axis=1)
    columns = np.column_stack([place == 0, place < 3, -np.log(np.clip(own[:, 0], CLIP, 1.0))]).astype(np.float64)
    accuracy, among, loss = (weights @ columns / weights.sum(axis=1)[:, None]).T
    return {"accuracy": accuracy, "top_3_accuracy": among, "log_loss": loss}


def _by_class(told: ClassPredictions, weights: Doubles) -> dict[str, Doubles]:
    """Mean recall of the classes that are there, and mean F1 of those that are there or foretold (0 where never right)."""
    classes, decided = told.probability.shape[1], told.decided
    really, said = _marks(told.truth, classes), _marks(decided, classes)
    true, claimed, hits = weights @ really, weights @ said, weights @ (really * said)
    recall = _ratio(hits, true)
    f1 = _ratio(2 * hits, true + claimed)
    return {"balanced_accuracy": _mean(recall), "f1_macro": _mean(f1)}


def _calibrated(told: ClassPredictions, weights: Doubles) -> dict[str, Doubles]:
    """Expected calibration error of the predicted class's probability, over ten equal bins (Guo et al. 2017)."""
    sure = told.probability.max(axis=1)
    gap = np.zeros((len(sure), BINS))
    gap[np.arange(len(sure)), np.minimum((sure * BINS).astype(int), BINS - 1)] = sure - (told.decided == told.truth)
    return {"ece": np.abs(weights @ gap).sum(axis=1) / weights.sum(axis=1)}


def confusion(told: ClassPredictions) -> list[list[int]]:
    """Counts; rows are the truth, columns the decision, in the order of the classes."""
    classes = told.probability.shape[1]
    counts = np.bincount(told.truth * classes + told.decided, minlength=classes**2)
    return [[int(count) for count in row] for row in counts.reshape(classes, classes)]


def _marks(codes: Codes, classes: int) -> Doubles:
    marks: Doubles = (codes[:, None] == np.arange(classes)[None]).astype(np.float64)
    return marks


def _mean(values: Doubles) -> Doubles:
    """Means over classes, leaving out those that are not there."""
    known = ~np.isnan(values)
    return _ratio(np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))
