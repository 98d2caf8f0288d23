"""Do groups come again? Learnt among some customers, they are applied to others, and compared with what those others' own groups are.

The prediction strength of a clustering (Tibshirani and Walther 2005), told as the adjusted Rand index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import threadpoolctl
from sklearn.cluster import KMeans

from chaland.learn.agreement import adjusted_rand, crossed
from chaland.learn.assignment import Groups
from chaland.learn.dataset import Feature
from chaland.learn.encode import Doubles, Encoded
from chaland.learn.scaling import Directions, Recipe, Scaling

ROWS, FOLDS, STARTS = 20_000, 5, 10
ROWS_PER_GROUP = 10
"""With fewer customers than these for each group, nothing is learnt."""


@dataclass(frozen=True)
class Learnt:
    """Groups as some customers have them: their scales, their directions and their centres."""

    scaling: Scaling
    directions: Directions
    centres: Doubles

    @classmethod
    def of(cls, data: Encoded, features: Sequence[Feature], k: int, recipe: Recipe, seed: int) -> Learnt | None:
        """`k` groups of these customers; None where there are too few of them, or all are alike."""
        if len(data.numbers) < ROWS_PER_GROUP * k:
            return None
        scaling = Scaling.fit(data, features, recipe)
        if not scaling.width:
            return None
        scaled = scaling.scaled(data)
        directions = Directions.fit(scaled, recipe.variance)
        places = directions.turned(scaled)
        if len(np.unique(places.round(9), axis=0)) <= k:
            return None
        with threadpoolctl.threadpool_limits(1):
            return cls(scaling, directions, KMeans(k, n_init=STARTS, random_state=seed).fit(places).cluster_centers_)

    def groups(self, data: Encoded) -> Groups:
        """The nearest centre of each customer, from 0."""
        places = self.directions.turned(self.scaling.scaled(data))
        nearest: Groups = ((self.centres**2).sum(axis=1) - 2.0 * places @ self.centres.T).argmin(axis=1)
        return nearest


def sampled(rows: pa.Table, seed: int) -> pa.Table:
    """At most `ROWS` customers, in their order."""
    if rows.num_rows <= ROWS:
        return rows
    return rows.take(np.sort(np.random.default_rng([seed, 5]).permutation(rows.num_rows)[:ROWS]))


def over_folds(rows: pa.Table, features: Sequence[Feature], k: int, recipe: Recipe, seed: int) -> list[dict[str, Any]]:
    """Groups learnt without each fifth of the customers and applied to it, against those learnt in it: customers and agreement."""
    data = Encoded.of(rows, features)
    fold = np.random.default_rng([seed, 6]).permutation(len(data.numbers)) % FOLDS
    told = []
    for nth in range(FOLDS):
        inside, outside = (data.take(np.flatnonzero(side)) for side in (fold == nth, fold != nth))
        told.append({"fold": nth + 1, "customers": len(inside.numbers), "agreement": agreed(outside, inside, features, k, recipe, seed)})
    return told


def agreed(first: Encoded, then: Encoded, features: Sequence[Feature], k: int, recipe: Recipe, seed: int) -> float | None:
    """How far the groups of `first`, applied to `then`, are those that `then` has itself (adjusted Rand index); None where nothing can be learnt."""
    earlier, own = (Learnt.of(side, features, k, recipe, seed) for side in (first, then))
    if earlier is None or own is None:
        return None
    found = adjusted_rand(crossed(earlier.groups(then), own.groups(then)))
    return None if found is None else round(found, 4)


def stayed(
    first: pa.Table, then: pa.Table, key: str, features: Sequence[Feature], k: int, recipe: Recipe, seed: int
) -> dict[str, Any] | None:
    """Customers who are in both tables, put by the groups of `first` into one group then and now: how many, and the share who stay."""
    learnt = Learnt.of(Encoded.of(first, features), features, k, recipe, seed)
    if learnt is None:
        return None
    sides = [dict(zip(rows[key].to_pylist(), learnt.groups(Encoded.of(rows, features)).tolist(), strict=True)) for rows in (first, then)]
    both = sorted(set(sides[0]) & set(sides[1]))
    same = sum(sides[0][who] == sides[1][who] for who in both)
    return {"customers": len(both), "same": round(same / len(both), 4) if both else None}
