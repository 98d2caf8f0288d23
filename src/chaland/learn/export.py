"""The whole pipeline as one ONNX graph: imputing, words, model, calibration. Written node by node, no converter between.

Inputs: `numbers` float32 [N, k] with NaN for null, `words` string [N, m] with "" for null (each only where there are such features).
Outputs: `probability` [N, 1] of the positive class, `logit` [N, 1], and `parts` [N, f]: for the linear model the contribution of each
feature to the logit, centred on the training rows; for trees the design matrix that they split on. Several classes have `probability`
and `logit` [N, classes], and linear `parts` [N, classes, f]. Numbers have `number` float64 [N, 1] for the probability: the logit, which
is in standard deviations from the mean, brought to the target's unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from chaland.learn.algorithms import Linear, Trees
from chaland.learn.calibrate import Calibration, Line, Scaling, Sigmoid
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
    sigmoid: Calibration

    @property
    def classes(self) -> int:
        """How many classes there are where they are several, else 0."""
        return len(self.sigmoid.shifts) if isinstance(self.sigmoid, Scaling) else 0

    @property
    def slope(self) -> float:
        """What margins are multiplied by within the graph's logit; numbers stay in standard deviations up to its last step."""
        return self.sigmoid.slope if isinstance(self.sigmoid, (Sigmoid, Scaling)) else 1.0

    @property
    def shifts(self) -> Doubles:
        """What is added to them, one per class."""
        if isinstance(self.sigmoid, Scaling):
            return self.sigmoid.shifts
        return np.array([self.sigmoid.shift if isinstance(self.sigmoid, Sigmoid) else 0.0])

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
    if isinstance(pipeline.form, Linear) and pipeline.classes:
        sources = _linear_of_classes(graph, pipeline, pipeline.form, learnt)
    elif isinstance(pipeline.form, Linear):
        sources = _linear(graph, pipeline, pipeline.form, learnt)
    else:
        sources = _trees(graph, pipeline, pipeline.form)
    _answer(graph, pipeline.sigmoid)
    return _model(graph, pipeline, len(sources)), sources


def _answer(graph: Graph, sigmoid: Calibration) -> None:
    """From the logit to what the model answers."""
    if isinstance(sigmoid, Line):
        graph.node("Cast", ["logit"], "wide_answer", to=TensorProto.DOUBLE)
        graph.node("Mul", ["wide_answer", graph.constant("unit", np.array([sigmoid.slope]))], "measured")
        graph.node("Add", ["measured", graph.constant("mean", np.array([sigmoid.shift]))], "number")
    elif isinstance(sigmoid, Scaling):
        graph.node("Cast", ["logit"], "wide_answer", to=TensorProto.DOUBLE)
        graph.node("Softmax", ["wide_answer"], "shares", axis=1)
        graph.node("Cast", ["shares"], "probability", to=TensorProto.FLOAT)
    else:
        graph.node("Sigmoid", ["logit"], "probability")


def _model(graph: Graph, pipeline: Pipeline, parts: int) -> bytes:
    inputs = []
    if pipeline.numbers:
        inputs.append(helper.make_tensor_value_info("numbers", TensorProto.FLOAT, ["N", pipeline.numbers]))
    if pipeline.words:
        inputs.append(helper.make_tensor_value_info("words", TensorProto.STRING, ["N", len(pipeline.words)]))
    wide, classes = isinstance(pipeline.sigmoid, Line), pipeline.classes
    shape = ["N", classes, parts] if classes and isinstance(pipeline.form, Linear) else ["N", parts]
    answer = ("number", TensorProto.DOUBLE) if wide else ("probability", TensorProto.FLOAT)
    outputs = [
        helper.make_tensor_value_info(name, kind, shape)
        for name, kind, shape in (
            (*answer, ["N", classes or 1]),
            ("logit", TensorProto.FLOAT, ["N", classes or 1]),
            ("parts", TensorProto.FLOAT, shape),
        )
    ]
    body = helper.make_graph(graph.nodes, "chaland", inputs, outputs, graph.constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    model = helper.make_model(body, opset_imports=opsets, producer_name="chaland", ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    written: bytes = model.SerializeToString(deterministic=True)
    return written


def _linear(graph: Graph, pipeline: Pipeline, form: Linear, learnt: Encoded) -> list[int]:
    """Each feature's term, centred; the logit is their sum and a constant."""
    weights = form.weights * pipeline.slope
    parts: list[str] = []
    missing = np.isnan(learnt.numbers).mean(axis=0) if len(learnt.numbers) else np.zeros(pipeline.numbers)
    base = pipeline.slope * form.intercept + pipeline.shifts[0]
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


def _linear_of_classes(graph: Graph, pipeline: Pipeline, form: Linear, learnt: Encoded) -> list[int]:
    """As `_linear`, for each class: terms [N, classes, features]."""
    weights = form.weights * pipeline.slope
    base = pipeline.slope * np.asarray(form.intercept) + pipeline.shifts
    missing = np.isnan(learnt.numbers).mean(axis=0) if len(learnt.numbers) else np.zeros(pipeline.numbers)
    parts: list[str] = []
    if pipeline.numbers:
        tables = [_number_table(pipeline, one, missing) for one in weights.T]
        base = base + [table.base for table in tables]
        parts.append(_number_nodes(graph, pipeline, tables))
    if pipeline.words:
        words = [_word_table(pipeline, one, learnt) for one in weights.T]
        base = base + [moved for _, moved in words]
        parts.append(_word_nodes(graph, pipeline, np.stack([table.ravel() for table, _ in words], axis=1)))
    graph.node("Concat", parts, "parts", axis=2)
    graph.node("Cast", ["parts"], "wide", to=TensorProto.DOUBLE)
    graph.node("ReduceSum", ["wide", graph.constant("columns", np.array([2], np.int64))], "sum", keepdims=0)
    graph.node("Add", ["sum", graph.constant("base", base)], "wide_logit")
    graph.node("Cast", ["wide_logit"], "logit", to=TensorProto.FLOAT)
    return list(range(pipeline.numbers + len(pipeline.words)))


@dataclass(frozen=True)
class _Numbers:
    """What becomes of the numbers: (x - mean) * weight - mark where there is one, `null` where there is none."""

    weight: Doubles
    mark: Doubles
    null: Doubles
    base: float


def _number_table(pipeline: Pipeline, weights: Doubles, missing: Doubles) -> _Numbers:
    """From the weights of the design; `base` is what centring moved out of the terms."""
    preparation, count = pipeline.preparation, pipeline.numbers
    mark = np.zeros(count)
    mark[list(preparation.marked)] = weights[count : count + len(preparation.marked)]
    weight, means = weights[:count], preparation.means.astype(np.float64)
    null = (preparation.medians - means) * weight + mark * (1 - missing)
    return _Numbers(weight, mark * missing, null, float(means @ weight + mark @ missing))


def _centred(graph: Graph, pipeline: Pipeline) -> str:
    """The numbers less their means; and which of them are missing."""
    graph.node("IsNaN", ["numbers"], "missing")
    bounds = [graph.constant(name, np.float32(bound)) for name, bound in (("least", -LARGEST), ("most", LARGEST))]
    graph.node("Clip", ["numbers", *bounds], "clipped")
    means = graph.constant("means", pipeline.preparation.means.astype(np.float64).astype(np.float32)[None])
    return graph.node("Sub", ["clipped", means], "centred")


def _number_nodes(graph: Graph, pipeline: Pipeline, tables: Sequence[_Numbers]) -> str:
    """Terms of the numbers, [N, classes, numbers]."""
    _centred(graph, pipeline)
    axis = graph.constant("class_axis", np.array([1], np.int64))
    for name in ("centred", "missing"):
        graph.node("Unsqueeze", [name, axis], f"{name}_each")
    weights, marks, nulls = (np.stack([getattr(table, name) for table in tables]) for name in ("weight", "mark", "null"))
    graph.node("Mul", ["centred_each", graph.constant("weights", weights.astype(np.float32)[None])], "weighted")
    graph.node("Sub", ["weighted", graph.constant("marks", marks.astype(np.float32)[None])], "shifted")
    null = graph.constant("null_terms", nulls.astype(np.float32)[None])
    return graph.node("Where", ["missing_each", null, "shifted"], "number_terms")


def _word_nodes(graph: Graph, pipeline: Pipeline, table: Doubles) -> str:
    """Terms of the words, [N, classes, words], looked up in a `table` [words x (vocabulary + 1), classes]."""
    vocabulary = _vocabulary(pipeline)
    _encode_words(graph, vocabulary, first=1)
    offsets = np.arange(len(pipeline.words), dtype=np.int64)[None] * (len(vocabulary) + 1)
    graph.node("Add", ["codes", graph.constant("offsets", offsets)], "places")
    graph.node("Gather", [graph.constant("table", table.astype(np.float32)), "places"], "by_word")
    return graph.node("Transpose", ["by_word"], "word_terms", perm=[0, 2, 1])


def _number_terms(graph: Graph, pipeline: Pipeline, weights: Doubles, missing: Doubles) -> float:
    """(x - mean) * weight, or a constant where x is null; gives what centring moved into the base."""
    table = _number_table(pipeline, weights, missing)
    _centred(graph, pipeline)
    known = graph.node("Mul", ["centred", graph.constant("weights", table.weight.astype(np.float32)[None])], "weighted")
    if weights[pipeline.numbers : pipeline.numbers + len(pipeline.preparation.marked)].any():
        known = graph.node("Sub", ["weighted", graph.constant("marks", table.mark.astype(np.float32)[None])], "shifted")
    graph.node("Where", ["missing", graph.constant("null_terms", table.null.astype(np.float32)[None]), known], "number_terms")
    return table.base


def _word_terms(graph: Graph, pipeline: Pipeline, weights: Doubles, learnt: Encoded) -> float:
    """A table of terms, looked up by column and word; unknown and rare words have the term of no word kept."""
    vocabulary = _vocabulary(pipeline)
    table, base = _word_table(pipeline, weights, learnt)
    _encode_words(graph, vocabulary, first=1)
    offsets = np.arange(len(pipeline.words), dtype=np.int64)[None] * (len(vocabulary) + 1)
    graph.node("Add", ["codes", graph.constant("offsets", offsets)], "places")
    graph.node("Gather", [graph.constant("table", table.ravel().astype(np.float32)), "places"], "word_terms")
    return base


def _word_table(pipeline: Pipeline, weights: Doubles, learnt: Encoded) -> tuple[Doubles, float]:
    """The terms by column and word, centred, and what centring moved into the base."""
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
    return table, base


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
    _ensemble(graph, form, place, pipeline)
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


def _ensemble(graph: Graph, form: Trees, place: dict[int, int], pipeline: Pipeline) -> None:
    leaf = form.feature < 0
    at, target, weight = _weights(leaf, form.tree == form.tree[0], form.value * pipeline.slope)
    graph.node(
        "TreeEnsembleRegressor",
        [_summed_in(graph, pipeline)],
        "logit",
        "ai.onnx.ml",
        n_targets=pipeline.classes or 1,
        **_values(pipeline, base_values=pipeline.shifts, nodes_values=form.threshold, nodes_hitrates=form.cover, target_weights=weight),
        nodes_treeids=form.tree.tolist(),
        nodes_nodeids=form.node.tolist(),
        nodes_featureids=[place.get(int(column), 0) for column in form.feature],
        nodes_truenodeids=form.yes.tolist(),
        nodes_falsenodeids=form.no.tolist(),
        nodes_modes=["LEAF" if is_leaf else "BRANCH_LEQ" for is_leaf in leaf],
        nodes_missing_value_tracks_true=[0] * len(leaf),
        target_treeids=form.tree[at].tolist(),
        target_nodeids=form.node[at].tolist(),
        target_ids=target.tolist(),
    )


def _summed_in(graph: Graph, pipeline: Pipeline) -> str:
    """The design in the width in which leaves are added up: in float32 the sum of a hundred leaves is no number to a millionth."""
    if isinstance(pipeline.sigmoid, Line):
        return graph.node("Cast", ["parts"], "wide_parts", to=TensorProto.DOUBLE)
    return "parts"


def _values(pipeline: Pipeline, **values: npt.NDArray[np.floating]) -> dict[str, Any]:
    """Attributes of the ensemble, in that width."""
    if isinstance(pipeline.sigmoid, Line):
        return {f"{name}_as_tensor": numpy_helper.from_array(np.asarray(one, np.float64), name) for name, one in values.items()}
    return {name: np.asarray(one, np.float32).tolist() for name, one in values.items()}


def _weights(
    leaf: npt.NDArray[np.bool_], first: npt.NDArray[np.bool_], value: Doubles
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Doubles]:
    """The leaves, the class of each weight, and the weights; of several classes only what is not nothing.

    But each leaf has one, and those of the `first` tree have all: ONNX Runtime forgets the base value of a class that no leaf speaks of.
    """
    if value.ndim == 1:
        at = np.flatnonzero(leaf)
        return at, np.zeros(len(at), np.intp), value[at]
    some = leaf[:, None] & (value != 0)
    some |= (leaf & first)[:, None]
    some[:, 0] |= leaf & ~some.any(axis=1)
    at, target = np.nonzero(some)
    return at, target, value[at, target]
