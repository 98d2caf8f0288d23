"""From an algorithm's margin to a probability (Platt 1999), and from probabilities to a decision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NEAR_BEST = 0.002


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
