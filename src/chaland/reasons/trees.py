"""Exact Shapley values of the served trees, many rows at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chaland.reasons.clusters import Cluster, Cut, all_cuts, bits_of, clusters
from chaland.reasons.leaves import Doubles, Leaf, Told, leaves, told

Floats = npt.NDArray[np.float32]
Index = npt.NDArray[np.intp]

AT_ONCE = 1_024
ROOM = 8_000_000  # table rows looked up at once, in float32


@dataclass(frozen=True)
class TreeReasons:
    """Path-dependent TreeSHAP (Lundberg et al. 2020) by tables.

    What a leaf adds depends only on which of the conditions on its way are met. So the leaves are gathered in clusters, the thresholds
    of a cluster cut the space of its columns into a grid, and each cell holds what the cluster adds for each feature. For a row:
    which thresholds it passes, from that its cell in each cluster, from that the contributions. The expectation of a condition that
    is not known is the share of training rows that took that branch.

    `steps` [clusters, cuts] counts the cells from where a cut is passed; `tables[i]` holds, cell after cell, what the first clusters
    (those with more than i features) add for their i-th feature; `owners` adds up table rows by feature.
    """

    columns: Index
    cuts: Floats
    steps: Any
    starts: Index
    tables: tuple[Floats, ...]
    counts: tuple[int, ...]
    owners: Any
    features: int

    @classmethod
    def of(cls, ensemble: Mapping[str, Any], sources: Sequence[int], features: int) -> TreeReasons:
        """Work out the tables for an ensemble; `sources` says to which feature each design column belongs."""
        found = leaves(ensemble)
        cuts = all_cuts(found)
        adds = told(found, sources)
        grids = [_Grid.of(cluster, cuts, found, adds, sources) for cluster in clusters(found, cuts)]
        return _assembled(sorted(grids, key=lambda grid: -len(grid.players)), cuts, features)

    def contributions(self, design: Floats) -> Doubles:
        """[rows, features]: what each feature adds to the mean logit, in float64."""
        added = np.zeros((len(design), self.features))
        rows = sum(self.counts)
        block = max(1, min(AT_ONCE, ROOM // max(rows, 1), len(design)))
        room = np.empty(rows * block, np.float32)  # one for all blocks: fresh memory costs more than the sums
        for start in range(0, len(design) if rows else 0, block):
            added[start : start + block] = self._block(design[start : start + block], room)
        return added

    def _block(self, design: Floats, room: Floats) -> Doubles:
        """Cuts, clusters and table rows run down the arrays, customers along them: every sum is one of whole lines."""
        passed = np.ascontiguousarray(design.T)[self.columns] > self.cuts[:, None]
        cells = self.steps @ passed.astype(self.steps.dtype) + self.starts[:, None]
        rows, start = sum(self.counts), 0
        found = room[: rows * len(design)].reshape(rows, len(design))
        for table, count in zip(self.tables, self.counts, strict=True):
            table.take(cells[:count], out=found[start : start + count], mode="clip")  # clip: the one mode without a copy
            start += count
        by_rank = (self.owners @ found).reshape(len(self.tables), self.features, len(design))
        added: Doubles = by_rank.sum(axis=0, dtype=np.float64).T
        return added


@dataclass(frozen=True)
class _Grid:
    """A cluster's cells: its cuts by number with the step each makes, its features, and what they add [features, cells]."""

    cuts: list[int]
    steps: list[int]
    players: list[int]
    table: Doubles

    @classmethod
    def of(cls, cluster: Cluster, cuts: Sequence[Cut], leaves: Sequence[Leaf], adds: Sequence[Told], sources: Sequence[int]) -> _Grid:
        own = {column: list(bits_of(made)) for column, made in sorted(cluster.cuts.items())}
        sizes = [len(numbers) + 1 for numbers in own.values()]
        strides = np.cumprod([1, *sizes[:0:-1]])[::-1].tolist()
        players = sorted({sources[column] for column in own})
        bounds = {column: np.array([cuts[number][1] for number in numbers]) for column, numbers in own.items()}
        table = np.zeros((len(players), int(np.prod(sizes))))
        for number in cluster.leaves:
            rows = [players.index(player) for player in adds[number].players]
            table[rows] += adds[number].table[:, _patterns(leaves[number], adds[number].columns, bounds)]
        numbers = [number for column in own.values() for number in column]
        steps = [stride for stride, column in zip(strides, own.values(), strict=True) for _ in column]
        return cls(numbers, steps, players, table)


def _patterns(leaf: Leaf, order: tuple[int, ...], bounds: Mapping[int, Doubles]) -> Index:
    """Which of the leaf's conditions are met in each cell; a column's i-th slice of the grid lies above i of its cuts."""
    parts = []
    for column, cuts in bounds.items():
        part = np.zeros(len(cuts) + 1, np.intp)
        if column in leaf.ways:
            low, high, _ = leaf.ways[column]
            part[np.searchsorted(cuts, low, side="right") : np.searchsorted(cuts, high) + 1] = 1 << order.index(column)
        parts.append(part)
    return reduce(lambda met, part: np.add.outer(met, part).ravel(), parts)


def _assembled(grids: list[_Grid], cuts: list[Cut], features: int) -> TreeReasons:
    sizes = np.array([grid.table.shape[1] for grid in grids], np.intp)
    ranks = [[grid for grid in grids if len(grid.players) > rank] for rank in range(len(grids[0].players) if grids else 0)]
    rows = [features * rank + grid.players[rank] for rank, some in enumerate(ranks) for grid in some]
    narrow = np.int16 if not grids or sizes.max() <= np.iinfo(np.int16).max else np.int32
    ends = np.cumsum([0, *(len(grid.cuts) for grid in grids)])
    steps = np.array([step for grid in grids for step in grid.steps], narrow)
    numbers = np.array([number for grid in grids for number in grid.cuts], np.int32)
    ones = np.ones(len(rows), np.float32)
    return TreeReasons(
        columns=np.array([column for column, _ in cuts], np.intp),
        cuts=np.array([threshold for _, threshold in cuts], np.float32),
        steps=csr_array((steps, numbers, ends), shape=(len(grids), len(cuts))),
        starts=(np.cumsum(sizes) - sizes).astype(np.intp),
        tables=tuple(np.concatenate([grid.table[rank] for grid in some]).astype(np.float32) for rank, some in enumerate(ranks)),
        counts=tuple(len(some) for some in ranks),
        owners=csr_array((ones, (np.array(rows, np.intp), np.arange(len(rows)))), shape=(features * len(ranks), len(rows))),
        features=features,
    )
