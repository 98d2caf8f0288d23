"""Made-up customers with and without groups, for the tests of grouping."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chaland.learn.dataset import Feature
from chaland.simulate import telco

WORDS = ("state", "area_code")
NOT_FEATURES = ("phone_number", "churn")


def subscribers(rows: int, seed: int) -> tuple[pa.Table, list[Feature], telco.Customers]:
    """The simulator's customers as a feature table, and the truth."""
    drawn = next(telco.draw(rows, seed))
    wanted = {name: values for name, values in drawn.columns.items() if name not in NOT_FEATURES}
    columns = {name: [str(v) for v in values] if name in WORDS else values.astype(float) for name, values in wanted.items()}
    return pa.table(columns), [feature(name, "word" if name in WORDS else "number") for name in columns], drawn


def cloud(rows: int, width: int, seed: int, mixed: float = 0.0) -> tuple[pa.Table, list[Feature]]:
    """One normal cloud; `mixed` makes its columns depend on one another."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((rows, width)) @ (np.eye(width) + mixed * rng.standard_normal((width, width)))
    return pa.table({f"x{n}": values[:, n] for n in range(width)}), [feature(f"x{n}") for n in range(width)]


def heaps(rows: int, shares: list[float], apart: float, seed: int) -> tuple[pa.Table, list[Feature], np.ndarray]:
    """Normal heaps, each `apart` from the middle in a direction of its own."""
    rng = np.random.default_rng(seed)
    heap = rng.choice(len(shares), rows, p=shares)
    values = rng.standard_normal((rows, len(shares))) + apart * np.eye(len(shares))[heap]
    return pa.table({f"x{n}": values[:, n] for n in range(len(shares))}), [feature(f"x{n}") for n in range(len(shares))], heap


def shuffled(table: pa.Table, seed: int) -> pa.Table:
    """Every column in an order of its own: the same values, and no groups."""
    rng = np.random.default_rng(seed)
    return pa.table({name: table[name].combine_chunks().take(pa.array(rng.permutation(len(table)))) for name in table.column_names})


def feature(name: str, kind: str = "number") -> Feature:
    """A feature with a plain title."""
    return Feature(name, kind, name, name.replace("_", " ").capitalize(), f"{name} (fr)")
