"""Groups of customers found where the rows are, by an engine that can: directions and K-Means over all of them.

How many groups there are, their names and the picture of them come from a fair part of the customers, as they come from samples on one
machine; the engine then turns all customers along their main directions, moves the centres that were judged until they rest (so the
groups served are the groups judged), and puts every customer into a group by the graph that is served.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import threadpoolctl

from chaland.errors import ChalandError
from chaland.learn import assignment, naming
from chaland.learn.dataset import Feature
from chaland.learn.designing import DESIGNED, Placer
from chaland.learn.encode import Doubles, Encoded
from chaland.learn.grouping import Judge, Tried
from chaland.learn.scaling import DEFAULT, Directions, Recipe, Scaling
from chaland.learn.segmentation import Group, Progress, Segmentation, _Finding, _groups, _silent, _warnings
from chaland.ports import Engine, Fitter

Groups = npt.NDArray[np.int64]
BETWEEN = 1e-6
"""The share of customers who may lie just between two groups, and be put into the other one by sums in another order."""


@dataclass(frozen=True)
class Grouper:
    """Customers with their features → key and group; picklable, so that an engine may run it where the rows are."""

    model: bytes
    key: str

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            group = assignment.assign(self.model, pa.Table.from_batches([batch]))
            yield pa.RecordBatch.from_arrays([batch.column(self.key), pa.array(group, pa.int64())], names=[self.key, "group"])


@dataclass(frozen=True)
class Crowd:
    """All customers, where they are: one row each in `table`, with `key` and the features by name."""

    engine: Engine
    table: ir.Table
    key: str
    features: tuple[Feature, ...]

    def directions(self, scaling: Scaling, variance: float) -> Directions:
        """The principal components of all customers, as `Directions.fit` chooses and turns them."""
        found = self._fitter().fitting(self._placed(Placer(self.key, self.features, scaling)))
        try:
            told = found.directions()
        finally:
            found.close()
        kept = np.cumsum(told["shares"])
        count = min(max(int(np.searchsorted(kept, variance - 1e-9)) + 1, 2), len(kept))
        axes = told["axes"]
        signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
        return Directions(told["mean"], np.ascontiguousarray((axes * signs)[:, :count]), float(kept[count - 1]))

    def centres(self, scaling: Scaling, directions: Directions, start: Doubles, seed: int) -> tuple[Doubles, Groups]:
        """Where the centres come to rest, and how many customers each has."""
        found = self._fitter().fitting(self._placed(Placer(self.key, self.features, scaling, directions)))
        try:
            return found.centres(start, seed)
        finally:
            found.close()

    def assigned(self, model: bytes) -> tuple[ir.Table, Groups]:
        """Every customer's group by the graph, and how many customers there are in each."""
        kind = self.table.schema()[self.key].to_pyarrow()
        schema = pa.schema([(self.key, kind), ("group", pa.int64())])
        told = self.engine.pin(self.engine.apply(self.table, Grouper(model, self.key), schema))
        counted = told.group_by("group").aggregate(size=told.count()).to_pyarrow()
        sizes = np.zeros(int(max(counted["group"].to_pylist(), default=0)), np.int64)
        sizes[counted["group"].to_numpy() - 1] = counted["size"].to_numpy()
        return told, sizes

    def _placed(self, placer: Placer) -> ir.Table:
        return self.engine.apply(self.table.select(self.key, *[one.name for one in self.features]), placer, DESIGNED)

    def _fitter(self) -> Fitter:
        assert isinstance(self.engine, Fitter), "the step asks first"
        return self.engine


def run(
    crowd: Crowd,
    part: pa.Table,
    groups: tuple[int, ...],
    smallest: float,
    seed: int,
    progress: Progress | None = None,
    recipe: Recipe = DEFAULT,
) -> tuple[Segmentation, ir.Table | None]:
    """Find groups among all customers of `crowd`; `part` are those of them that a fair part draws, in the order of their keys.

    Gives what was found (without `assigned`) and every customer's group as a table of the engine; None where there are no groups.
    Raises ChalandError `parity` where the graph puts customers elsewhere than the engine.
    """
    with threadpoolctl.threadpool_limits(1):
        data = Encoded.of(part, crowd.features)
        scaling = Scaling.fit(data, crowd.features, recipe)
        if not len(part) or not scaling.width:
            return Segmentation(None, None, None, ()), None
        directions = crowd.directions(scaling, recipe.variance)
        judge, tried = Judge(scaling.scaled(data), directions, seed, scaling.blocks, recipe.judge), []
        for one in judge.tried(groups[0], groups[-1]):
            tried.append(one)
            (progress or _silent)(f"{one.k}")
        best = judge.chosen(tried, smallest)
        finding = _Finding(data, crowd.features, scaling, judge, tuple(tried), smallest)
        return _told(crowd, finding, best)


def spread(crowd: Crowd, found: Segmentation) -> tuple[Segmentation, ir.Table | None]:
    """Groups that were found in a part of the customers, with all of them put into one and counted."""
    if found.model is None:
        return found, None
    table, sizes = crowd.assigned(found.model)
    return replace(found, groups=tuple(_sized(group, sizes) for group in found.groups), assigned=None), table


def _told(crowd: Crowd, finding: _Finding, best: Tried | None) -> tuple[Segmentation, ir.Table | None]:
    warnings = tuple(_warnings(finding.judge, finding.tried, best, finding.smallest))
    if best is None:
        return Segmentation(None, None, None, finding.tried, warnings=warnings), None
    scaling, directions = finding.scaling, finding.judge.directions
    centres, sizes = crowd.centres(scaling, directions, best.centres, finding.judge.seed)
    order = sorted(range(len(centres)), key=lambda nth: (-sizes[nth], *centres[nth].round(9)))
    model = assignment.to_onnx(scaling, directions, centres[order], crowd.features)
    table, served = crowd.assigned(model)
    _check(served, sizes[order])
    here = assignment.nearest(model, finding.data)
    told = naming.traits(finding.data, scaling, finding.judge.scaled, here - 1, finding.features)
    named = tuple(_sized(group, served) for group in _groups(told, here, best.k))
    points = finding._points(here)
    found = (best.k, best.silhouette, best.stability, finding.tried, named, None, model, warnings, tuple(told), points)
    return Segmentation(*found, beyond_chance=best.real), table


def _sized(group: Group, sizes: Groups) -> Group:
    size = int(sizes[group.id - 1])
    return replace(group, size=size, share=round(size / int(sizes.sum()), 6))


def _check(served: Groups, fitted: Sequence[int] | Groups) -> None:
    """Refused where the graph puts more customers elsewhere than lie just between two groups."""
    moved = int(np.abs(np.asarray(served) - np.asarray(fitted)).sum()) if len(served) == len(fitted) else int(np.sum(fitted))
    if moved > max(2, BETWEEN * int(np.sum(fitted))):
        raise ChalandError(f"the ONNX graph puts {moved} customers into other groups than the cluster does", code="parity")
