"""Leaves gathered into clusters whose conditions make a small grid, so that one look-up tells what all of them add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from chaland.reasons.leaves import Leaf

Cut = tuple[int, float]

FEW_LEAVES = 3_000
SMALL_GRID, GRID = 32, 1_024
OPEN = 64


@dataclass
class Cluster:
    """Leaves by number, and for each design column the cuts that any of them makes, as bits of one integer."""

    leaves: list[int]
    cuts: dict[int, int] = field(default_factory=dict)

    def cells(self, more: Mapping[int, int]) -> int:
        """How many cells the grid has if these cuts are made too."""
        count = 1
        for column in self.cuts.keys() | more.keys():
            count *= (self.cuts.get(column, 0) | more.get(column, 0)).bit_count() + 1
        return count

    def take(self, other: Cluster) -> None:
        """Take in another cluster's leaves."""
        self.leaves.extend(other.leaves)
        for column, cuts in other.cuts.items():
            self.cuts[column] = self.cuts.get(column, 0) | cuts


def all_cuts(leaves: Sequence[Leaf]) -> list[Cut]:
    """Every (column, threshold) that lies on the way to a leaf, in order."""
    return sorted({cut for leaf in leaves for cut in _cuts(leaf)})


def clusters(leaves: Sequence[Leaf], cuts: Sequence[Cut]) -> list[Cluster]:
    """Neighbours in a tree first; of few leaves, also those of other trees that ask about the same columns.

    A grid has at most 1,024 cells, or those of a single leaf: what a processor's nearest cache holds of one feature's table.
    """
    bits = {cut: 1 << i for i, cut in enumerate(cuts)}
    alone = [_alone(number, leaf, bits) for number, leaf in enumerate(leaves)]
    if len(leaves) > FEW_LEAVES:
        return _joined(alone, GRID, 1)
    near = _joined(alone, SMALL_GRID, 1)
    return _joined(sorted(near, key=lambda cluster: sorted(cluster.cuts)), GRID, OPEN)


def bits_of(number: int) -> Iterator[int]:
    """Which bits of an integer are set."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _alone(number: int, leaf: Leaf, bits: Mapping[Cut, int]) -> Cluster:
    made = Cluster([number])
    for cut in _cuts(leaf):
        made.cuts[cut[0]] = made.cuts.get(cut[0], 0) | bits[cut]
    return made


def _cuts(leaf: Leaf) -> Iterator[Cut]:
    for column, (low, high, _) in leaf.ways.items():
        yield from ((column, bound) for bound in (low, high) if np.isfinite(bound))


def _joined(parts: Sequence[Cluster], most: int, open_: int) -> list[Cluster]:
    """Each part joins one of the last `open_` clusters: the one that has most of its columns, if the grid stays small enough."""
    made: list[Cluster] = []
    for part in parts:
        home = _home(part, made[-open_:], most)
        if home is None:
            made.append(Cluster([], {}))
            home = made[-1]
        home.take(part)
    return made


def _home(part: Cluster, among: Sequence[Cluster], most: int) -> Cluster | None:
    strange = [(sum(column not in cluster.cuts for column in part.cuts), i) for i, cluster in enumerate(among)]
    for new, i in sorted(strange):
        if len(among) > 1 and 2 * new > len(part.cuts):
            return None
        if among[i].cells(part.cuts) <= most:
            return among[i]
    return None
