from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest

from chaland.learn.algorithms import ALGORITHMS, Algorithm, Lesson
from chaland.learn.calibrate import Sigmoid
from chaland.learn.encode import Encoded, Preparation
from chaland.learn.export import Pipeline, to_onnx
from chaland.model import DOMAINS, OPERATORS
from tests.learn.people import customers

every = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda algorithm: algorithm.name)


def written(algorithm: Algorithm) -> tuple[bytes, np.ndarray, Encoded]:
    data = customers(800)
    encoded = Encoded.of(data.table, data.features)
    preparation, sigmoid, stage = Preparation.fit(encoded), Sigmoid(1.7, -0.3), algorithm.stages[-1]
    design = preparation.design(encoded)
    fitted = algorithm.fit(Lesson(design, data.positives(), preparation, 0, 1), algorithm.tries[0])
    graph, _ = to_onnx(Pipeline(preparation, encoded.words, fitted.form(stage), sigmoid), encoded)
    return graph, sigmoid.probability(fitted.margin(design, stage)), encoded


@every
def test_the_graph_scores_as_the_trained_pipeline(algorithm: Algorithm) -> None:
    graph, expected, data = written(algorithm)
    words = np.array([[known[code] for known, code in zip(data.words, row, strict=True)] for row in data.codes], dtype=object)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    actual = session.run(["probability"], {"numbers": data.numbers, "words": words})[0][:, 0]
    assert np.abs(actual - expected).max() < 1e-6


@every
def test_only_listed_operators_are_written(algorithm: Algorithm) -> None:
    nodes = onnx.ModelProto.FromString(written(algorithm)[0]).graph.node
    assert {node.op_type for node in nodes} <= OPERATORS
    assert {node.domain for node in nodes} <= DOMAINS


@every
def test_writing_twice_gives_the_same_bytes(algorithm: Algorithm) -> None:
    assert written(algorithm)[0] == written(algorithm)[0]
