"""Made-up customers with known drivers, for the tests of learning."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chaland.learn.dataset import Feature, TrainingSet

WORDS = ("plan", "town")


def customers(rows: int = 1200, seed: int = 0, *, extra: dict[str, np.ndarray] | None = None, signal: float = 1.0) -> TrainingSet:
    """Customers who leave after many calls, in their first months, and on the monthly plan; a fifth is held out."""
    rng = np.random.default_rng(seed)
    calls, months, minutes = rng.poisson(1.5, rows).astype(float), rng.gamma(2, 12, rows).round(), rng.normal(180, 50, rows).round(1)
    plan = rng.choice(["month", "year", "two years"], rows, p=[0.5, 0.3, 0.2])
    town = rng.choice(["Brest", "Dijon", "Lille", "Nantes", "Tours"], rows)
    logit = signal * (1.1 * (calls - 1.5) - 0.06 * (months - 24) + 1.2 * (plan == "month") + 0.015 * (minutes - 180) * (calls > 2)) - 1.8
    truth = rng.random(rows) < 1 / (1 + np.exp(-logit))
    blank = np.where(rng.random(rows) < 0.05, np.nan, minutes)
    evening, night = rng.normal(200, 50, rows).round(1), rng.normal(90, 30, rows).round(1)
    columns = {"calls": calls, "months": months, "minutes": blank, "evening": evening, "night": night, "plan": plan, "town": town}
    for name, values in (extra or {}).items():
        columns[name] = values
    return training_set(columns, truth, rng.random(rows) < 0.2)


def training_set(columns: dict[str, np.ndarray], truth: np.ndarray, held: np.ndarray) -> TrainingSet:
    """A training set from numpy columns; NaN is null."""
    features = tuple(
        Feature(name, "number" if values.dtype.kind == "f" else "word", name, name.title(), name.title())
        for name, values in columns.items()
    )
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    keys = pa.array([f"{i:06d}" for i in range(len(truth))])
    return TrainingSet(keys, table, features, pa.array(truth), held)


def replaced(data: TrainingSet, truth: np.ndarray) -> TrainingSet:
    """The same people with other answers."""
    return TrainingSet(data.keys, data.table, data.features, pa.array(truth), data.holdout)
