"""One model file and the one way to score: a sealed ONNX graph with its signature, threshold, labels and provenance."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.errors import DataError, nearest
from chaland.signature import Input, Signature

FORMAT = 1
CHUNK = 65_536
WIDE = "_as_tensor"
LINEAR = ("logistic_regression", "ridge")
OF_OTHERS = ("task", "bases", "unit")
REASONS = 3
LEAST_REASON = 1e-6
TAIL = b"\x72\x50\x0a\x0cchaland_seal\x12\x40"  # protobuf: one more metadata_props entry, whose value is 64 hex digits
OPERATORS = frozenset(
    {"Add", "Cast", "Clip", "Concat", "Equal", "Gather", "IsNaN", "LabelEncoder", "Mul"}
    | {"ReduceSum", "Sigmoid", "Softmax", "Sub", "Transpose", "TreeEnsembleRegressor", "Unsqueeze", "Where"}
)
DOMAINS = frozenset({"", "ai.onnx.ml"})
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

NUMBER = pa.float64()
SCORES = pa.schema([("probability", NUMBER), ("prediction", pa.string()), ("decision", pa.string())])
NAMES = SCORES.names


class Model:
    """A trained pipeline that scores people: from and to bytes, the same for batch, request and stream.

    `provenance` is free JSON about its making (rows, settings, metrics, versions); never a row of data.
    """

    def __init__(self, graph: bytes, signature: Signature, provenance: Mapping[str, Any], *, threads: int = 1):
        self.graph = graph
        self.signature = signature
        self.provenance = dict(provenance)
        self._session = session(graph, threads)
        self._numbers = [one.name for one in signature.numbers]
        self._words = [one.name for one in signature.words]
        self._plan: _Plan | None = None
        self._explainers: dict[int, Any] = {}
        self._answer = "number" if signature.task == "regression" else "probability"
        if signature.task == "binary":
            self._yes = (pa.array([signature.labels[1]]), pa.array(["positive"]))
            self._no = (pa.array([signature.labels[0]]), pa.array(["negative"]))

    @property
    def threshold(self) -> float:
        """The probability from which on the decision is positive."""
        return self.signature.threshold

    @property
    def labels(self) -> tuple[str, ...]:
        """The negative and the positive answer; or all classes; none for numbers."""
        return self.signature.labels

    def to_bytes(self) -> bytes:
        """The model as one ONNX file: graph, metadata, and at its end a seal (SHA-256 of all before it)."""
        meta = {"format": FORMAT, "signature": _signature_json(self.signature), "provenance": self.provenance}
        body = self.graph + _metadata_entry("chaland", json.dumps(meta, sort_keys=True, ensure_ascii=False))
        return body + TAIL + hashlib.sha256(body).hexdigest().encode()

    @classmethod
    def from_bytes(cls, data: bytes, *, threads: int = 1) -> Model:
        """Read a model; DataError `model` where it is foreign, tampered with, or of another format, before anything in it runs."""
        body = _unsealed(data)
        graph, meta = _parsed(body)
        if meta.get("format") != FORMAT:
            raise _refused(f"it has model format {meta.get('format')!r}, this chaland reads {FORMAT}")
        return cls(graph, _signature_of(meta["signature"]), meta["provenance"], threads=threads)

    def score(self, batch: pa.RecordBatch, *, reasons: bool = False) -> pa.RecordBatch:
        """Probability of the positive answer, predicted label, and decision at the stored threshold, row by row.

        Several classes: the probability of the predicted class, that class twice, then `probability_CLASS` for each. Numbers: no
        probability, the number, and no decision.

        `batch` has a column per feature, by name; other columns are ignored, nulls and unknown words are allowed. With
        `reasons`, the columns of `explain` follow. Raises DataError where a column is missing or of the wrong kind.
        """
        if reasons:
            answer, parts = self._run(batch, self._answer, "parts")
            scored, told = self._told(answer), self._explained(batch, answer, parts)
            return pa.RecordBatch.from_arrays(scored.columns + told.columns, names=scored.schema.names + told.schema.names)
        alone = batch.num_rows == 1 and self.signature.task == "binary"
        return self._score_one(batch) if alone else self._told(*self._run(batch, self._answer))

    def answers(self, batch: pa.RecordBatch) -> Doubles:
        """What the graph answers, in float64: probabilities of the positive answer [rows], of each class [rows, classes], or numbers [rows]."""
        answer: Doubles = self._run(batch, self._answer)[0].astype(np.float64)
        return answer if self.signature.task == "multiclass" else answer[:, 0]

    def probability(self, batch: pa.RecordBatch) -> Doubles:
        """Probability of the positive answer, one float64 per row."""
        return self.answers(batch)

    def logit(self, batch: pa.RecordBatch) -> Doubles:
        """The space in which contributions add up: log-odds of the positive answer [rows], logits of each class [rows, classes], or numbers [rows]."""
        if self.signature.task == "regression":
            return self.answers(batch)
        logit: Doubles = self._run(batch, "logit")[0].astype(np.float64)
        return logit if self.signature.task == "multiclass" else logit[:, 0]

    def contributions(self, batch: pa.RecordBatch) -> Doubles:
        """How much each feature moves each row's logit away from `signature.base`, the mean logit of the customers learnt from.

        [rows, features], in the order of `signature.inputs`; the sum over a row, plus the base, is the row's logit. Linear models:
        weight times distance from the mean. Trees: path-dependent Shapley values (Lundberg et al. 2020). Both exact, both on
        the calibrated graph as served. Several classes: to the logit of the predicted class, from its mean in `signature.bases`.
        Numbers: in the unit of the target.
        """
        return self._contributions(*self._run(batch, self._answer, "parts"))

    def explain(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The three features that move each row's logit most: sentence (English, French), feature, and by how much.

        Columns reason_1..3, reason_1_fr..3_fr, feature_1..3, contribution_1..3; null where fewer than three move it at all.
        """
        return self._explained(batch, *self._run(batch, self._answer, "parts"))

    def _contributions(self, answer: Floats, parts: Floats) -> Doubles:
        linear = self.signature.algorithm in LINEAR
        if self.signature.task == "multiclass":
            return self._of_classes(answer.argmax(axis=1), parts, linear)
        told: Doubles = parts.astype(np.float64) if linear else self._explainer(0).contributions(parts)
        return told * self.signature.unit if self.signature.task == "regression" else told

    def _of_classes(self, predicted: npt.NDArray[np.intp], parts: Floats, linear: bool) -> Doubles:
        """What speaks for the predicted class of each row; the reasons of a class are worked out when first it is predicted."""
        if linear:
            told: Doubles = np.take_along_axis(parts, predicted[:, None, None], axis=1)[:, 0].astype(np.float64)
            return told
        told = np.zeros((len(parts), len(self.signature.inputs)))
        for place in np.unique(predicted).tolist():
            rows = predicted == place
            told[rows] = self._explainer(place).contributions(parts[rows])
        return told

    def _explainer(self, place: int) -> Any:
        if place not in self._explainers:
            from chaland.reasons.leaves import of_target
            from chaland.reasons.trees import TreeReasons

            trees = ensemble(self.graph)
            some = of_target(trees, place) if self.signature.task == "multiclass" else trees
            self._explainers[place] = TreeReasons.of(some, self.signature.sources, len(self.signature.inputs))
        return self._explainers[place]

    def _explained(self, batch: pa.RecordBatch, answer: Floats, parts: Floats) -> pa.RecordBatch:
        from chaland.reasons.sentences import sentences

        least = LEAST_REASON * self.signature.unit
        return sentences(self.signature.inputs, batch, self._contributions(answer, parts), REASONS, least, self.signature.task)

    def _told(self, answer: Floats) -> pa.RecordBatch:
        if self.signature.task == "regression":
            return _numbers_told(answer[:, 0].astype(np.float64))
        if self.signature.task == "multiclass":
            return _classes_told(answer.astype(np.float64), self.labels)
        probability = answer[:, 0].astype(np.float64)
        above = pa.array(probability >= self.threshold)
        prediction = pc.if_else(above, self.labels[1], self.labels[0])
        decision = pc.if_else(above, "positive", "negative")
        return pa.RecordBatch.from_arrays([pa.array(probability), prediction, decision], schema=SCORES)

    def _score_one(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        probability = self._run(batch, "probability")[0].astype(np.float64)
        label, decision = self._yes if probability.item() >= self.threshold else self._no
        column = pa.Array.from_buffers(NUMBER, 1, [None, pa.py_buffer(probability)])
        return pa.RecordBatch.from_arrays([column, label, decision], names=NAMES)

    def _run(self, batch: pa.RecordBatch, *outputs: str) -> list[Floats]:
        if batch.num_rows > CHUNK:
            chunks = [self._run(batch.slice(start, CHUNK), *outputs) for start in range(0, batch.num_rows, CHUNK)]
            return [np.concatenate(parts) for parts in zip(*chunks, strict=True)]
        plan = self._plan
        if plan is None or not plan.schema.equals(batch.schema):
            plan = self._plan = _Plan.of(batch.schema, self._numbers, self._words)
        found: list[Floats] = self._session.run(outputs, plan.feed(batch))
        return found


@dataclass(frozen=True)
class _Plan:
    """Where the features lie in batches of one schema, and whether the fast way can read them."""

    schema: pa.Schema
    numbers: list[int]
    words: list[int]
    fast: bool

    @classmethod
    def of(cls, schema: pa.Schema, numbers: list[str], words: list[str]) -> _Plan:
        _check_columns(schema, numbers, words)
        fields = [schema.get_field_index(name) for name in numbers]
        spelt = [schema.get_field_index(name) for name in words]
        fast = all(pa.types.is_floating(schema.types[i]) or pa.types.is_integer(schema.types[i]) for i in fields)
        return cls(schema, fields, spelt, fast and all(pa.types.is_string(schema.types[i]) for i in spelt))

    def feed(self, batch: pa.RecordBatch) -> dict[str, Any]:
        """The arrays that the graph wants."""
        feed: dict[str, Any] = {}
        if self.numbers:
            feed["numbers"] = _numbers(batch, self.numbers) if self.fast else _numbers_by_column(batch, self.numbers)
        if self.words:
            feed["words"] = _words_of_one(batch, self.words) if batch.num_rows == 1 and self.fast else _words(batch, self.words)
        return feed


def _numbers(batch: pa.RecordBatch, columns: list[int]) -> Floats:
    tensor = batch.select(columns).to_tensor(null_to_nan=True, row_major=True)
    wide = tensor.to_numpy()
    with np.errstate(over="ignore", invalid="ignore"):
        narrow: Floats = wide.astype(np.float32)
    return narrow


def _numbers_by_column(batch: pa.RecordBatch, columns: list[int]) -> Floats:
    read = [batch.column(i).cast(pa.float64()).to_numpy(zero_copy_only=False) for i in columns]
    return np.ascontiguousarray(np.column_stack(read).astype(np.float32))


def _words_of_one(batch: pa.RecordBatch, columns: list[int]) -> npt.NDArray[np.object_]:
    return np.array([[batch.column(i).to_pylist()[0] or "" for i in columns]], dtype=object)


def _words(batch: pa.RecordBatch, columns: list[int]) -> npt.NDArray[np.object_]:
    words = np.empty((batch.num_rows, len(columns)), dtype=object)
    for at, i in enumerate(columns):
        coded = batch.column(i).cast(pa.string()).fill_null("").dictionary_encode()
        distinct = np.array(coded.dictionary.to_pylist() or [""], dtype=object)
        words[:, at] = distinct[coded.indices.to_numpy(zero_copy_only=False)]
    return words


def _check_columns(schema: pa.Schema, numbers: list[str], words: list[str]) -> None:
    missing = [name for name in numbers + words if schema.get_field_index(name) < 0]
    if missing:
        said = (
            f"the rows lack {len(missing)} of the {len(numbers) + len(words)} columns the model wants: {', '.join(map(repr, missing[:5]))}"
        )
        raise DataError(said, next=nearest(missing[0], schema.names), code="missing_columns")
    for name in numbers:
        kind = schema.field(name).type
        if not (
            pa.types.is_floating(kind)
            or pa.types.is_integer(kind)
            or pa.types.is_boolean(kind)
            or pa.types.is_decimal(kind)
            or pa.types.is_null(kind)
        ):
            raise DataError(f"column {name!r} must hold numbers, and holds {kind}", next="Convert it before scoring.", code="wrong_kind")


def _numbers_told(answer: Doubles) -> pa.RecordBatch:
    """Numbers as they are scored: no probability and no decision."""
    nobody, blank = pa.nulls(len(answer), NUMBER), pa.array([""] * len(answer), pa.string())
    return pa.RecordBatch.from_arrays([nobody, pa.array(answer, NUMBER), blank], names=NAMES)


def _classes_told(answer: Doubles, labels: tuple[str, ...]) -> pa.RecordBatch:
    """The most probable class (of equals the first) and the probability of each."""
    told = pa.array(labels, pa.string()).take(pa.array(answer.argmax(axis=1)))
    each = [pa.array(column) for column in answer.T]
    names = [*NAMES, *(f"probability_{label}" for label in labels)]
    return pa.RecordBatch.from_arrays([pa.array(answer.max(axis=1)), told, told, *each], names=names)


def ensemble(graph: bytes) -> dict[str, Any]:
    """The attributes of a graph's tree ensemble, by name."""
    import onnx

    node = next(node for node in onnx.ModelProto.FromString(graph).graph.node if node.op_type == "TreeEnsembleRegressor")
    told = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
    wide = {name: onnx.numpy_helper.to_array(told.pop(name)).tolist() for name in [*told] if name.endswith(WIDE)}
    return told | {name.removesuffix(WIDE): values for name, values in wide.items()}


def session(graph: bytes, threads: int) -> Any:
    """An ONNX Runtime session of a graph, on this machine's processor, that keeps quiet."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _refused(why: str) -> DataError:
    return DataError(f"this model file is refused: {why}", next="Train it again, or fetch the file again.", code="model")


def _unsealed(data: bytes) -> bytes:
    """The bytes before the seal, if the seal is there and right."""
    body, seal = data[: -len(TAIL) - 64], data[-64:]
    if len(data) <= len(TAIL) + 64 or data[len(body) : -64] != TAIL:
        raise _refused("it carries no seal of chaland")
    if hashlib.sha256(body).hexdigest().encode() != seal:
        raise _refused("it was changed after it was written")
    return body


def _parsed(body: bytes) -> tuple[bytes, dict[str, Any]]:
    """The graph without metadata, and the metadata; refuses operators that chaland never writes and data outside the file."""
    import onnx

    try:
        model = onnx.ModelProto.FromString(body)
        meta = json.loads(next(entry.value for entry in model.metadata_props if entry.key == "chaland"))
    except Exception as error:
        raise _refused("it cannot be read") from error
    strange = sorted({node.op_type for node in model.graph.node if node.op_type not in OPERATORS or node.domain not in DOMAINS})
    outside = any(tensor.data_location or tensor.external_data for tensor in model.graph.initializer)
    if strange or outside or model.functions:
        raise _refused(f"it holds operators that chaland never writes ({', '.join(strange[:5]) or 'data outside the file'})")
    del model.metadata_props[:]
    graph: bytes = model.SerializeToString(deterministic=True)
    return graph, meta


def _metadata_entry(key: str, value: str) -> bytes:
    """One metadata_props entry of a ModelProto (field 14), as protobuf bytes: messages may be joined end to end."""
    parts = b"".join(tag + _varint(len(text)) + text for tag, text in ((b"\x0a", key.encode()), (b"\x12", value.encode())))
    return b"\x72" + _varint(len(parts)) + parts


def _varint(number: int) -> bytes:
    digits = bytearray()
    while number > 0x7F:
        digits.append(number & 0x7F | 0x80)
        number >>= 7
    digits.append(number)
    return bytes(digits)


def _signature_json(signature: Signature) -> dict[str, Any]:
    names = ("labels", "threshold", "algorithm", "sources", "base")
    plain = {name: getattr(signature, name) for name in (*names, *(() if signature.task == "binary" else OF_OTHERS))}
    return {**plain, "inputs": [vars(one) for one in signature.inputs]}


def _signature_of(meta: Mapping[str, Any]) -> Signature:
    inputs = tuple(Input(**one) for one in meta["inputs"])
    labels = tuple(str(label) for label in meta["labels"])
    plain = Signature(inputs, labels, float(meta["threshold"]), str(meta["algorithm"]), tuple(meta["sources"]), float(meta["base"]))
    return replace(plain, task=meta["task"], bases=tuple(meta["bases"]), unit=float(meta["unit"])) if "task" in meta else plain
