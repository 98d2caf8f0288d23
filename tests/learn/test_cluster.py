"""Models fitted where the rows are compete, and are exported, as the embedded ones; an engine made of scikit-learn stands for the cluster."""

from __future__ import annotations

import hashlib
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
from chaland.learn import cluster, selection
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
from tests.learn.words import LENGTHS, numbers, several


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
    metric, algorithm = {"binary": ("roc_auc", "logistic_regression"), "multiclass": ("accuracy", "logistic_regression")}.get(
        data.task, ("mae", "ridge")
    )
    return cluster.run(engine, every, data, [algorithm], metric, said.get("folds", 4), seed=0)


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


def test_several_classes_are_learnt_measured_and_told_as_the_embedded_ones(engine: Engine) -> None:
    data = several(1500)
    found, here = competed(engine, data), selection.run(data, ["logistic_regression"], "accuracy", 4, 0, 1)
    assert found.best is not None
    assert (found.task, found.best.signature.labels, found.kept) == (here.task, LENGTHS, "logistic_regression")
    there, embedded = (one.candidates[0].metrics["accuracy"].value for one in (found, here))
    assert abs(there - embedded) < 0.02
    assert set(found.to_dict()["holdout"]["metrics"]) == set(here.to_dict()["holdout"]["metrics"])
    rows = as_batch(data.split()[1].table)
    told = np.take_along_axis(found.best.logit(rows), found.best.answers(rows).argmax(axis=1)[:, None], axis=1)[:, 0]
    bases = np.array(found.best.signature.bases)[found.best.answers(rows).argmax(axis=1)]
    assert np.allclose(found.best.contributions(rows).sum(axis=1) + bases, told, atol=1e-4)


def test_numbers_are_learnt_in_the_unit_of_the_target_and_beat_the_last_value(engine: Engine) -> None:
    data = numbers(1500)
    found = competed(engine, replace(data, rivals=("calls",)))
    assert (found.task, found.kept) == ("regression", "ridge")
    assert found.holdout.metrics["mae"].value < 140
    assert {found.baseline.name, *(one.name for one in found.others)} == {"mean", "calls"}
    assert found.parity is not None
    assert found.parity <= cluster.PARITY


def test_where_nobody_is_held_out_the_file_is_compared_on_those_learnt_from(engine: Engine) -> None:
    data = replace(numbers(600), holdout=np.zeros(600, bool))
    found = competed(engine, data)
    assert (found.holdout.rows, sorted(engine.last.fitted)[-1]) == (0, 600)
    assert found.parity is not None
    engine.wrong = 1e-3
    with pytest.raises(ChalandError, match="differs from the cluster's model"):
        competed(engine, data)


@pytest.mark.parametrize(("words", "counted"), [(["rare"] * 2, 598), (["rare"] * 2 + ["scarce"] * 3, 600)])
def test_rare_words_are_left_aside_or_told_as_one_wherever_they_are(engine: Engine, words: list[str], counted: int) -> None:
    data = several(600)
    data = replace(data, target=pa.array([*words, *data.target.to_pylist()[len(words) :]]), holdout=np.arange(600) % 5 == 4)
    found = competed(engine, data)
    assert found.best is not None
    assert (found.rows, "other" in found.best.signature.labels) == (counted, counted == 600)
    assert [note.code for note in found.notes if note.code == "rare_classes"] == ["rare_classes"]


def test_words_that_the_fair_part_does_not_have_are_counted(engine: Engine) -> None:
    data = keyed(several(3000))
    away = np.flatnonzero([key[8:16] > "f" for key in data.keys.to_pylist()])
    words = np.array(data.target.to_pylist(), dtype=object)
    words[away] = "unheard of"
    found = competed(engine, replace(data, target=pa.array(words)), share=0.5)
    assert found.rows == 3000 - len(away)
    assert f"{len(away)} of 3000 customers have answers that are too rare to be learnt: left aside" in [note.said for note in found.notes]


def test_too_many_classes_to_boost_are_told(engine: Engine) -> None:
    data = several(1500)
    words = [f"{word} {number % 5}" for number, word in enumerate(data.target.to_pylist())]
    data = replace(data, target=pa.array(words), labels=())
    names, [note] = cluster._boosted(["gradient_boosting", "random_forest"], replace(data, labels=tuple(sorted(set(words)))))
    assert (names, note.code) == (["random_forest"], "not_on_cluster")


def test_keys_that_are_no_pseudonyms_are_drawn_by_their_hash(engine: Engine) -> None:
    keys = [hashlib.sha256(b"7").hexdigest(), "7", "000123"]
    told = engine.take(pa.table({"key": keys})).mutate(digits=lambda rows: cluster.digits(rows.key)).to_pyarrow()["digits"].to_pylist()
    assert told == [keys[0], keys[0], hashlib.sha256(b"000123").hexdigest()]
    numbered = engine.take(pa.table({"key": [7]}))
    assert numbered.select(digits=cluster.digits(numbered.key)).to_pyarrow()["digits"].to_pylist() == [keys[0]]
