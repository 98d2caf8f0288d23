"""How far two ways of grouping the same customers agree, beyond what chance would bring."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]


def adjusted_rand(counts: Counts) -> float | None:
    """The adjusted Rand index (Hubert and Arabie 1985) of a table of counts, one grouping down and the other across.

    1: the same groups, 0: as by chance. None where both have one group only, or there are fewer than two customers.
    """
    together = _pairs(counts).sum()
    down, across, every = _pairs(counts.sum(axis=1)).sum(), _pairs(counts.sum(axis=0)).sum(), _pairs(counts.sum())
    if not every:
        return None
    expected = down * across / every
    most = (down + across) / 2
    return None if most == expected else float((together - expected) / (most - expected))


def crossed(first: Counts, second: Counts) -> Counts:
    """The table of counts of two groupings, given group by group for the same customers."""
    rows, row = np.unique(first, return_inverse=True)
    columns, column = np.unique(second, return_inverse=True)
    return np.bincount(row * len(columns) + column, minlength=len(rows) * len(columns)).reshape(len(rows), len(columns))


def _pairs(counts: Counts) -> npt.NDArray[np.float64]:
    many = np.asarray(counts, np.float64)
    pairs: npt.NDArray[np.float64] = many * (many - 1) / 2
    return pairs
