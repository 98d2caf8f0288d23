"""From an algorithm's margin to an answer: a probability (Platt 1999), one per class, or a number; and from probabilities to a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NEAR_BEST = 0.002
SEEN_ROWS = 20_000


class Calibration(Protocol):
    """A straight line on the margin, with what follows from it."""

    def logit(self, margin: Doubles) -> Doubles:
        """The line: the space in which contributions add up."""

    def answer(self, margin: Doubles) -> Doubles:
        """What the model answers."""


@dataclass(frozen=True)
class Sigmoid:
    """probability = 1 / (1 + exp(-(slope * margin + shift))): a straight line in the logit, so contributions stay additive."""

    slope: float
    shift: float

    def logit(self, margin: Doubles) -> Doubles:
        """Calibrated log-odds."""
        return self.slope * margin + self.shift

    def probability(self, margin: Doubles) -> Doubles:
        """Calibrated probability of the positive class."""
        return expit(self.logit(margin))

    def answer(self, margin: Doubles) -> Doubles:
        """The probability."""
        return self.probability(margin)

    @classmethod
    def fit(cls, margin: Doubles, truth: Bools) -> Sigmoid:
        """Fit on margins of rows that the algorithm did not learn from, by Newton's method.

        Targets are smoothed as in Platt's paper, so that perfect separation stays finite; a slope that would turn the order of
        the customers round is set to nothing.
        """
        positives, negatives = float(truth.sum()), float((~truth).sum())
        goal = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))
        centre, spread = float(margin.mean()), float(margin.std()) or 1.0
        slope, shift = _newton((margin - centre) / spread, goal)
        if slope <= 0:
            return cls(0.0, float(np.log(goal.mean() / (1 - goal.mean()))))
        return cls(slope / spread, shift - slope * centre / spread)


@dataclass(frozen=True)
class Scaling:
    """probabilities = softmax(slope * margins + shifts): one temperature for all classes and a shift per class, so the logits stay sums.

    Vector scaling with one slope (Guo et al. 2017); margins are [rows, classes].
    """

    slope: float
    shifts: Doubles

    def logit(self, margin: Doubles) -> Doubles:
        """Calibrated logits, [rows, classes]."""
        return self.slope * margin + self.shifts

    def answer(self, margin: Doubles) -> Doubles:
        """Calibrated probabilities, [rows, classes]."""
        return softmax(self.logit(margin))

    @classmethod
    def fit(cls, margin: Doubles, truth: npt.NDArray[np.intp]) -> Scaling:
        """Fit on margins of rows that the algorithm did not learn from (at most some 20,000, evenly picked), by Newton's method.

        The answers are smoothed as in Platt's paper; a slope that would turn the order round is set to nothing.
        """
        step = 1 + len(truth) // SEEN_ROWS
        margin, truth = margin[::step], truth[::step]
        rows, classes = margin.shape
        goal = np.full((rows, classes), 1.0 / (rows + classes))
        goal[np.arange(rows), truth] += 1.0 - classes / (rows + classes)
        centre, spread = margin.mean(axis=0), float(margin.std()) or 1.0
        slope, shifts = _newton_classes((margin - centre) / spread, goal)
        if slope <= 0:
            return cls(0.0, np.log(goal.mean(axis=0)))
        return cls(slope / spread, shifts - slope * centre / spread)


@dataclass(frozen=True)
class Line:
    """number = slope * margin + shift: models of numbers learn in standard deviations from the mean, and answer in the target's unit."""

    slope: float
    shift: float

    def logit(self, margin: Doubles) -> Doubles:
        """The number."""
        return self.slope * margin + self.shift

    def answer(self, margin: Doubles) -> Doubles:
        """The number."""
        return self.logit(margin)


def softmax(logit: Doubles) -> Doubles:
    """Exponentials over their sum, row by row, without overflow."""
    grown = np.exp(logit - logit.max(axis=1, keepdims=True, initial=-np.inf))
    result: Doubles = grown / grown.sum(axis=1, keepdims=True)
    return result


def expit(logit: Doubles) -> Doubles:
    """The logistic function, without overflow."""
    result: Doubles = 0.5 * (1.0 + np.tanh(0.5 * logit))
    return result


def _newton(margin: Doubles, goal: Doubles) -> tuple[float, float]:
    weights = np.array([0.0, np.log(goal.mean() / (1 - goal.mean()))])
    columns = np.column_stack([margin, np.ones_like(margin)])
    for _ in range(50):
        p = expit(columns @ weights)
        gradient = columns.T @ (p - goal)
        curve = (columns * (p * (1 - p))[:, None]).T @ columns + 1e-10 * np.eye(2)
        step = np.linalg.solve(curve, gradient)
        weights = weights - step / max(1.0, float(np.abs(step).max()) / 2)
        if float(np.abs(step).max()) < 1e-10:
            break
    return float(weights[0]), float(weights[1])


def _newton_classes(margin: Doubles, goal: Doubles) -> tuple[float, Doubles]:
    """Slope and shifts of least log loss; a whiff of ridge, for the shifts have one direction too many."""
    rows, classes = margin.shape
    weights = np.append(0.0, np.log(goal.mean(axis=0)))
    for _ in range(50):
        p = softmax(weights[0] * margin + weights[1:])
        middle = (p * margin).sum(axis=1)
        gradient = np.append(((p - goal) * margin).sum(), (p - goal).sum(axis=0)) / rows
        curve = np.empty((classes + 1, classes + 1))
        curve[0, 0] = (p * margin**2).sum() - (middle**2).sum()
        curve[0, 1:] = curve[1:, 0] = (p * (margin - middle[:, None])).sum(axis=0)
        curve[1:, 1:] = np.diag(p.sum(axis=0)) - p.T @ p
        step = np.linalg.solve(curve / rows + 1e-8 * np.eye(classes + 1), gradient)
        weights = weights - step / max(1.0, float(np.abs(step).max()) / 2)
        if float(np.abs(step).max()) < 1e-10:
            break
    return float(weights[0]), weights[1:] - weights[1:].mean()


def threshold(probability: Doubles, truth: Bools, objective: str = "f1") -> float:
    """The probability from which on a customer counts as positive: it maximises `objective` (f1, accuracy, balanced_accuracy).

    The best single cut jumps from sample to sample; the middle of all cuts within 0.002 of the best is steadier.
    """
    order = np.argsort(-probability, kind="stable")
    p, t = probability[order], truth[order]
    last = np.flatnonzero(np.append(p[1:] != p[:-1], True))
    hits = np.cumsum(t)[last].astype(float)
    told = (last + 1).astype(float)
    value = _objective(hits, told, float(t.sum()), float(len(t)), objective)
    near = np.flatnonzero(value >= value.max() - NEAR_BEST)
    cut = int(near[len(near) // 2])
    below = p[last[cut] + 1] if last[cut] + 1 < len(p) else p[last[cut]] / 2
    return float((p[last[cut]] + below) / 2)


def _objective(hits: Doubles, told: Doubles, positives: float, rows: float, objective: str) -> Doubles:
    rest = rows - told - (positives - hits)
    if objective == "accuracy":
        return (hits + rest) / rows
    if objective == "balanced_accuracy":
        return 0.5 * (hits / positives + rest / max(rows - positives, 1.0))
    return 2 * hits / (told + positives)
