"""What is measured of predictions (here of two classes), each with a 95 % bootstrap interval, all resamples at once.

A metric is a function of (weights [B, n], table) and gives B values: row 0 of the weights is all ones (the value itself), the
others count how often each row was drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BINS = 10
CLIP = 1e-15
BLOCK = 4_000_000


@dataclass(frozen=True)
class Measured:
    """A value and the bounds of its 95 % interval."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float | None]:
        """The three numbers, null where a metric is not defined (one class only)."""
        return {
            name: None if math.isnan(number) else number for name, number in (("value", self.value), ("low", self.low), ("high", self.high))
        }


class Judged(Protocol):
    """Predictions beside the truth, whatever the task."""

    @property
    def truth(self) -> npt.NDArray[Any]:
        """What became of each row."""

    def measured(self, weights: Doubles) -> dict[str, Doubles]:
        """Every metric of the task, one value per row of `weights` [B, n]."""


@dataclass(frozen=True)
class Predictions:
    """Probabilities of the positive class, decisions and the truth, one per row."""

    probability: Doubles
    decided: Bools
    truth: Bools

    def measured(self, weights: Doubles) -> dict[str, Doubles]:
        """Every metric, one value per row of `weights` [B, n]."""
        return values(self, weights)


class _Sorted:
    """Predictions sorted by falling probability, ties joined."""

    def __init__(self, told: Predictions):
        self.order = np.argsort(-told.probability, kind="stable")
        p = told.probability[self.order]
        self.starts = np.flatnonzero(np.append(True, p[1:] != p[:-1]))
        self.truth = told.truth[self.order].astype(np.float64)

    def tallies(self, weights: Doubles) -> tuple[Doubles, Doubles]:
        """Weighted positives and negatives at each distinct probability, [B, distinct]."""
        drawn = weights[:, self.order]
        positives = np.add.reduceat(drawn * self.truth, self.starts, axis=1)
        return positives, np.add.reduceat(drawn, self.starts, axis=1) - positives


def _ranked(told: Predictions, weights: Doubles) -> dict[str, Doubles]:
    """Area under the ROC curve (ties count half) and average precision (step sum, as in scikit-learn)."""
    positives, negatives = _Sorted(told).tallies(weights)
    hits, misses = np.cumsum(positives, axis=1), np.cumsum(negatives, axis=1)
    p, n = hits[:, -1], misses[:, -1]
    above = (negatives * (hits - 0.5 * positives)).sum(axis=1)
    precision = np.divide(hits, hits + misses, out=np.zeros_like(hits), where=hits + misses > 0)
    return {"roc_auc": _ratio(above, p * n), "average_precision": _ratio((precision * positives).sum(axis=1), p)}


def _counted(told: Predictions, weights: Doubles) -> dict[str, Doubles]:
    """Metrics of the decisions; precision and F1 are 0 where nobody is told positive."""
    cells = np.column_stack(
        [told.truth & told.decided, told.truth & ~told.decided, ~told.truth & told.decided, ~told.truth & ~told.decided]
    )
    tp, fn, fp, tn = (weights @ cells.astype(np.float64)).T
    recall, specificity = _ratio(tp, tp + fn), _ratio(tn, tn + fp)
    return {
        "accuracy": (tp + tn) / (tp + fn + fp + tn),
        "balanced_accuracy": (recall + specificity) / 2,
        "precision": np.divide(tp, tp + fp, out=np.zeros_like(tp), where=tp + fp > 0),
        "recall": recall,
        "f1": np.divide(2 * tp, 2 * tp + fn + fp, out=np.zeros_like(tp), where=2 * tp + fn + fp > 0),
    }


def _probable(told: Predictions, weights: Doubles) -> dict[str, Doubles]:
    """Log loss (natural), Brier score (mean square), and expected calibration error over ten equal bins (Naeini et al. 2015)."""
    p = np.clip(told.probability, CLIP, 1 - CLIP)
    losses = np.column_stack([-np.where(told.truth, np.log(p), np.log1p(-p)), (told.probability - told.truth) ** 2])
    gap = np.zeros((len(p), BINS))
    gap[np.arange(len(p)), np.minimum((told.probability * BINS).astype(int), BINS - 1)] = told.probability - told.truth
    total = weights.sum(axis=1)
    log_loss, brier = (weights @ losses / total[:, None]).T
    return {"log_loss": log_loss, "brier": brier, "ece": np.abs(weights @ gap).sum(axis=1) / total}


FAMILIES: tuple[tuple[Callable[[Predictions, Doubles], dict[str, Doubles]], tuple[str, ...]], ...] = (
    (_counted, ("accuracy", "balanced_accuracy", "precision", "recall", "f1")),
    (_ranked, ("roc_auc", "average_precision")),
    (_probable, ("log_loss", "brier", "ece")),
)
METRICS = tuple(name for _, names in FAMILIES for name in names)
SMALLER_IS_BETTER = frozenset({"log_loss", "brier", "ece", "mae", "rmse", "mape", "bias"})
BOUNDS = {
    "log_loss": (0.0, math.inf),
    "mae": (0.0, math.inf),
    "rmse": (0.0, math.inf),
    "mape": (0.0, math.inf),
    "bias": (-math.inf, math.inf),
    "r2": (-math.inf, 1.0),
}
"""What a metric can be, where it is not 0 to 1."""


def values(told: Predictions, weights: Doubles | None = None) -> dict[str, Doubles]:
    """Every metric, one value per row of `weights` [B, n] (default: one row of ones)."""
    drawn = np.ones((1, len(told.truth))) if weights is None else weights
    found: dict[str, Doubles] = {}
    for family, _ in FAMILIES:
        found |= family(told, drawn)
    return found


@dataclass(frozen=True)
class Resamples:
    """The same bootstrap draws for every candidate, so that they can be compared pair by pair.

    Groups of equal customers are drawn together. `draws` is how many; fewer on many rows, where intervals are narrow anyway.
    """

    group: npt.NDArray[np.intp]
    seed: int
    draws: int

    @classmethod
    def of(cls, group: npt.NDArray[np.intp], seed: int) -> Resamples:
        """Draws for these rows: 1,000 of them up to 10,000 rows, then as few as 200."""
        return cls(group, seed, int(np.clip(10_000_000 // max(len(group), 1), 200, 1000)))

    def measure(self, repeats: Sequence[Judged]) -> dict[str, Doubles]:
        """Every metric as [1 + draws] values: the first measured, the others resampled; means over the repeats."""
        rng = np.random.default_rng(self.seed)
        count = int(self.group.max()) + 1
        parts = [_mean(repeats, np.ones((1, len(self.group))))]
        for size in self._blocks():
            drawn = rng.poisson(1.0, (size, count)).astype(np.float64)
            parts.append(_mean(repeats, drawn[:, self.group]))
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _blocks(self) -> list[int]:
        size = max(1, min(self.draws, BLOCK // max(len(self.group), 1)))
        return [min(size, self.draws - start) for start in range(0, self.draws, size)]


def interval(drawn: Doubles, floor: float = 0.0, ceiling: float = 1.0) -> Measured:
    """The first value with the 2.5 and 97.5 % points of the others, moved by their median's distance from it.

    Resampling makes a calibration error larger than it is; the move takes that back.
    """
    value, rest = float(drawn[0]), drawn[1:][~np.isnan(drawn[1:])]
    if math.isnan(value) or not len(rest):
        return Measured(value, math.nan, math.nan)
    low, high = np.quantile(rest, [0.025, 0.975]) + (value - np.median(rest))
    return Measured(value, float(min(max(low, floor), value)), float(max(min(high, ceiling), value)))


def intervals(drawn: Mapping[str, Doubles]) -> dict[str, Measured]:
    """`interval` of every metric, within what it can be."""
    return {name: interval(numbers, *BOUNDS.get(name, (0.0, 1.0))) for name, numbers in drawn.items()}


def gain(better: Doubles, than: Doubles, name: str) -> Doubles:
    """How much better one candidate is than another, draw by draw: positive is better for every metric."""
    if name == "bias":
        return np.abs(than) - np.abs(better)
    return than - better if name in SMALLER_IS_BETTER else better - than


def confusion(told: Predictions) -> list[list[int]]:
    """Counts; rows are the truth, columns the decision, negative first."""
    return [[int((told.decided[told.truth == row] == column).sum()) for column in (False, True)] for row in (False, True)]


def _mean(repeats: Sequence[Judged], weights: Doubles) -> dict[str, Doubles]:
    found = [told.measured(weights) for told in repeats]
    return {name: np.mean([one[name] for one in found], axis=0) for name in found[0]}


def _ratio(part: Doubles, whole: Doubles) -> Doubles:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
