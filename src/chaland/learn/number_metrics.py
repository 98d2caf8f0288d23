"""What is measured of predicted numbers, in the unit of the target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chaland.learn.metrics import Doubles, _ratio

METRICS = ("mae", "rmse", "r2", "mape", "bias")
RANKED = "rank"
"""Spearman's correlation: by it a model proves that it orders customers; it is not told."""


@dataclass(frozen=True)
class NumberPredictions:
    """Predicted numbers and the truth, one per row."""

    predicted: Doubles
    truth: Doubles

    def measured(self, weights: Doubles) -> dict[str, Doubles]:
        """Every metric, one value per row of `weights` [B, rows].

        mape is the mean of |error / truth| over the rows whose truth is not zero; bias is the mean of predicted minus true.
        """
        error, total = self.predicted - self.truth, weights.sum(axis=1)
        known = self.truth != 0
        apart = np.divide(np.abs(error), np.abs(self.truth), out=np.zeros_like(error), where=known)
        centred = self.truth - self.truth.mean() if len(self.truth) else self.truth
        columns = np.column_stack([np.abs(error), error**2, error, apart, known, centred, centred**2])
        absolute, squared, bias, shares, counted, sums, squares = (weights @ columns).T
        spread = squares - sums**2 / np.where(total > 0, total, np.nan)
        return {
            "mae": absolute / total,
            "rmse": np.sqrt(squared / total),
            "r2": 1.0 - _ratio(squared, spread),
            "mape": _ratio(shares, counted),
            "bias": bias / total,
            RANKED: _ranked(self, weights),
        }


def _ranked(told: NumberPredictions, weights: Doubles) -> Doubles:
    """Correlation of the ranks (ranks of all rows, so that one product serves all draws); 0 where one side is constant."""
    a, b = (_ranks(values) for values in (told.predicted, told.truth))
    total = weights.sum(axis=1)
    first, second, both, squared, other = (weights @ np.column_stack([a, b, a * b, a * a, b * b]) / total[:, None]).T
    spread = np.sqrt(np.maximum(squared - first**2, 0.0) * np.maximum(other - second**2, 0.0))
    found: Doubles = np.divide(both - first * second, spread, out=np.zeros_like(spread), where=spread > 1e-12)
    return found


def _ranks(values: Doubles) -> Doubles:
    """Ranks from -0.5 to 0.5, ties sharing the middle of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts + 1) / 2
    ranks: Doubles = middle[places] / max(len(values) - 1, 1) - 0.5
    return ranks
