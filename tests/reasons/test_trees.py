from __future__ import annotations

import lightgbm
import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from chaland.learn.algorithms import FittedBoosting, FittedForest, Trees, recounted
from chaland.learn.calibrate import Sigmoid
from chaland.learn.encode import Encoded, Preparation
from chaland.learn.export import Pipeline, to_onnx
from chaland.model import ensemble
from chaland.reasons import clusters
from chaland.reasons.leaves import leaves
from chaland.reasons.trees import TreeReasons

RNG = np.random.default_rng(0)
NUMBERS = RNG.normal(size=(800, 5)).astype(np.float32)
TRUTH = NUMBERS[:, 0] * NUMBERS[:, 1] + NUMBERS[:, 2] > 0.3


def boosted(rounds: int, **words: int) -> lightgbm.Booster:
    params = {"objective": "binary", "num_leaves": 12, "max_depth": 6, "verbosity": -1, "deterministic": True, "num_threads": 1, **words}
    return lightgbm.train(params, lightgbm.Dataset(NUMBERS, TRUTH.astype(float)), rounds)


def served(form: Trees) -> tuple[TreeReasons, list[int]]:
    data = Encoded(NUMBERS, np.empty((800, 0), np.int32), ())
    graph, sources = to_onnx(Pipeline(Preparation.fit(data), (), form, Sigmoid(1.0, 0.0)), data)
    return TreeReasons.of(ensemble(graph), sources, 5), sources


@pytest.mark.parametrize("rounds", [1, 25, 80])
def test_contributions_equal_those_of_lightgbms_treeshap(rounds: int) -> None:
    booster = boosted(rounds)
    expected = booster.predict(NUMBERS, pred_contrib=True)[:, :-1]
    reasons, sources = served(FittedBoosting(booster).form(rounds))
    assert np.abs(reasons.contributions(NUMBERS[:, sorted(set(sources))]) - expected).max() < 1e-4


def test_a_forest_of_many_leaves_is_explained_leaf_by_leaf_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    form = recounted(FittedForest(RandomForestClassifier(8, max_depth=7, random_state=0).fit(NUMBERS, TRUTH)).form(0), NUMBERS)
    expected = served(form)[0].contributions(NUMBERS)
    monkeypatch.setattr(clusters, "FEW_LEAVES", 0)
    assert np.abs(served(form)[0].contributions(NUMBERS) - expected).max() < 1e-6
    monkeypatch.setattr(clusters, "GRID", 1)
    alone = served(form)[0]
    assert alone.steps.shape[0] == len(leaves(_ensemble(form)))
    assert np.abs(alone.contributions(NUMBERS) - expected).max() < 1e-6


def test_contributions_add_up_to_the_distance_from_the_mean() -> None:
    form = recounted(FittedForest(RandomForestClassifier(8, max_depth=7, random_state=0).fit(NUMBERS, TRUTH)).form(0), NUMBERS)
    added = served(form)[0].contributions(NUMBERS).sum(axis=1)
    margin = RandomForestClassifier(8, max_depth=7, random_state=0).fit(NUMBERS, TRUTH).predict_proba(NUMBERS)[:, 1]
    assert np.abs((added - added.mean()) - (margin - margin.mean())).max() < 1e-6


def test_a_row_alone_is_explained_as_in_company() -> None:
    reasons, sources = served(FittedBoosting(boosted(25)).form(25))
    design = NUMBERS[:, sorted(set(sources))]
    alone = np.concatenate([reasons.contributions(design[i : i + 1]) for i in range(20)])
    assert np.array_equal(alone, reasons.contributions(design)[:20])


def test_a_value_on_a_threshold_goes_where_the_tree_sends_it() -> None:
    booster = boosted(10)
    reasons, sources = served(FittedBoosting(booster).form(10))
    design = np.tile(np.zeros(len(sources), np.float32), (len(reasons.cuts), 1))
    design[np.arange(len(design)), reasons.columns] = reasons.cuts
    full = np.zeros((len(design), 5), np.float32)
    full[:, sorted(set(sources))] = design
    assert np.abs(reasons.contributions(design) - booster.predict(full, pred_contrib=True)[:, :-1]).max() < 1e-4


def test_trees_that_never_split_have_no_reasons() -> None:
    reasons, sources = served(FittedBoosting(boosted(3, min_data_in_leaf=700)).form(3))
    assert np.array_equal(reasons.contributions(NUMBERS[:, : len(sources)]), np.zeros((800, 5)))


def _ensemble(form: Trees) -> dict[str, object]:
    data = Encoded(NUMBERS, np.empty((800, 0), np.int32), ())
    return ensemble(to_onnx(Pipeline(Preparation.fit(data), (), form, Sigmoid(1.0, 0.0)), data)[0])
