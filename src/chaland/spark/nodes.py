"""The trees of an MLlib model as plain arrays, read out of the driver's own memory: no file, no text for people in between."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt

from chaland.errors import PartMissing

Arrays = dict[str, npt.NDArray[Any]]

NODES = "DecisionTreeModelReadWrite$NodeData$"
"""What MLlib itself writes when it saves a model: one row per node, in the order of a walk, left before right."""


def arrays_of(model: Any, jvm: Any, share_of_positives: bool) -> Arrays:
    """All trees of an ensemble, node by node; a leaf's `value` is its share of positives (forests) or its prediction, times the tree's weight.

    Raises PartMissing where this Spark tells its trees otherwise.
    """
    weights = [1.0 / model.getNumTrees] * model.getNumTrees if share_of_positives else list(model.treeWeights)
    try:
        trees = [_tree(text, share_of_positives) for text in _texts(model, jvm)]
    except (AttributeError, KeyError, TypeError) as error:
        raise PartMissing(
            "this Spark tells its trees otherwise than 4.2 does", next="Fit on the driver: [learn] where = 'driver'.", code="spark"
        ) from error
    for number, (tree, weight) in enumerate(zip(trees, weights, strict=True)):
        tree["value"] = tree["value"] * weight
        tree["tree"] = np.full(len(tree["node"]), number, np.int64)
    return {name: np.concatenate([tree[name] for tree in trees]) for name in trees[0]}


def _texts(model: Any, jvm: Any) -> list[str]:
    """Each tree's nodes as JSON, made by the JVM in one call: asking node by node takes a thousand times as long."""
    jackson = jvm.com.fasterxml.jackson
    seen, every = jackson.annotation.PropertyAccessor, getattr(jackson.annotation, "JsonAutoDetect$Visibility")
    mapper = jackson.databind.ObjectMapper().setVisibility(seen.ALL, every.NONE).setVisibility(seen.FIELD, every.ANY)
    build = getattr(getattr(jvm.org.apache.spark.ml.tree, NODES), "MODULE$").build
    in_java = jvm.scala.jdk.javaapi.CollectionConverters.asJava
    return [str(mapper.writeValueAsString(in_java(build(tree.rootNode(), 0)._1()))) for tree in model._java_obj.trees()]


def _tree(text: str, share_of_positives: bool) -> Arrays:
    nodes = sorted(json.loads(text), key=lambda node: int(node["id"]))
    leaf = np.array([node["leftChild"] < 0 for node in nodes])
    value = np.array([_share(node) if share_of_positives else float(node["prediction"]) for node in nodes])
    cuts = [float("nan") if done else _cut(node["split"]) for node, done in zip(nodes, leaf, strict=True)]
    return {
        "node": np.array([node["id"] for node in nodes], np.int64),
        "feature": np.array([-1 if done else node["split"]["featureIndex"] for node, done in zip(nodes, leaf, strict=True)], np.int64),
        "threshold": np.where(leaf, 0.0, cuts),
        "yes": np.array([max(node["leftChild"], 0) for node in nodes], np.int64),
        "no": np.array([max(node["rightChild"], 0) for node in nodes], np.int64),
        "value": np.where(leaf, value, 0.0),
        "cover": np.array([float(node["rawCount"]) for node in nodes]),
    }


def _share(node: dict[str, Any]) -> float:
    negative, positive = node["impurityStats"]
    return float(positive / (negative + positive))


def _cut(split: dict[str, Any]) -> float:
    """The threshold of a split of numbers; words come as one column each, so there is no other kind."""
    if split["numCategories"] >= 0:
        raise TypeError("a split of categories")
    return float(split["leftCategoriesOrThreshold"][0])
