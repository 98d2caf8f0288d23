"""What MLlib learns comes back as plain arrays that score as MLlib does, whatever the number of parts the rows came in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.cluster import KMeans
from sklearn.linear_model import Ridge

from chaland.flow.fitting import one_side
from chaland.learn import cluster, tasks
from chaland.learn.cluster import Customers, Formed
from chaland.learn.dataset import TrainingSet
from chaland.learn.designing import DESIGNED, HELD, LABEL, Designer
from chaland.learn.encode import Encoded, Preparation
from chaland.learn.scaling import Directions
from chaland.learn.selection import as_batch
from chaland.ports import Fitter, Task
from tests import sparking
from tests.learn.people import customers
from tests.learn.words import numbers, several

pytestmark = sparking.LOOPBACK

WORDS: dict[str, dict[str, float | int]] = {
    "logistic_regression": {"C": 0.1},
    "random_forest": {"trees": 8, "depth": 5, "leaf": 3, "share": 0.4, "bins": 32},
    "gradient_boosting": {"rounds": 4, "depth": 3, "leaf": 5, "rate": 0.1, "share": 0.8, "rows": 0.9, "bins": 32},
}
DATA = customers(800, seed=4)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    engine = sparking.engine(tmp_path_factory.mktemp("mllib"))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def designed() -> pa.Table:
    """Customers with words and blanks, as their design."""
    encoded = Encoded.of(DATA.table, DATA.features)
    rows = DATA.table.append_column("customer", DATA.keys).append_column(LABEL, DATA.target).append_column(HELD, pa.array(DATA.holdout))
    maker = Designer("customer", DATA.features, encoded.words, Preparation.fit(encoded), 3, seed=0)
    return pa.Table.from_batches(maker(iter(rows.to_batches())), schema=DESIGNED)


@pytest.fixture(scope="module")
def fitting(engine: Any, designed: pa.Table) -> Iterator[Any]:
    found = engine.fitting(engine.take(designed))
    yield found
    found.close()


def test_spark_is_an_engine_that_fits(engine: Any) -> None:
    assert isinstance(engine, Fitter)


@pytest.mark.parametrize("algorithm", list(WORDS))
def test_the_arrays_score_as_mllib_does(fitting: Any, designed: pa.Table, algorithm: str) -> None:
    learnt = fitting.fit(algorithm, WORDS[algorithm], seed=0, without=1)
    held = designed.filter(pa.compute.equal(designed["fold"], -1)).sort_by("key")
    own = learnt.measured()
    told = Formed(cluster._form(learnt.arrays)).margin(np.array(held["design"].to_pylist(), np.float32), 0)
    assert own["key"].to_pylist() == held["key"].to_pylist()
    assert np.abs(own["margin"].to_numpy() - told).max() < 1e-9


def test_a_model_of_fewer_rows_is_another_model(fitting: Any) -> None:
    every, fewer = (fitting.fit("logistic_regression", {"C": 0.1}, seed=0, without=fold).arrays["weights"] for fold in (None, 0))
    assert np.abs(every - fewer).max() > 1e-4


def test_the_order_in_which_rows_come_changes_no_model(engine: Any, designed: pa.Table, fitting: Any) -> None:
    mixed = designed.take(pa.array(np.random.default_rng(0).permutation(len(designed))))
    again = engine.fitting(engine.take(mixed))
    for algorithm, words in WORDS.items():
        first, second = (one.fit(algorithm, words, seed=0).arrays for one in (fitting, again))
        assert all(np.allclose(first[name], second[name], rtol=1e-9, atol=1e-12) for name in first), algorithm
    again.close()


def test_k_means_goes_where_lloyd_goes_from_the_same_start(engine: Any) -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 3)) + 4 * np.eye(3)[rng.integers(0, 3, 400)]
    found = engine.fitting(engine.take(placed(rows)))
    start = rows[[5, 100, 300]]
    centres, sizes = found.centres(start, seed=0)
    found.close()
    here = KMeans(3, init=start, n_init=1, tol=1e-12, max_iter=1000).fit(rows)
    assert np.allclose(centres, here.cluster_centers_, atol=1e-6)
    assert sizes.tolist() == np.bincount(here.labels_).tolist()


def test_directions_are_the_principal_components(engine: Any) -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(300, 4)) @ rng.normal(size=(4, 4)) + 3.0
    found = engine.fitting(engine.take(placed(rows)))
    told, here = found.directions(), Directions.fit(rows, 1.0, 4)
    found.close()
    assert np.allclose(told["mean"], here.mean, atol=1e-12)
    assert np.allclose(np.abs((told["axes"] * here.axes).sum(axis=0)), 1.0, atol=1e-9)
    assert told["shares"].sum() == pytest.approx(1.0)


OTHERS: list[tuple[Task, str]] = [
    ("multiclass", "logistic_regression"),
    ("multiclass", "random_forest"),
    ("multiclass", "gradient_boosting"),
    ("regression", "ridge"),
    ("regression", "random_forest"),
    ("regression", "gradient_boosting"),
]


def designed_of(data: TrainingSet) -> pa.Table:
    """Customers whose answer is one of several words or a number, as their design."""
    encoded, task = Encoded.of(data.table, data.features), tasks.of(data)
    rows = data.table.append_column("customer", data.keys).append_column(LABEL, data.target).append_column(HELD, pa.array(data.holdout))
    maker = Designer("customer", data.features, encoded.words, Preparation.fit(encoded), 3, 0, cluster._taught(task))
    return pa.Table.from_batches(maker(iter(rows.to_batches())), schema=DESIGNED)


@pytest.fixture(scope="module")
def kept(engine: Any) -> Iterator[dict[Task, tuple[pa.Table, Any]]]:
    """The rows of each other task, as a table and as kept by Spark."""
    made = {data.task: designed_of(data) for data in (several(800, seed=4), numbers(800, seed=4))}
    found = {task: (rows, engine.fitting(engine.take(rows), None, task, 4)) for task, rows in made.items()}
    yield found
    for _, fitting in found.values():
        fitting.close()


@pytest.mark.parametrize(("task", "algorithm"), OTHERS)
def test_the_arrays_of_several_classes_and_of_numbers_score_as_mllib_does(kept: Any, task: Task, algorithm: str) -> None:
    designed, fitting = kept[task]
    learnt = fitting.fit(algorithm, {**WORDS.get(algorithm, {}), "penalty": 0.03}, seed=0, without=1)
    held = designed.filter(pa.compute.equal(designed["fold"], -1)).sort_by("key")
    own = learnt.measured()
    told = Formed(cluster._form(learnt.arrays)).margin(np.array(held["design"].to_pylist(), np.float32), 0)
    assert own["key"].to_pylist() == held["key"].to_pylist()
    assert told.shape == ((len(held), 4) if task == "multiclass" else (len(held),))
    assert np.abs(np.array(own["margin"].to_pylist()) - told).max() < 1e-9
    truth = held["label"].to_numpy()
    assert (told.argmax(axis=1) == truth).mean() > 0.4 if task == "multiclass" else np.corrcoef(told, truth)[0, 1] > 0.8


@pytest.mark.parametrize("algorithm", ["logistic_regression", "random_forest"])
def test_a_class_that_the_rows_do_not_have_keeps_its_place(engine: Any, kept: Any, algorithm: str) -> None:
    designed, _ = kept["multiclass"]
    fitting = engine.fitting(engine.take(designed.filter(pa.compute.less(designed["label"], 3))), None, "multiclass", 4)
    learnt = fitting.fit(algorithm, WORDS[algorithm], seed=0)
    fitting.close()
    design = np.array(designed["design"].to_pylist(), np.float32)
    margin = Formed(cluster._form(learnt.arrays)).margin(design, 0)
    assert margin.shape == (len(design), 4)
    assert (margin.argmax(axis=1) < 3).all()


def test_ridge_is_that_of_the_driver(kept: Any) -> None:
    designed, fitting = kept["regression"]
    learnt = fitting.fit("ridge", {"penalty": 0.03}, seed=0).arrays
    rows = designed.filter(pa.compute.greater_equal(designed["fold"], 0))
    design, truth = np.array(rows["design"].to_pylist()), rows["label"].to_numpy()
    here = Ridge(alpha=0.03 * len(rows)).fit(design, truth)
    assert np.allclose(learnt["weights"], here.coef_, atol=1e-6)
    assert learnt["intercept"][0] == pytest.approx(here.intercept_, abs=1e-6)


def test_keys_and_copies_are_drawn_on_spark_as_here(engine: Any) -> None:
    keys = [hashlib.sha256(b"7").hexdigest(), "7", "000123"]
    rows = engine.take(pa.table({"key": keys, "number": [1.5, None, 1.5], "word": ["a", None, "a"], HELD: [False, True, True]}))
    told = rows.select("key", digits=cluster.digits(rows.key)).to_pyarrow().sort_by("key")["digits"].to_pylist()
    assert told == [hashlib.sha256(b"000123").hexdigest(), keys[0], keys[0]]
    sides = one_side(rows, ["number", "word"], "key").to_pyarrow().sort_by("key")
    assert dict(zip(sides["key"].to_pylist(), sides[HELD].to_pylist(), strict=True)) == {keys[0]: True, "7": True, "000123": True}


def placed(rows: np.ndarray) -> pa.Table:
    """Rows to find groups among."""
    keys, zeros = [f"{number:08x}" for number in range(len(rows))], np.zeros(len(rows))
    return pa.table({"key": keys, "fold": zeros.astype(np.int32), "label": zeros, "design": list(rows)}).cast(DESIGNED)


def test_a_competition_on_the_cluster_keeps_a_model_with_reasons(engine: Any) -> None:
    rows = DATA.table.append_column("customer", DATA.keys).append_column(LABEL, DATA.target).append_column(HELD, pa.array(DATA.holdout))
    every = Customers(engine.take(rows), "customer", DATA.rows, int(DATA.holdout.sum()))
    found = cluster.run(engine, every, DATA, ["logistic_regression"], "roc_auc", folds=3, seed=0)
    held = as_batch(DATA.split()[1].table)
    assert found.best is not None
    assert np.allclose(found.best.contributions(held).sum(axis=1) + found.best.signature.base, found.best.logit(held), atol=1e-5)


def test_several_classes_compete_on_the_cluster_and_have_reasons(engine: Any) -> None:
    data = several(1500, seed=4)
    rows = data.table.append_column("customer", data.keys).append_column(LABEL, data.target).append_column(HELD, pa.array(data.holdout))
    every = Customers(engine.take(rows), "customer", data.rows, int(data.holdout.sum()))
    found = cluster.run(engine, every, data, ["logistic_regression"], "accuracy", folds=2, seed=0)
    held = as_batch(data.split()[1].table)
    assert found.best is not None
    assert found.parity is not None
    assert found.parity <= cluster.PARITY
    predicted = found.best.answers(held).argmax(axis=1)
    logit = np.take_along_axis(found.best.logit(held), predicted[:, None], axis=1)[:, 0]
    told = found.best.contributions(held).sum(axis=1) + np.array(found.best.signature.bases)[predicted]
    assert np.allclose(told, logit, atol=1e-4)
