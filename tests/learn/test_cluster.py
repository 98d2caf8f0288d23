"""Models fitted where the rows are compete, and are exported, as the embedded ones; an engine made of scikit-learn stands for the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sklearn.ensemble import RandomForestClassifier

from chaland.engines.duckdb import Options
from chaland.errors import ChalandError, SpecError
from chaland.learn import cluster
from chaland.learn.algorithms import FittedForest
from chaland.learn.cluster import Customers, Formed, fair_share, in_part
from chaland.learn.dataset import TrainingSet
from chaland.learn.designing import HELD, LABEL
from chaland.learn.metrics import Predictions, values
from chaland.learn.selection import as_batch
from chaland.ports import Fitter
from chaland.spec.site import Limits
from tests.learn.fitter import Engine
from tests.learn.people import customers


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(Options(), tmp_path / "staging", Limits())
    yield engine
    engine.close()


def competed(engine: Engine, data: TrainingSet, share: float = 1.0, **said: int) -> cluster.Selection:
    rows = data.table.append_column("customer", data.keys).append_column(LABEL, data.target).append_column(HELD, pa.array(data.holdout))
    table = engine.take(rows)
    every = Customers(table, "customer", data.rows, int(data.holdout.sum()), share)
    part = table.filter(in_part(table["customer"], share)).to_pyarrow()["customer"]
    data = data.take(np.flatnonzero(pc.is_in(data.keys, part.combine_chunks()).to_numpy(zero_copy_only=False)))
    return cluster.run(engine, every, data, ["logistic_regression"], "roc_auc", said.get("folds", 4), seed=0)


def test_an_engine_that_fits_is_a_fitter(engine: Engine) -> None:
    assert isinstance(engine, Fitter)


def test_the_kept_model_orders_the_held_out_and_its_reasons_add_up(engine: Engine) -> None:
    data = customers(1500)
    found = competed(engine, data)
    held = data.split()[1]
    rows, best = as_batch(held.table), found.best
    assert best is not None
    probability = best.probability(rows)
    assert values(Predictions(probability, probability >= 0.5, held.positives()))["roc_auc"][0] > 0.75
    assert np.allclose(best.contributions(rows).sum(axis=1) + best.signature.base, best.logit(rows), atol=1e-5)
    assert found.parity is not None
    assert found.parity <= cluster.PARITY


def test_every_fold_is_left_out_once_and_the_held_out_always(engine: Engine) -> None:
    data = customers(600)
    competed(engine, data, folds=4)
    learn = int((~data.holdout).sum())
    assert sorted(engine.last.fitted)[-1] == learn
    assert sum(learn - rows for rows in engine.last.fitted[:4]) == learn


def test_a_model_that_scores_otherwise_than_the_cluster_is_refused(engine: Engine) -> None:
    engine.wrong = 1e-3
    with pytest.raises(ChalandError, match="differs from the cluster's model"):
        competed(engine, customers(600))


def test_an_unknown_algorithm_is_named_with_the_nearest(engine: Engine) -> None:
    data = customers(100)
    with pytest.raises(SpecError, match="logistic_regresion"):
        cluster.run(engine, Customers(engine.take(data.table), "customer", 1, 0), data, ["logistic_regresion"], "roc_auc", 4, 0)


def test_the_selection_counts_all_customers_and_says_how_it_measured(engine: Engine) -> None:
    data = customers(600)
    found = competed(engine, data)
    assert found.rows == 600
    assert [note.code for note in found.notes if "cluster" in note.said] == ["fitted_on_cluster"]
    assert found.best is not None
    assert found.best.provenance["fitted"] == "cluster"


def test_all_are_fitted_on_where_a_part_is_measured(engine: Engine) -> None:
    data = keyed(customers(3000))
    found = competed(engine, data, share=0.3)
    assert sorted(engine.last.fitted)[-1] == int((~data.holdout).sum())
    assert 0.25 * data.holdout.sum() < found.holdout.rows < 0.35 * data.holdout.sum()
    assert (found.rows, [note.code for note in found.notes]) == (3000, ["fitted_on_cluster", "fair_part"])


def keyed(data: TrainingSet) -> TrainingSet:
    """The same people under keys as pseudonyms are."""
    keys = sorted(np.random.default_rng(number).bytes(16).hex() for number in range(data.rows))
    return replace(data, keys=pa.array(keys))


def test_trees_are_scored_as_they_were_fitted() -> None:
    rng = np.random.default_rng(0)
    design = rng.normal(size=(300, 4)).astype(np.float32)
    forest = RandomForestClassifier(20, max_depth=5, random_state=0).fit(design, design[:, 0] + design[:, 1] > 0)
    told = FittedForest(forest)
    assert np.allclose(Formed(told.form(0)).margin(design, 0), told.margin(design, 0), atol=1e-12)


def test_a_fair_part_is_never_larger_than_was_allowed() -> None:
    rng = np.random.default_rng(0)
    assert fair_share(1000, 1000) == 1.0
    assert all(rng.binomial(rows, fair_share(rows, 500)) <= 500 for rows in (501, 600, 5_000, 1_000_000) for _ in range(200))


def test_the_fair_part_and_the_hold_out_are_drawn_by_different_digits(engine: Engine) -> None:
    rng = np.random.default_rng(0)
    keys = [rng.bytes(16).hex() for _ in range(5000)]
    table = engine.take(pa.table({"key": keys}))
    drawn = table.filter(in_part(table["key"], 0.2)).to_pyarrow()["key"].to_pylist()
    held = [key for key in drawn if int(key[:8], 16) < 0.2 * 16**8]
    assert 900 < len(drawn) < 1100
    assert 0.15 < len(held) / len(drawn) < 0.25
