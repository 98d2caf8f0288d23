"""To which group a customer belongs, as one ONNX graph: scaling, directions and nearest centre, for customers old and new.

Inputs, as for every model of chaland: `numbers` float32 [N, k] with NaN for null, `words` string [N, m] with "" for null (each only where
there are such features). Output: `group` int64 [N], the groups' numbers. All arithmetic is in double precision. The file ends with the seal that
every model of chaland bears, and is read by nobody before seal, operators and features are found right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pyarrow as pa
from onnx import TensorProto, helper, numpy_helper

from chaland.errors import DataError
from chaland.learn.dataset import Feature
from chaland.learn.encode import Encoded
from chaland.learn.export import IR_VERSION, ML_OPSET, OPSET, Graph
from chaland.learn.scaling import Directions, Scaling
from chaland.model import DOMAINS, TAIL, session

Doubles = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]

CHUNK = 65_536
FORMAT, KIND = 1, "segments"
DOUBLE, INT64 = int(TensorProto.DOUBLE), int(TensorProto.INT64)
OPERATORS = frozenset(
    {"Abs", "Add", "ArgMin", "Cast", "Gather", "IsNaN", "LabelEncoder", "Log"} | {"MatMul", "Max", "Min", "Mul", "Sign", "Sub", "Where"}
)


@dataclass(frozen=True)
class Assigner:
    """A segments file that was found right: its graph, and the features it wants in the order of its inputs."""

    graph: bytes
    features: tuple[Feature, ...]

    @classmethod
    def from_bytes(cls, data: bytes) -> Assigner:
        """Read a segments file; DataError `model` where it is foreign, tampered with, or of another format, before anything in it runs."""
        model, format, features = _parsed(_unsealed(data))
        if format != (KIND, FORMAT):
            raise _refused(f"it is no segments file of format {FORMAT}")
        strange = sorted({node.op_type for node in model.graph.node if node.op_type not in OPERATORS or node.domain not in DOMAINS})
        outside = any(tensor.data_location or tensor.external_data for tensor in model.graph.initializer)
        if strange or outside or model.functions:
            raise _refused(f"it holds operators that chaland never writes ({', '.join(strange[:5]) or 'data outside the file'})")
        return cls(model.SerializeToString(deterministic=True), features)


def to_onnx(scaling: Scaling, directions: Directions, centres: Doubles, features: Sequence[Feature]) -> bytes:
    """The graph as bytes; its metadata name the features, in the order of the inputs."""
    pull = -2.0 * directions.axes @ centres.T
    graph, parts = Graph(), []
    if scaling.numbers:
        parts.append(_numbers(graph, scaling, pull[: len(scaling.numbers)]))
    parts += _words(graph, scaling, pull[len(scaling.numbers) :])
    total = parts[0]
    for nth, part in enumerate(parts[1:]):
        total = graph.node("Add", [total, part], f"sum_{nth}")
    base = (centres**2).sum(axis=1) - directions.mean @ pull
    graph.node("Add", [total, graph.constant("base", base[None])], "distance")
    graph.node("ArgMin", ["distance"], "nearest", axis=1, keepdims=0)
    graph.node("Add", ["nearest", graph.constant("one", np.array([1], np.int64))], "group")
    return written(graph, features)


def renumbered(model: bytes, ids: Sequence[int]) -> bytes:
    """The same file giving `ids[g - 1]` for group g."""
    body, _, _ = _parsed(_unsealed(model))
    last = body.graph.node[-1]
    body.graph.initializer.append(numpy_helper.from_array(np.array(ids, np.int64), "ids"))
    last.CopyFrom(helper.make_node("Gather", ["ids", "nearest"], ["group"], name=last.name, axis=0))
    kept = [one for one in body.graph.initializer if one.name != "one"]
    del body.graph.initializer[:]
    body.graph.initializer.extend(kept)
    return _sealed(body)


def assign(model: bytes, table: pa.Table) -> Groups:
    """The group of each row of `table`, from 1; it holds the features by name, other columns are ignored, nulls and unknown words allowed.

    Raises DataError where a feature is missing, or where the file is foreign or was tampered with: nothing in it has run then.
    """
    opened = Assigner.from_bytes(model)
    lacking = [f.name for f in opened.features if f.name not in table.column_names]
    if lacking:
        raise DataError(f"the rows lack features of the groups: {', '.join(lacking[:5])}", code="features")
    return _nearest(opened, Encoded.of(table, opened.features))


def features_of(model: bytes) -> tuple[Feature, ...]:
    """The features that the graph wants, in the order of its inputs."""
    return Assigner.from_bytes(model).features


def nearest(model: bytes, data: Encoded) -> Groups:
    """The group of each encoded customer, from 1."""
    return _nearest(Assigner.from_bytes(model), data)


def _nearest(opened: Assigner, data: Encoded) -> Groups:
    graph = session(opened.graph, threads=1)
    wanted = {one.name for one in graph.get_inputs()}
    spelt = [np.array(words, dtype=object) for words in data.words]
    told = [
        graph.run(["group"], _inputs(data, spelt, slice(start, start + CHUNK), wanted))[0] for start in range(0, len(data.numbers), CHUNK)
    ]
    return np.concatenate(told) if told else np.empty(0, np.int64)


def _inputs(data: Encoded, spelt: Sequence[npt.NDArray[Any]], rows: slice, wanted: set[str]) -> dict[str, Any]:
    given: dict[str, Any] = {"numbers": data.numbers[rows]} if "numbers" in wanted else {}
    if "words" in wanted:
        given["words"] = np.column_stack([words[data.codes[rows, place]] for place, words in enumerate(spelt)])
    return given


def _numbers(graph: Graph, scaling: Scaling, pull: Doubles) -> str:
    """The part of the distances that hangs on numbers."""

    def each(name: str, values: Sequence[float], kind: Any = np.float64) -> str:
        return graph.constant(name, np.array([values], kind))

    many = scaling.numbers
    graph.node("Gather", ["numbers", graph.constant("number_places", np.array([one.place for one in many], np.int64))], "picked", axis=1)
    graph.node("IsNaN", ["picked"], "blank")
    graph.node("Where", ["blank", each("blanks", [one.blank for one in many], np.float32), "picked"], "known")
    graph.node("Cast", ["known"], "plain", to=TensorProto.DOUBLE)
    graph.node("Abs", ["plain"], "size")
    graph.node("Add", ["size", graph.constant("unit", np.array([1.0]))], "above_one")
    graph.node("Log", ["above_one"], "log_size")
    graph.node("Sign", ["plain"], "sign")
    graph.node("Mul", ["sign", "log_size"], "logarithm")
    graph.node("Where", [each("logs", [one.log for one in many], np.bool_), "logarithm", "plain"], "seen")
    graph.node("Sub", ["seen", each("centres", [one.centre for one in many])], "centred")
    graph.node("Mul", ["centred", each("factors", [one.factor for one in many])], "scaled")
    graph.node("Max", ["scaled", each("lows", [-one.limit for one in many])], "not_too_low")
    graph.node("Min", ["not_too_low", each("highs", [one.limit for one in many])], "cut")
    return graph.node("MatMul", ["cut", graph.constant("number_pull", pull)], "number_distance")


def _words(graph: Graph, scaling: Scaling, pull: Doubles) -> list[str]:
    """The part of the distances that hangs on each word feature; an unknown word pulls nowhere."""
    parts, start = [], 0
    for nth, one in enumerate(scaling.words):
        count = len(one.words)
        place = graph.constant(f"word_place_{nth}", np.array(one.place, np.int64))
        graph.node("Gather", ["words", place], f"word_{nth}", axis=1)
        graph.node(
            "LabelEncoder",
            [f"word_{nth}"],
            f"code_{nth}",
            domain="ai.onnx.ml",
            keys_strings=list(one.words),
            values_int64s=list(range(count)),
            default_int64=count,
        )
        pulls = np.concatenate([one.height * pull[start : start + count], np.zeros((1, pull.shape[1]))])
        parts.append(graph.node("Gather", [graph.constant(f"word_pull_{nth}", pulls), f"code_{nth}"], f"word_distance_{nth}", axis=0))
        start += count
    return parts


def written(graph: Graph, features: Sequence[Feature]) -> bytes:
    """A segments file: the graph, the features in the order of its inputs, and the seal."""
    counts = {kind: sum(f.kind == kind for f in features) for kind in ("number", "word")}
    kinds = (("number", "numbers", TensorProto.FLOAT), ("word", "words", TensorProto.STRING))
    inputs = [helper.make_tensor_value_info(name, kind, ["N", counts[word]]) for word, name, kind in kinds if counts[word]]
    output = helper.make_tensor_value_info("group", TensorProto.INT64, ["N"])
    body = helper.make_graph(graph.nodes, "chaland", inputs, [output], graph.constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    model = helper.make_model(body, opset_imports=opsets, producer_name="chaland", ir_version=IR_VERSION)
    ordered = [vars(f) for kind in ("number", "word") for f in features if f.kind == kind]
    meta = {"format": FORMAT, "kind": KIND, "features": ordered}
    helper.set_model_props(model, {"chaland": json.dumps(meta, ensure_ascii=False, sort_keys=True)})
    return _sealed(model)


def _sealed(model: onnx.ModelProto) -> bytes:
    onnx.checker.check_model(model)
    written: bytes = model.SerializeToString(deterministic=True)
    return written + TAIL + hashlib.sha256(written).hexdigest().encode()


def _unsealed(data: bytes) -> bytes:
    """The bytes before the seal, if the seal is there and right."""
    body, seal = data[: -len(TAIL) - 64], data[-64:]
    if len(data) <= len(TAIL) + 64 or data[len(body) : -64] != TAIL:
        raise _refused("it carries no seal of chaland")
    if hashlib.sha256(body).hexdigest().encode() != seal:
        raise _refused("it was changed after it was written")
    return body


def _parsed(body: bytes) -> tuple[onnx.ModelProto, tuple[str, int], tuple[Feature, ...]]:
    """The graph, what kind and format the file says it is, and its features."""
    try:
        model = onnx.ModelProto.FromString(body)
        meta = json.loads(next(entry.value for entry in model.metadata_props if entry.key == "chaland"))
        return model, (meta.get("kind"), meta.get("format")), tuple(Feature(**one) for one in meta.get("features", ()))
    except Exception as error:
        raise _refused("it cannot be read") from error


def _refused(why: str) -> DataError:
    return DataError(
        f"this segments file is refused: {why}", next="Run `chaland segment` again with --force, or fetch the file again.", code="model"
    )
