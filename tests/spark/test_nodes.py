"""Trees come out of MLlib node by node, with nothing lost."""

from __future__ import annotations

import json

import numpy as np
import pytest

from chaland.spark.nodes import _tree

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
    tree = _tree(json.dumps(STUMP), share_of_positives=True)
    assert (tree["node"].tolist(), tree["cover"].tolist()) == ([0, 1, 2], [10.0, 6.0, 4.0])
    assert (tree["feature"].tolist(), tree["threshold"].tolist()) == ([5, -1, -1], [0.1, 0.0, 0.0])


@pytest.mark.parametrize(("shares", "values"), [(True, [0.0, 0.0, 0.75]), (False, [0.0, -0.5, 1.0])])
def test_a_leaf_tells_its_share_of_positives_or_its_prediction(shares: bool, values: list[float]) -> None:
    assert np.array_equal(_tree(json.dumps(STUMP), shares)["value"], values)


def test_a_split_of_categories_is_refused() -> None:
    split = {"featureIndex": 5, "leftCategoriesOrThreshold": [0.0, 2.0], "numCategories": 3}
    with pytest.raises(TypeError, match="categories"):
        _tree(json.dumps([{**STUMP[1], "split": split}, STUMP[0], STUMP[2]]), share_of_positives=True)
