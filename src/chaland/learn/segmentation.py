"""Groups of customers that are alike: scaling, principal components, K-Means; or the answer that there are none.

Scaling is told in `scaling`, how many groups in `grouping`, names in `naming`, and the assignment of new customers in `assignment`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import threadpoolctl

from chaland.errors import DataError
from chaland.learn import assignment, naming
from chaland.learn.dataset import Feature
from chaland.learn.encode import Encoded
from chaland.learn.grouping import STEADY, Judge, Tried
from chaland.learn.scaling import DEFAULT, UNSCALED, Directions, Recipe, Scaling

Doubles = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]
Progress = Callable[[str], None]

VARIANCE = DEFAULT.variance
"""The share of the variance that the principal components keep."""
POINTS = 2_000
TIE = 1e-9
OUTWEIGHS = 0.95
"""The share of the variance from which a number that nothing was scaled beside outweighs all others."""


@dataclass(frozen=True)
class Group:
    """One group: its number from 1 (largest first), its name and description in English and French, its customers and their share, what to do
    with it, and where it is known what its customers are worth, in money and as a share of all money."""

    id: int
    name: dict[str, str]
    size: int
    share: float
    description: dict[str, str]
    action: dict[str, str] | None = None
    money: float | None = None
    money_share: float | None = None


@dataclass(frozen=True)
class Segmentation:
    """What was found. `k` is None where there are no groups; else `assigned` holds every customer's group and `model` the ONNX graph.

    `beyond_chance` says whether the groups lie farther apart than customers who were drawn without groups; those that silhouette alone
    chose may not.
    """

    k: int | None
    silhouette: float | None
    stability: float | None
    considered: tuple[Tried, ...]
    groups: tuple[Group, ...] = ()
    assigned: Groups | None = None
    model: bytes | None = None
    warnings: tuple[dict[str, str], ...] = ()
    profile: tuple[naming.Trait, ...] = ()
    points: tuple[dict[str, float | int], ...] = ()
    beyond_chance: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """The object `segments.S` of `show --json`, and `profile` (feature by feature) and `points` (a sample, in two directions) for the report."""
        return {
            "k": self.k,
            "silhouette": _rounded(self.silhouette),
            "stability": _rounded(self.stability),
            "beyond_chance": self.beyond_chance,
            "considered": [_considered(one) for one in self.considered],
            "groups": [vars(group) for group in self.groups],
            "profile": [trait.to_dict() for trait in self.profile],
            "points": list(self.points),
        }


def run(
    keys: pa.Array,
    table: pa.Table,
    features: Sequence[Feature],
    groups: tuple[int, ...],
    smallest: float,
    seed: int,
    progress: Progress | None = None,
    recipe: Recipe = DEFAULT,
) -> Segmentation:
    """Find from `groups[0]` to `groups[-1]` groups, none smaller than the share `smallest`, or say that there are none.

    `table` has one row per customer in the order of `keys`, sorted; it holds the features by name, numbers as floats and words as text, nulls
    allowed. The same rows and seed give the same groups at any number of threads. Raises DataError where keys and rows do not fit together.
    """
    if len(keys) != table.num_rows:
        raise DataError(f"{len(keys)} keys for {table.num_rows} customers", code="features")
    with threadpoolctl.threadpool_limits(1):
        data = Encoded.of(table, features)
        scaling = Scaling.fit(data, features, recipe)
        if not len(keys) or not scaling.width:
            return Segmentation(None, None, None, ())
        scaled = scaling.scaled(data)
        directions = Directions.fit(scaled, recipe.variance)
        judge, tried = Judge(scaled, directions, seed, scaling.blocks, recipe.judge), []
        for one in judge.tried(groups[0], groups[-1]):
            tried.append(one)
            (progress or _silent)(f"{one.k}")
        return _Finding(data, tuple(features), scaling, judge, tuple(tried), smallest).told()


@dataclass(frozen=True)
class _Finding:
    """All that is known when the numbers of groups have been judged."""

    data: Encoded
    features: tuple[Feature, ...]
    scaling: Scaling
    judge: Judge
    tried: tuple[Tried, ...]
    smallest: float

    def told(self) -> Segmentation:
        best = self.judge.chosen(self.tried, self.smallest)
        warnings = (*self._outweighed(), *_warnings(self.judge, self.tried, best, self.smallest))
        if best is None:
            return Segmentation(None, None, None, self.tried, warnings=warnings)
        centres, nearest = self._ordered(best.centres)
        model = assignment.to_onnx(self.scaling, self.judge.directions, centres, self.features)
        assigned = self._checked(assignment.nearest(model, self.data), nearest, centres)
        told = naming.traits(self.data, self.scaling, self.judge.scaled, assigned - 1, self.features)
        named, points = _groups(told, assigned, best.k), self._points(assigned)
        found = (best.k, best.silhouette, best.stability, self.tried, named, assigned, model, warnings, tuple(told), points)
        return Segmentation(*found, beyond_chance=best.real)

    def _outweighed(self) -> list[dict[str, str]]:
        """Numbers taken as they are, of which one is so large that the others weigh nothing."""
        numbers = [one.name for one in self.features if one.kind == "number"]
        raw = [place for place, one in enumerate(self.scaling.numbers) if one.limit == UNSCALED]
        spread = self.judge.scaled.var(axis=0)
        largest = max(raw, key=lambda place: float(spread[place]), default=None)
        if largest is None or len(spread) < 2 or spread[largest] < OUTWEIGHS * spread.sum():
            return []
        name, share = numbers[self.scaling.numbers[largest].place], spread[largest] / spread.sum()
        said = f"nothing is brought to one scale, and {name!r} makes {share:.1%} of all differences: groups by it alone, and silhouettes too good"
        return [{"code": "unscaled", "said": said}]

    def _ordered(self, centres: Doubles) -> tuple[Doubles, Groups]:
        """Centres by size, largest first, then by place; and the nearest of them for each customer, from 0."""
        nearest = _distances(self.judge.directions.turned(self.judge.scaled), centres).argmin(axis=1)
        sizes = np.bincount(nearest, minlength=len(centres))
        order = sorted(range(len(centres)), key=lambda nth: (-sizes[nth], *centres[nth].round(9)))
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return centres[order], rank[nearest]

    def _checked(self, served: Groups, nearest: Groups, centres: Doubles) -> Groups:
        """The groups as the graph gives them; refused where they are not those of K-Means, customers just between two aside."""
        differ = np.flatnonzero(served - 1 != nearest)
        distances = _distances(self.judge.directions.turned(self.judge.scaled[differ]), centres)
        rows = np.arange(len(differ))
        if (np.abs(distances[rows, served[differ] - 1] - distances[rows, nearest[differ]]) > TIE).any():
            raise RuntimeError(f"the ONNX graph puts {len(differ)} customers into other groups than K-Means does")
        return served

    def _points(self, assigned: Groups) -> tuple[dict[str, float | int], ...]:
        """Some customers along the two main directions."""
        order = np.random.default_rng([self.judge.seed, 3]).permutation(len(assigned))[:POINTS]
        rows = np.sort(order)
        places = self.judge.directions.turned(self.judge.scaled[rows])
        flat = np.column_stack([places, np.zeros(len(rows))])[:, :2].round(3) + 0.0
        return tuple({"x": float(x), "y": float(y), "group": int(group)} for (x, y), group in zip(flat, assigned[rows], strict=True))


def _groups(told: Sequence[naming.Trait], assigned: Groups, k: int) -> tuple[Group, ...]:
    sizes = np.bincount(assigned - 1, minlength=k)
    shares = [round(float(size) / len(assigned), 6) for size in sizes]
    named = naming.names(told, k)
    return tuple(Group(n + 1, named[n], int(sizes[n]), shares[n], naming.description(told, n)) for n in range(k))


def _warnings(judge: Judge, tried: Sequence[Tried], best: Tried | None, smallest: float) -> list[dict[str, str]]:
    told = []
    small = [one.k for one in tried if judge.takes(one) and one.smallest < smallest and (best is None or judge.prefers(one, best))]
    if small:
        said = f"{small[0]} groups would tell customers apart better, but one holds fewer than {100 * smallest:.3g} % of them"
        told.append({"code": "small_groups", "said": said})
    if best and best.stability < STEADY:
        said = f"other customers like these would be grouped otherwise: {best.k} groups, stability {best.stability:.2f} of 1"
        told.append({"code": "unstable_segments", "said": said})
    return told


def _distances(rows: Doubles, centres: Doubles) -> Doubles:
    """Squared distances to the centres, less what they have in common."""
    apart: Doubles = (centres**2).sum(axis=1) - 2.0 * rows @ centres.T
    return apart


def _considered(one: Tried) -> dict[str, float | int | None]:
    return {"k": one.k, "silhouette": _rounded(one.silhouette), "stability": _rounded(one.stability), "smallest": _rounded(one.smallest)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _silent(_said: str) -> None:
    """Progress that nobody asked for."""
