"""Who is tested with whom: repeated stratified folds in which equal customers always share a fold."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chaland.learn import copies
from chaland.learn.encode import Doubles, Encoded

Assignment = npt.NDArray[np.int16]

STRATA = 20


def groups(data: Encoded) -> npt.NDArray[np.intp]:
    """The number of each row's group: rows with equal features, the identifier aside, have the same number."""
    rows = data.hashes().sum(axis=1, dtype=np.uint64)
    return np.unique(rows, return_inverse=True)[1].astype(np.intp)


def one_side(held: npt.NDArray[np.bool_], data: Encoded) -> npt.NDArray[np.bool_]:
    """Who is held out, where all rows that are surely copies of one another stand on the side of the first of them.

    Where features have few values, people are alike by chance and are no copies: they stay where they are.
    """
    if not len(held) or not copies.proves(data):
        return held
    group = groups(data)
    first = np.unique(group, return_index=True)[1]
    together: npt.NDArray[np.bool_] = held[first][group]
    return together


def deal(truth: npt.NDArray[np.bool_], group: npt.NDArray[np.intp], folds: int, repeats: int, seed: int) -> list[Assignment]:
    """For each repeat the fold of each row, from 0.

    Groups are shuffled and dealt like cards, those with more positives first, so that every fold has the same share of positives
    to within one group.
    """
    rng = np.random.default_rng(seed)
    sizes = np.bincount(group).astype(np.float64)
    positives = np.bincount(group, weights=truth).astype(np.float64)
    return [_deal_once(sizes, positives, folds, rng)[group] for _ in range(repeats)]


def deal_alike(answers: Doubles, group: npt.NDArray[np.intp], folds: int, repeats: int, seed: int) -> list[Assignment]:
    """As `deal`, for answers that are no yes and no: every fold has the same share of each answer, or of each twentieth of the numbers."""
    rng = np.random.default_rng(seed)
    sizes = np.bincount(group).astype(np.float64)
    mean = np.bincount(group, weights=answers).astype(np.float64) / sizes
    if len(np.unique(mean)) > STRATA:
        mean = np.floor(np.argsort(np.argsort(mean, kind="stable"), kind="stable") * STRATA / len(mean))
    return [_deal_once(sizes, mean, folds, rng)[group] for _ in range(repeats)]


def _deal_once(sizes: Doubles, positives: Doubles, folds: int, rng: np.random.Generator) -> Assignment:
    cards = rng.permutation(len(sizes))
    cards = cards[np.lexsort((-sizes[cards], -positives[cards]))]
    fold = np.empty(len(sizes), np.int16)
    fold[cards] = np.arange(len(cards)) % folds
    return fold
