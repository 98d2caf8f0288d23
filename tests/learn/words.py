"""Made-up customers whose answer is one of several words, or a number, with known drivers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from chaland.learn.dataset import TrainingSet
from tests.learn.people import customers

LENGTHS = ("court", "moyen", "long", "très long")


def several(rows: int = 1200, seed: int = 0, signal: float = 1.0) -> TrainingSet:
    """Customers who want a longer car the more they call, the longer they stay, and on the monthly plan."""
    data, rng = customers(rows, seed), np.random.default_rng([seed, 1])
    calls, months, monthly = _drivers(data)
    pull = np.column_stack([0.8 * calls, 0.05 * months, 1.5 * monthly, np.full(rows, 0.4)])
    words = np.array(LENGTHS)[(signal * pull + rng.gumbel(size=(rows, 4))).argmax(axis=1)]
    return replace(data, target=pa.array(words.tolist()), task="multiclass", labels=LENGTHS)


def numbers(rows: int = 1200, seed: int = 0, signal: float = 1.0) -> TrainingSet:
    """Customers who spend 1,000 and 300 per call, 5 less per month and 200 more on the monthly plan, give or take 150."""
    data, rng = customers(rows, seed), np.random.default_rng([seed, 2])
    calls, months, monthly = _drivers(data)
    spent = 1000 + signal * (300 * calls - 5 * months + 200 * monthly) + rng.normal(0, 150, rows)
    return replace(data, target=pa.array(spent), task="regression")


def _drivers(data: TrainingSet) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    plan = np.array(data.table.column("plan").to_pylist())
    return data.table.column("calls").to_numpy(), data.table.column("months").to_numpy(), plan == "month"
