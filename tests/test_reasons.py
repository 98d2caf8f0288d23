from __future__ import annotations

import math
from itertools import combinations

import lightgbm
import numpy as np
import pytest

from chaland import reasons
from chaland.learn.algorithms import FittedBoosting
from chaland.learn.calibrate import Sigmoid
from chaland.learn.encode import Encoded, Preparation
from chaland.learn.export import Pipeline, to_onnx
from chaland.signature import Input


def grown(rounds: int) -> tuple[lightgbm.Booster, bytes, list[int], np.ndarray]:
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(800, 5)).astype(np.float32)
    truth = numbers[:, 0] * numbers[:, 1] + numbers[:, 2] > 0.3
    params = {"objective": "binary", "num_leaves": 12, "max_depth": 6, "verbosity": -1, "deterministic": True, "num_threads": 1}
    booster = lightgbm.train(params, lightgbm.Dataset(numbers, truth.astype(float)), rounds)
    data = Encoded(numbers, np.empty((800, 0), np.int32), ())
    pipeline = Pipeline(Preparation.fit(data), (), FittedBoosting(booster).form(rounds), Sigmoid(1.0, 0.0))
    graph, sources = to_onnx(pipeline, data)
    return booster, graph, sources, numbers


def test_contributions_equal_those_of_lightgbms_treeshap() -> None:
    booster, graph, sources, numbers = grown(25)
    expected = booster.predict(numbers, pred_contrib=True)[:, :-1]
    actual = reasons.TreeReasons.of(graph, sources, 5).contributions(numbers[:, sorted(set(sources))])
    assert np.abs(actual - expected).max() < 1e-4


@pytest.mark.parametrize("players", [1, 2, 3, 6])
def test_quadrature_gives_the_shapley_values_of_the_definition(players: int) -> None:
    rng = np.random.default_rng(players)
    known, unknown = rng.integers(0, 2, players).astype(float), rng.uniform(0.1, 0.9, players)
    actual = reasons._shapley(known[:, None], unknown)[:, 0]
    assert np.abs(actual - by_definition(known, unknown)).max() < 1e-12


def by_definition(known: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    count = len(known)
    value = lambda chosen: math.prod(known[j] if j in chosen else unknown[j] for j in range(count))  # noqa: E731
    told = np.zeros(count)
    for j in range(count):
        others = [i for i in range(count) if i != j]
        for size in range(count):
            weight = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
            told[j] += sum(weight * (value({*chosen, j}) - value(set(chosen))) for chosen in combinations(others, size))
    return told


CALLS = Input("calls", "number", "calls", "Customer service calls", "Appels au service client", 1.0)


@pytest.mark.parametrize(
    ("one", "value", "raises", "lang", "said"),
    [
        (CALLS, 5.0, True, "en", "Customer service calls is 5 (typical 1): raises the risk"),
        (CALLS, 5.5, False, "fr", "Appels au service client : 5,5 (habituel : 1) ; diminue le risque"),
        (CALLS, None, True, "en", "Customer service calls is missing (typical 1): raises the risk"),
        (Input("p", "number", "p", "Plan", "Forfait", 0.0, True), 1.0, True, "fr", "Forfait : oui (habituel : non) ; augmente le risque"),
        (Input("t", "word", "t", "Town", "Ville", "Lille"), "Brest", False, "en", "Town is Brest (typical Lille): lowers the risk"),
    ],
)
def test_a_reason_is_a_sentence(one: Input, value: object, raises: bool, lang: str, said: str) -> None:
    assert reasons.sentence(one, value, raises, lang) == said
