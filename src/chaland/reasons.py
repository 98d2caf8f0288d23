"""Why a row got its score: exact Shapley values of the served trees, and the sentences told of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

if TYPE_CHECKING:
    from chaland.signature import Input

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]

AT_ONCE = 400_000  # what fits a processor's cache


@dataclass(frozen=True)
class _Leaf:
    """One leaf: its value, and for each design column on the way the interval (low, high] and the share of rows let through."""

    value: float
    ways: dict[int, tuple[float, float, float]]


@dataclass(frozen=True)
class TreeReasons:
    """Path-dependent TreeSHAP (Lundberg et al. 2020) by tables: for each leaf, the contributions for each pattern of passed conditions.

    A leaf with c conditions has 2^c patterns; shallow trees make that small. The expectation of a condition that is not known is
    the share of training rows that took that branch.
    """

    columns: Index
    low: Floats
    high: Floats
    bits: npt.NDArray[np.int32]
    leaf_starts: Index
    edge_leaf: Index
    edge_offset: npt.NDArray[np.int32]
    source_starts: Index
    sources: Index
    table: Floats
    features: int

    @classmethod
    def of(cls, graph: bytes, sources: Sequence[int], features: int) -> TreeReasons:
        """Read the trees out of the graph; `sources` says to which feature each design column belongs."""
        leaves = [leaf for leaf in _Ensemble.of(graph).leaves() if leaf.ways]
        tables = [_leaf_table(leaf, sources) for leaf in leaves]
        return _assembled(leaves, tables, features)

    def contributions(self, design: Floats) -> Doubles:
        """[rows, features]: what each feature adds to the mean logit, in float64."""
        told = np.zeros((len(design), self.features))
        if len(self.columns):
            block = max(8, min(256, AT_ONCE // len(self.columns)))
            for start in range(0, len(design), block):
                told[start : start + block] = self._block(design[start : start + block])
        return told

    def _block(self, design: Floats) -> Doubles:
        """Conditions and leaves run down the rows of the arrays, customers along them: sums then run over whole lines."""
        seen = np.ascontiguousarray(design.T)[self.columns]
        passed = (seen > self.low[:, None]) & (seen <= self.high[:, None])
        pattern = np.add.reduceat(passed * self.bits[:, None], self.leaf_starts, axis=0, dtype=np.int32)
        found = self.table[pattern[self.edge_leaf] + self.edge_offset[:, None]]
        told = np.zeros((self.features, len(design)))
        told[self.sources] = np.add.reduceat(found, self.source_starts, axis=0, dtype=np.float64)
        return told.T


@dataclass(frozen=True)
class _Ensemble:
    """The nodes of a TreeEnsembleRegressor by (tree, node)."""

    kept: Mapping[str, Any]
    place: Mapping[tuple[int, int], int]
    weights: Mapping[tuple[int, int], float]

    @classmethod
    def of(cls, graph: bytes) -> _Ensemble:
        import onnx

        node = next(node for node in onnx.ModelProto.FromString(graph).graph.node if node.op_type == "TreeEnsembleRegressor")
        kept = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        keys = zip(kept["nodes_treeids"], kept["nodes_nodeids"], strict=True)
        weights = zip(zip(kept["target_treeids"], kept["target_nodeids"], strict=True), kept["target_weights"], strict=True)
        return cls(kept, {key: i for i, key in enumerate(keys)}, dict(weights))

    def leaves(self) -> list[_Leaf]:
        return [leaf for tree in dict.fromkeys(self.kept["nodes_treeids"]) for leaf in self._below(tree, 0, {})]

    def _below(self, tree: int, node: int, ways: dict[int, tuple[float, float, float]]) -> list[_Leaf]:
        at = self.place[tree, node]
        if self.kept["nodes_modes"][at] == b"LEAF":
            return [_Leaf(self.weights[tree, node], ways)]
        column, cut = self.kept["nodes_featureids"][at], self.kept["nodes_values"][at]
        low, high, share = ways.get(column, (-np.inf, np.inf, 1.0))
        yes, no = self.kept["nodes_truenodeids"][at], self.kept["nodes_falsenodeids"][at]
        covers = [self.kept["nodes_hitrates"][self.place[tree, child]] for child in (yes, no)]
        part = covers[0] / sum(covers)
        left = self._below(tree, yes, {**ways, column: (low, min(high, cut), share * part)})
        return left + self._below(tree, no, {**ways, column: (max(low, cut), high, share * (1 - part))})


def _leaf_table(leaf: _Leaf, sources: Sequence[int]) -> tuple[list[int], Doubles]:
    """The features on the way to the leaf, and their contributions [features, patterns]."""
    columns = list(leaf.ways)
    players = sorted({sources[column] for column in columns})
    patterns = np.arange(1 << len(columns))
    passed = (patterns[None, :] >> np.arange(len(columns))[:, None]) & 1
    owner = np.array([players.index(sources[column]) for column in columns])
    known = np.array([passed[owner == j].all(axis=0) for j in range(len(players))]).astype(float)
    unknown = np.array([np.prod([leaf.ways[c][2] for c, o in zip(columns, owner, strict=True) if o == j]) for j in range(len(players))])
    return players, leaf.value * _shapley(known, unknown)


def _shapley(known: Doubles, unknown: Doubles) -> Doubles:
    """Shapley values of the game v(S) = product of `known` in S times product of `unknown` outside it, [players, patterns].

    The weights |S|!(d-|S|-1)!/d! are the integral of t^|S| (1-t)^(d-|S|-1) over 0 to 1, which Gauss-Legendre quadrature gives exactly.
    """
    points, weights = np.polynomial.legendre.leggauss((len(unknown) + 1) // 2)
    total = np.zeros_like(known)
    for t, weight in zip((points + 1) / 2, weights / 2, strict=True):
        factor = t * known + (1 - t) * unknown[:, None]
        total += weight * factor.prod(axis=0) / factor
    return total * (known - unknown[:, None])


def _assembled(leaves: list[_Leaf], tables: list[tuple[list[int], Doubles]], features: int) -> TreeReasons:
    conditions = [(column, low, high, 1 << bit) for leaf in leaves for bit, (column, (low, high, _)) in enumerate(leaf.ways.items())]
    sizes = np.array([len(leaf.ways) for leaf in leaves], np.intp)
    edges = [(player, number, row) for number, (players, told) in enumerate(tables) for player, row in zip(players, told, strict=True)]
    edges.sort(key=lambda edge: edge[:2])
    lengths = np.array([len(row) for _, _, row in edges], np.intp)
    offsets = (np.cumsum(lengths) - lengths).astype(np.int32)
    owner = np.array([player for player, _, _ in edges], np.intp)
    starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])) if len(owner) else np.empty(0, np.intp)
    return TreeReasons(
        columns=np.array([condition[0] for condition in conditions], np.intp),
        low=np.array([condition[1] for condition in conditions], np.float32),
        high=np.array([condition[2] for condition in conditions], np.float32),
        bits=np.array([condition[3] for condition in conditions], np.int32),
        leaf_starts=(np.cumsum(sizes) - sizes).astype(np.intp),
        edge_leaf=np.array([number for _, number, _ in edges], np.intp),
        edge_offset=offsets,
        source_starts=starts,
        sources=owner[starts],
        table=np.concatenate([row for _, _, row in edges]).astype(np.float32) if edges else np.empty(0, np.float32),
        features=features,
    )


def sentences(inputs: Sequence[Input], batch: pa.RecordBatch, told: Doubles, count: int, least: float) -> pa.RecordBatch:
    """The `count` strongest contributions of each row as sentences, features and numbers; null below `least`."""
    count = min(count, told.shape[1])
    top = np.argsort(-np.abs(told), axis=1, kind="stable")[:, :count]
    by = np.take_along_axis(told, top, axis=1)
    spoken = {lang: _spoken(inputs, batch, top, by, lang) for lang in ("en", "fr")}
    names = np.array([one.name for one in inputs], dtype=object)
    silent = np.abs(by) < least
    columns: dict[str, pa.Array] = {}
    for rank in range(count):
        mask = silent[:, rank]
        columns[f"reason_{rank + 1}"] = pa.array(spoken["en"][:, rank], pa.string(), mask=mask)
        columns[f"reason_{rank + 1}_fr"] = pa.array(spoken["fr"][:, rank], pa.string(), mask=mask)
        columns[f"feature_{rank + 1}"] = pa.array(names[top[:, rank]], pa.string(), mask=mask)
        columns[f"contribution_{rank + 1}"] = pa.array(by[:, rank], pa.float64(), mask=mask)
    return pa.RecordBatch.from_pydict(columns)


def _spoken(inputs: Sequence[Input], batch: pa.RecordBatch, top: Index, by: Doubles, lang: str) -> npt.NDArray[np.object_]:
    """Each distinct sentence is made once, then handed to the rows it is true of."""
    text = np.full(top.shape, None, dtype=object)
    for number, one in enumerate(inputs):
        rows, ranks = np.nonzero(top == number)
        if not len(rows):
            continue
        coded = batch.column(batch.schema.get_field_index(one.name)).take(pa.array(rows)).dictionary_encode("encode")
        raises = by[rows, ranks] > 0
        made = np.array([[sentence(one, value, up, lang) for up in (False, True)] for value in coded.dictionary.to_pylist()], dtype=object)
        text[rows, ranks] = made[coded.indices.to_numpy(zero_copy_only=False), raises.astype(int)]
    return text


def sentence(one: Input, value: Any, raises: bool, lang: str) -> str:
    """One reason in words, as «Customer service calls is 5 (typical 1): raises the risk»."""
    said, usual = spelt(one, value, lang), spelt(one, one.typical, lang)
    if lang == "fr":
        return f"{one.title_fr} : {said} (habituel : {usual}) ; {'augmente' if raises else 'diminue'} le risque"
    return f"{one.title_en} is {said} (typical {usual}): {'raises' if raises else 'lowers'} the risk"


def spelt(one: Input, value: Any, lang: str) -> str:
    """A value for people: at most four significant figures, a decimal comma in French, yes and no for flags."""
    french = lang == "fr"
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return "absent" if french else "missing"
    if one.kind == "word":
        return str(value)
    if one.yes_no:
        return (("non", "oui") if french else ("no", "yes"))[int(value != 0)]
    number = float(value)
    text = f"{number:.0f}" if number == int(number) or abs(number) >= 10_000 else f"{number:.4g}"
    return text.replace(".", ",") if french else text
