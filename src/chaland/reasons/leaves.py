"""The leaves of the served trees, and what each adds to a score for every pattern of conditions met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

AT_ONCE = 64


@dataclass(frozen=True)
class Leaf:
    """One leaf: its value, and for each design column on the way the interval (low, high] and the share of rows let through."""

    value: float
    ways: Mapping[int, tuple[float, float, float]]


@dataclass(frozen=True)
class Told:
    """What a leaf adds: [players, patterns], bit i of a pattern being set where the condition on `columns[i]` is met.

    `players` are the features on the way; several columns (one-hot words) may belong to one of them.
    """

    columns: tuple[int, ...]
    players: tuple[int, ...]
    table: Doubles


def of_target(ensemble: Mapping[str, Any], target: int) -> dict[str, Any]:
    """The part of an ensemble with several targets that one of them hangs on: its weights, and the trees that have any."""
    mine = np.array(ensemble["target_ids"]) == target
    columns = {name: np.array(ensemble[name])[mine].tolist() for name in ensemble if name.startswith("target_")}
    kept = np.isin(ensemble["nodes_treeids"], columns["target_treeids"])
    nodes = {
        name: [value for value, keep in zip(ensemble[name], kept, strict=True) if keep] for name in ensemble if name.startswith("nodes_")
    }
    return nodes | columns


def leaves(ensemble: Mapping[str, Any]) -> list[Leaf]:
    """The leaves that lie behind at least one condition, tree by tree, from left to right.

    `ensemble` holds the attributes of a TreeEnsembleRegressor with BRANCH_LEQ nodes and one target.
    """
    trees = _Trees.of(ensemble)
    found = [leaf for tree in dict.fromkeys(ensemble["nodes_treeids"]) for leaf in trees.below(tree, 0, {})]
    return [leaf for leaf in found if leaf.ways]


@dataclass(frozen=True)
class _Trees:
    """The nodes of the ensemble by (tree, node)."""

    kept: Mapping[str, Any]
    place: Mapping[tuple[int, int], int]
    weights: Mapping[tuple[int, int], float]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> _Trees:
        keys = zip(kept["nodes_treeids"], kept["nodes_nodeids"], strict=True)
        weights = zip(zip(kept["target_treeids"], kept["target_nodeids"], strict=True), kept["target_weights"], strict=True)
        return cls(kept, {key: i for i, key in enumerate(keys)}, dict(weights))

    def below(self, tree: int, node: int, ways: Mapping[int, tuple[float, float, float]]) -> list[Leaf]:
        at = self.place[tree, node]
        if self.kept["nodes_modes"][at] == b"LEAF":
            return [Leaf(self.weights.get((tree, node), 0.0), ways)]
        column, cut = self.kept["nodes_featureids"][at], self.kept["nodes_values"][at]
        low, high, share = ways.get(column, (-np.inf, np.inf, 1.0))
        yes, no = self.kept["nodes_truenodeids"][at], self.kept["nodes_falsenodeids"][at]
        covers = [self.kept["nodes_hitrates"][self.place[tree, child]] for child in (yes, no)]
        part = covers[0] / sum(covers)
        left = self.below(tree, yes, {**ways, column: (low, min(high, cut), share * part)})
        return left + self.below(tree, no, {**ways, column: (max(low, cut), high, share * (1 - part))})


def told(leaves: Sequence[Leaf], sources: Sequence[int]) -> list[Told]:
    """What each leaf adds; `sources` says to which feature each design column belongs. Leaves of one shape are worked out together."""
    ways = [tuple(sorted(leaf.ways, key=lambda column: (sources[column], column))) for leaf in leaves]
    shapes = defaultdict(list)
    for number, columns in enumerate(ways):
        players = tuple(dict.fromkeys(sources[column] for column in columns))
        shapes[tuple(players.index(sources[column]) for column in columns)].append((number, players))
    found: dict[int, Told] = {}
    for owners, members in shapes.items():
        for start in range(0, len(members), AT_ONCE):
            some = members[start : start + AT_ONCE]
            tables = _tables([(leaves[number], ways[number]) for number, _ in some], np.array(owners))
            found |= {number: Told(ways[number], players, table) for (number, players), table in zip(some, tables, strict=True)}
    return [found[number] for number in range(len(leaves))]


def _tables(leaves: Sequence[tuple[Leaf, tuple[int, ...]]], owners: npt.NDArray[np.intp]) -> Doubles:
    """Contributions [leaves, players, patterns] of leaves whose conditions belong to the same players."""
    count = len(owners)
    met = (np.arange(1 << count)[None, :] >> np.arange(count)[:, None]) & 1
    groups = [owners == player for player in range(owners.max() + 1)]
    known = np.array([met[group].all(axis=0) for group in groups]).astype(float)
    shares = np.array([[leaf.ways[column][2] for column in columns] for leaf, columns in leaves])
    unknown = np.stack([shares[:, group].prod(axis=1) for group in groups], axis=1)
    values = np.array([leaf.value for leaf, _ in leaves])
    return values[:, None, None] * shapley(known, unknown)


def shapley(known: Doubles, unknown: Doubles) -> Doubles:
    """Shapley values of the games v(S) = product of `known` in S times product of `unknown` outside it: [games, players, patterns].

    `known` is [players, patterns], `unknown` [games, players]. The weights |S|!(d-|S|-1)!/d! are the integral of
    t^|S| (1-t)^(d-|S|-1) over 0 to 1, which Gauss-Legendre quadrature gives exactly.
    """
    points, weights = np.polynomial.legendre.leggauss((len(known) + 1) // 2)
    apart = unknown[:, :, None]
    total = np.zeros((len(unknown), *known.shape))
    for t, weight in zip((points + 1) / 2, weights / 2, strict=True):
        factor = t * known + (1 - t) * apart
        total += weight * factor.prod(axis=1, keepdims=True) / factor
    return total * (known - apart)
