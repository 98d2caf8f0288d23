"""Groups found where the rows are are those that are found here; an engine made of numpy stands for the cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from chaland.engines.duckdb import Adapter, Options
from chaland.errors import ChalandError
from chaland.learn import cluster_groups, segmentation
from chaland.learn.cluster_groups import Crowd
from chaland.learn.scaling import Directions
from chaland.ports import Arrays, Learnt
from chaland.spec.site import Limits
from tests.learn.crowd import cloud, heaps


class Fitting:
    """Directions and K-Means by numpy and scikit-learn."""

    def __init__(self, rows: pa.Table, lost: int):
        self.design, self.lost = np.array(rows["design"].to_pylist()), lost

    def fit(self, algorithm: str, words: Mapping[str, float | int], seed: int, without: int | None = None) -> Learnt:
        raise NotImplementedError

    def directions(self) -> Arrays:
        every = Directions.fit(self.design, 1.0, self.design.shape[1])
        spread = every.turned(self.design).var(axis=0)
        return {"mean": every.mean, "axes": -every.axes, "shares": spread / spread.sum()}

    def centres(self, start: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
        model = KMeans(len(start), init=start, n_init=1, tol=1e-12, max_iter=1000).fit(self.design)
        sizes = np.bincount(model.labels_, minlength=len(start))
        sizes[0] -= self.lost
        return model.cluster_centers_, sizes

    def close(self) -> None:
        self.design = self.design[:0]


class Engine(Adapter):
    """DuckDB that can fit."""

    lost = 0

    def fitting(self, rows: ir.Table, scales: np.ndarray | None = None) -> Fitting:
        return Fitting(rows.to_pyarrow(), self.lost)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(Options(), tmp_path / "staging", Limits())
    yield engine
    engine.close()


def crowd(engine: Engine, table: pa.Table, features: list) -> Crowd:
    keys = pa.array([f"{number:032x}" for number in range(len(table))], pa.string())
    return Crowd(engine, engine.take(table.append_column("customer", keys)), "customer", tuple(features))


def test_the_groups_are_those_that_are_found_here(engine: Engine) -> None:
    table, features, truth = heaps(1200, [0.5, 0.3, 0.2], 6.0, seed=1)
    found, groups = cluster_groups.run(crowd(engine, table, features), table, (3, 3), 0.02, seed=0)
    here = segmentation.run(pa.array([f"{n:032x}" for n in range(len(table))]), table, features, (3, 3), 0.02, seed=0)
    assert groups is not None
    told = groups.order_by("customer").to_pyarrow()["group"].to_numpy()
    assert adjusted_rand_score(truth, told) > 0.95
    assert adjusted_rand_score(here.assigned, told) > 0.99
    assert [group.size for group in found.groups] == np.bincount(told)[1:].tolist()


def test_all_customers_are_counted_though_a_part_was_judged(engine: Engine) -> None:
    table, features, _ = heaps(1200, [0.6, 0.4], 6.0, seed=2)
    found, _ = cluster_groups.run(crowd(engine, table, features), table.slice(0, 500), (2, 2), 0.02, seed=0)
    assert sum(group.size for group in found.groups) == 1200
    assert [group.id for group in found.groups] == [1, 2]
    assert sum(group.share for group in found.groups) == pytest.approx(1.0)


def test_where_there_are_no_groups_nobody_is_put_into_one(engine: Engine) -> None:
    table, features = cloud(600, 4, seed=1)
    found, groups = cluster_groups.run(crowd(engine, table, features), table, (2, 3), 0.02, seed=0)
    assert (found.k, groups) == (None, None)


def test_a_graph_that_groups_otherwise_than_the_cluster_is_refused(engine: Engine) -> None:
    engine.lost = 40
    table, features, _ = heaps(600, [0.6, 0.4], 6.0, seed=2)
    with pytest.raises(ChalandError, match="into other groups than the cluster"):
        cluster_groups.run(crowd(engine, table, features), table, (2, 2), 0.02, seed=0)


def test_no_customer_is_no_group(engine: Engine) -> None:
    table, features, _ = heaps(40, [0.6, 0.4], 6.0, seed=2)
    found, groups = cluster_groups.run(crowd(engine, table.slice(0, 0), features), table.slice(0, 0), (2, 2), 0.02, seed=0)
    assert (found.k, groups) == (None, None)
