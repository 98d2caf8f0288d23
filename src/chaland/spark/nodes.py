"""The trees of an MLlib model as plain arrays, read out of the driver's own memory: no file, no text for people in between."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from chaland.errors import PartMissing

Arrays = dict[str, npt.NDArray[Any]]
Leaf = Literal["positives", "shares", "number"]
"""What a leaf tells: its share of positives, its share of each class, or its number."""

NODES = "DecisionTreeModelReadWrite$NodeData$"
"""What MLlib itself writes when it saves a model: one row per node, in the order of a walk, left before right."""


def arrays_of(model: Any, jvm: Any, leaf: Leaf, *, averaged: bool) -> Arrays:
    """All trees of an ensemble, node by node; a leaf's `value` is what it tells, times the tree's weight (the same for all where averaged).

    Raises PartMissing where this Spark tells its trees otherwise.
    """
    weights = [1.0 / model.getNumTrees] * model.getNumTrees if averaged else list(model.treeWeights)
    try:
        trees = [_tree(text, leaf) for text in _texts(model, jvm)]
    except (AttributeError, KeyError, TypeError) as error:
        raise PartMissing(
            "this Spark tells its trees otherwise than 4.2 does", next="Fit on the driver: [learn] where = 'driver'.", code="spark"
        ) from error
    for number, (tree, weight) in enumerate(zip(trees, weights, strict=True)):
        tree["value"] = tree["value"] * weight
        tree["tree"] = np.full(len(tree["node"]), number, np.int64)
    return {name: np.concatenate([tree[name] for tree in trees]) for name in trees[0]}


def side_by_side(ensembles: Sequence[Arrays]) -> Arrays:
    """One ensemble per class as one: each has its trees after those of the class before, and its values in its own column."""
    first, moved = 0, []
    for place, one in enumerate(ensembles):
        value = np.zeros((len(one["node"]), len(ensembles)))
        value[:, place] = one["value"]
        moved.append(one | {"value": value, "tree": one["tree"] + first})
        first += int(one["tree"].max()) + 1
    return {name: np.concatenate([one[name] for one in moved]) for name in moved[0]}


def _texts(model: Any, jvm: Any) -> list[str]:
    """Each tree's nodes as JSON, made by the JVM in one call: asking node by node takes a thousand times as long."""
    jackson = jvm.com.fasterxml.jackson
    seen, every = jackson.annotation.PropertyAccessor, getattr(jackson.annotation, "JsonAutoDetect$Visibility")
    mapper = jackson.databind.ObjectMapper().setVisibility(seen.ALL, every.NONE).setVisibility(seen.FIELD, every.ANY)
    build = getattr(getattr(jvm.org.apache.spark.ml.tree, NODES), "MODULE$").build
    in_java = jvm.scala.jdk.javaapi.CollectionConverters.asJava
    return [str(mapper.writeValueAsString(in_java(build(tree.rootNode(), 0)._1()))) for tree in model._java_obj.trees()]


def _tree(text: str, leaf: Leaf) -> Arrays:
    nodes = sorted(json.loads(text), key=lambda node: int(node["id"]))
    ends = np.array([node["leftChild"] < 0 for node in nodes])
    value = np.array([_told(node, leaf) for node in nodes])
    cuts = [float("nan") if done else _cut(node["split"]) for node, done in zip(nodes, ends, strict=True)]
    return {
        "node": np.array([node["id"] for node in nodes], np.int64),
        "feature": np.array([-1 if done else node["split"]["featureIndex"] for node, done in zip(nodes, ends, strict=True)], np.int64),
        "threshold": np.where(ends, 0.0, cuts),
        "yes": np.array([max(node["leftChild"], 0) for node in nodes], np.int64),
        "no": np.array([max(node["rightChild"], 0) for node in nodes], np.int64),
        "value": np.where(ends if value.ndim == 1 else ends[:, None], value, 0.0),
        "cover": np.array([float(node["rawCount"]) for node in nodes]),
    }


def _told(node: dict[str, Any], leaf: Leaf) -> float | list[float]:
    """What a node tells; the impurity of a forest of classes is counted from the weight of each class."""
    if leaf == "number":
        return float(node["prediction"])
    counts = [float(count) for count in node["impurityStats"]]
    shares = [count / sum(counts) for count in counts]
    return shares if leaf == "shares" else shares[1]


def _cut(split: dict[str, Any]) -> float:
    """The threshold of a split of numbers; words come as one column each, so there is no other kind."""
    if split["numCategories"] >= 0:
        raise TypeError("a split of categories")
    return float(split["leftCategoriesOrThreshold"][0])
