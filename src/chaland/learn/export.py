"""The whole pipeline as one ONNX graph: imputing, words, model, calibration. Written node by node, no converter between.

Inputs: `numbers` float32 [N, k] with NaN for null, `words` string [N, m] with "" for null (each only where there are such features).
Outputs: `probability` [N, 1] of the positive class, `logit` [N, 1], and `parts` [N, f]: for the linear model the contribution of each
feature to the logit, centred on the training rows; for trees the design matrix that they split on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from chaland.learn.algorithms import Linear, Trees
from chaland.learn.calibrate import Sigmoid
from chaland.learn.encode import LARGEST, Doubles, Encoded, Preparation, Slot

OPSET = 17
ML_OPSET = 3
IR_VERSION = 8


@dataclass
class Graph:
    """Nodes and constants as they are added."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def constant(self, name: str, values: Any) -> str:
        """Keep an array under a name; gives the name."""
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def node(self, op: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        """Add one node; gives the name of its output."""
        self.nodes.append(helper.make_node(op, list(inputs), [output], name=output, domain=domain, **attributes))
        return output


@dataclass(frozen=True)
class Pipeline:
    """All that one graph is made of."""

    preparation: Preparation
    words: tuple[tuple[str, ...], ...]
    form: Linear | Trees
    sigmoid: Sigmoid

    @property
    def numbers(self) -> int:
        """How many number features there are."""
        return len(self.preparation.medians)

    def slots(self) -> tuple[Slot, ...]:
        """The columns of the design matrix."""
        return self.preparation.slots(self.words)


def to_onnx(pipeline: Pipeline, learnt: Encoded) -> tuple[bytes, list[int]]:
    """The graph as bytes, and for each column of `parts` the feature it belongs to (numbers first, then words).

    `learnt` are the training rows, on which linear contributions are centred.
    """
    graph = Graph()
    if isinstance(pipeline.form, Linear):
        sources = _linear(graph, pipeline, pipeline.form, learnt)
    else:
        sources = _trees(graph, pipeline, pipeline.form)
    graph.node("Sigmoid", ["logit"], "probability")
    return _model(graph, pipeline, len(sources)), sources


def _model(graph: Graph, pipeline: Pipeline, parts: int) -> bytes:
    inputs = []
    if pipeline.numbers:
        inputs.append(helper.make_tensor_value_info("numbers", TensorProto.FLOAT, ["N", pipeline.numbers]))
    if pipeline.words:
        inputs.append(helper.make_tensor_value_info("words", TensorProto.STRING, ["N", len(pipeline.words)]))
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", width])
        for name, width in (("probability", 1), ("logit", 1), ("parts", parts))
    ]
    body = helper.make_graph(graph.nodes, "chaland", inputs, outputs, graph.constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    model = helper.make_model(body, opset_imports=opsets, producer_name="chaland", ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    written: bytes = model.SerializeToString(deterministic=True)
    return written


def _linear(graph: Graph, pipeline: Pipeline, form: Linear, learnt: Encoded) -> list[int]:
    """Each feature's term, centred; the logit is their sum and a constant."""
    weights = form.weights * pipeline.sigmoid.slope
    parts: list[str] = []
    missing = np.isnan(learnt.numbers).mean(axis=0) if len(learnt.numbers) else np.zeros(pipeline.numbers)
    base = pipeline.sigmoid.logit(np.array([form.intercept]))[0]
    if pipeline.numbers:
        base += _number_terms(graph, pipeline, weights, missing)
        parts.append("number_terms")
    if pipeline.words:
        base += _word_terms(graph, pipeline, weights, learnt)
        parts.append("word_terms")
    graph.node("Concat", parts, "parts", axis=1)
    graph.node("Cast", ["parts"], "wide", to=TensorProto.DOUBLE)  # in float32 a row alone would sum otherwise than in company
    graph.node("ReduceSum", ["wide", graph.constant("columns", np.array([1], np.int64))], "sum", keepdims=1)
    graph.node("Add", ["sum", graph.constant("base", np.array([base]))], "wide_logit")
    graph.node("Cast", ["wide_logit"], "logit", to=TensorProto.FLOAT)
    return list(range(pipeline.numbers + len(pipeline.words)))


def _number_terms(graph: Graph, pipeline: Pipeline, weights: Doubles, missing: Doubles) -> float:
    """(x - mean) * weight, or a constant where x is null; gives what centring moved into the base."""
    preparation, count = pipeline.preparation, pipeline.numbers
    mark = np.zeros(count)
    mark[list(preparation.marked)] = weights[count : count + len(preparation.marked)]
    weight = weights[:count]
    means = preparation.means.astype(np.float64)
    null = (preparation.medians - means) * weight + mark * (1 - missing)
    graph.node("IsNaN", ["numbers"], "missing")
    bounds = [graph.constant(name, np.float32(bound)) for name, bound in (("least", -LARGEST), ("most", LARGEST))]
    graph.node("Clip", ["numbers", *bounds], "clipped")
    graph.node("Sub", ["clipped", graph.constant("means", means.astype(np.float32)[None])], "centred")
    known = graph.node("Mul", ["centred", graph.constant("weights", weight.astype(np.float32)[None])], "weighted")
    if mark.any():
        known = graph.node("Sub", ["weighted", graph.constant("marks", (mark * missing).astype(np.float32)[None])], "shifted")
    graph.node("Where", ["missing", graph.constant("null_terms", null.astype(np.float32)[None]), known], "number_terms")
    return float(means @ weight + mark @ missing)


def _word_terms(graph: Graph, pipeline: Pipeline, weights: Doubles, learnt: Encoded) -> float:
    """A table of terms, looked up by column and word; unknown and rare words have the term of no word kept."""
    vocabulary = _vocabulary(pipeline)
    number = {word: i + 1 for i, word in enumerate(vocabulary)}
    table = np.zeros((len(pipeline.words), len(vocabulary) + 1))
    at, base = pipeline.numbers + len(pipeline.preparation.marked), 0.0
    for j, codes in enumerate(pipeline.preparation.kept):
        for code in codes:
            table[j, number[pipeline.words[j][code]]] = weights[at]
            at += 1
        terms = np.array([table[j, number.get(word, 0)] for word in pipeline.words[j]])
        mean = float(terms[learnt.codes[:, j]].mean()) if len(terms) else 0.0
        table[j] -= mean
        base += mean
    _encode_words(graph, vocabulary, first=1)
    offsets = np.arange(len(pipeline.words), dtype=np.int64)[None] * (len(vocabulary) + 1)
    graph.node("Add", ["codes", graph.constant("offsets", offsets)], "places")
    graph.node("Gather", [graph.constant("table", table.ravel().astype(np.float32)), "places"], "word_terms")
    return base


def _vocabulary(pipeline: Pipeline) -> list[str]:
    kept = {pipeline.words[j][code] for j, codes in enumerate(pipeline.preparation.kept) for code in codes}
    return sorted(kept) or [""]


def _encode_words(graph: Graph, vocabulary: list[str], first: int) -> str:
    numbers = list(range(first, first + len(vocabulary)))
    return graph.node(
        "LabelEncoder", ["words"], "codes", "ai.onnx.ml", keys_strings=vocabulary, values_int64s=numbers, default_int64=first - 1
    )


def _trees(graph: Graph, pipeline: Pipeline, form: Trees) -> list[int]:
    """The columns that any tree splits on, then the ensemble with the calibration folded into its leaves."""
    slots = pipeline.slots()
    used = sorted({int(column) for column in form.feature if column >= 0}) or [0]
    parts = _number_columns(graph, pipeline, [slots[i] for i in used]) + _word_columns(graph, pipeline, [slots[i] for i in used])
    graph.node("Concat", parts, "parts", axis=1)
    place = {column: i for i, column in enumerate(used)}
    _ensemble(graph, form, place, pipeline.sigmoid)
    return [slots[i].source for i in used]


def _number_columns(graph: Graph, pipeline: Pipeline, slots: list[Slot]) -> list[str]:
    numbers = [slot.source for slot in slots if slot.kind == "number"]
    marks = [slot.source for slot in slots if slot.kind == "missing"]
    parts = []
    if numbers or marks:
        graph.node("IsNaN", ["numbers"], "missing")
    if numbers:
        filled = graph.node("Where", ["missing", graph.constant("medians", pipeline.preparation.medians[None]), "numbers"], "filled")
        every = numbers == list(range(pipeline.numbers))
        parts.append(
            filled
            if every
            else graph.node("Gather", [filled, graph.constant("number_columns", np.array(numbers, np.int64))], "picked", axis=1)
        )
    if marks:
        graph.node("Gather", ["missing", graph.constant("mark_columns", np.array(marks, np.int64))], "marked", axis=1)
        parts.append(graph.node("Cast", ["marked"], "marks", to=TensorProto.FLOAT))
    return parts


def _word_columns(graph: Graph, pipeline: Pipeline, slots: list[Slot]) -> list[str]:
    spelt = [slot for slot in slots if slot.kind == "word"]
    if not spelt:
        return []
    vocabulary = sorted({slot.word for slot in spelt})
    number = {word: i for i, word in enumerate(vocabulary)}
    _encode_words(graph, vocabulary, first=0)
    columns = np.array([slot.source - pipeline.numbers for slot in spelt], np.int64)
    graph.node("Gather", ["codes", graph.constant("word_columns", columns)], "spelt", axis=1)
    wanted = graph.constant("wanted", np.array([[number[slot.word] for slot in spelt]], np.int64))
    graph.node("Equal", ["spelt", wanted], "same")
    return [graph.node("Cast", ["same"], "one_hot", to=TensorProto.FLOAT)]


def _ensemble(graph: Graph, form: Trees, place: dict[int, int], sigmoid: Sigmoid) -> None:
    leaf = form.feature < 0
    value = form.value * sigmoid.slope
    graph.node(
        "TreeEnsembleRegressor",
        ["parts"],
        "logit",
        "ai.onnx.ml",
        n_targets=1,
        base_values=[float(sigmoid.shift)],
        nodes_treeids=form.tree.tolist(),
        nodes_nodeids=form.node.tolist(),
        nodes_featureids=[place.get(int(column), 0) for column in form.feature],
        nodes_values=form.threshold.tolist(),
        nodes_truenodeids=form.yes.tolist(),
        nodes_falsenodeids=form.no.tolist(),
        nodes_modes=["LEAF" if is_leaf else "BRANCH_LEQ" for is_leaf in leaf],
        nodes_missing_value_tracks_true=[0] * len(leaf),
        nodes_hitrates=form.cover.astype(np.float32).tolist(),
        target_treeids=form.tree[leaf].tolist(),
        target_nodeids=form.node[leaf].tolist(),
        target_ids=[0] * int(leaf.sum()),
        target_weights=value[leaf].astype(np.float32).tolist(),
    )
