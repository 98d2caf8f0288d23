"""Groups found where the rows are are those that are found here; an engine made of numpy stands for the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import adjusted_rand_score

from chaland.engines.duckdb import Options
from chaland.errors import ChalandError
from chaland.learn import cluster_groups, segmentation
from chaland.learn.cluster_groups import Crowd
from chaland.spec.site import Limits
from tests.learn.crowd import cloud, heaps
from tests.learn.fitter import Engine


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
