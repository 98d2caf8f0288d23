"""Trees come out of MLlib node by node, with nothing lost."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from chaland.spark.nodes import Leaf, _tree, side_by_side

LEAF = {"leftChild": -1, "rightChild": -1, "split": {"featureIndex": -1, "leftCategoriesOrThreshold": [], "numCategories": -1}}
STUMP = [
    {"id": 2, "prediction": 1.0, "impurityStats": [1.0, 3.0], "rawCount": 4, **LEAF},
    {
        "id": 0,
        "prediction": 0.0,
        "impurityStats": [7.0, 3.0],
        "rawCount": 10,
        "leftChild": 1,
        "rightChild": 2,
        "split": {"featureIndex": 5, "leftCategoriesOrThreshold": [0.1], "numCategories": -1},
    },
    {"id": 1, "prediction": -0.5, "impurityStats": [6.0, 0.0], "rawCount": 6, **LEAF},
]


def test_nodes_come_in_the_order_of_their_numbers() -> None:
    tree = _tree(json.dumps(STUMP), "positives")
    assert (tree["node"].tolist(), tree["cover"].tolist()) == ([0, 1, 2], [10.0, 6.0, 4.0])
    assert (tree["feature"].tolist(), tree["threshold"].tolist()) == ([5, -1, -1], [0.1, 0.0, 0.0])


@pytest.mark.parametrize(
    ("leaf", "values"),
    [
        ("positives", [0.0, 0.0, 0.75]),
        ("shares", [[0.0, 0.0], [1.0, 0.0], [0.25, 0.75]]),
        ("number", [0.0, -0.5, 1.0]),
    ],
)
def test_a_leaf_tells_its_share_of_positives_or_of_each_class_or_its_number(leaf: Leaf, values: list[Any]) -> None:
    assert np.array_equal(_tree(json.dumps(STUMP), leaf)["value"], values)


def test_ensembles_of_classes_stand_side_by_side() -> None:
    first, second = (_tree(json.dumps(STUMP), "number") | {"tree": np.array(trees)} for trees in ([0, 0, 0], [0, 1, 1]))
    both = side_by_side([first, second])
    assert both["tree"].tolist() == [0, 0, 0, 1, 2, 2]
    assert both["value"].tolist() == [[0.0, 0.0], [-0.5, 0.0], [1.0, 0.0], [0.0, 0.0], [0.0, -0.5], [0.0, 1.0]]


def test_a_split_of_categories_is_refused() -> None:
    split = {"featureIndex": 5, "leftCategoriesOrThreshold": [0.0, 2.0], "numCategories": 3}
    with pytest.raises(TypeError, match="categories"):
        _tree(json.dumps([{**STUMP[1], "split": split}, STUMP[0], STUMP[2]]), "positives")
