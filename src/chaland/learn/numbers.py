"""The algorithms for numbers: they learn in standard deviations from the mean, and give their margin in them."""

from __future__ import annotations

from typing import Any

import numpy as np

from chaland.learn.algorithms import (
    BOOST,
    Algorithm,
    Fitted,
    FittedBoosting,
    FittedLinear,
    Lesson,
    Trees,
    Try,
    boosted,
    joined,
    sklearn_tree,
    standard,
)
from chaland.learn.encode import Doubles, Floats


class FittedForest:
    """A random forest; its margin is the mean of the leaves."""

    def __init__(self, forest: Any):
        self.forest = forest

    def margin(self, design: Floats, stage: int) -> Doubles:
        """The mean of the trees."""
        margin: Doubles = self.forest.predict(design)
        return margin

    def form(self, stage: int) -> Trees:
        """All trees, each leaf divided by their number."""
        trees = self.forest.estimators_
        return joined([sklearn_tree(one.tree_, i, one.tree_.value[:, 0, 0] / len(trees)) for i, one in enumerate(trees)])


def fit_ridge(lesson: Lesson, words: Try) -> Fitted:
    """Linear regression with an L2 penalty (ridge; Hoerl, Kennard 1970) of `penalty` per row on standardised columns."""
    shift, scale = standard(lesson)
    rows = ((lesson.design - shift) / scale).astype(np.float64)
    middle, mean = rows.mean(axis=0), float(lesson.truth.mean())
    rows = rows - middle
    curve = rows.T @ rows / len(rows) + words["penalty"] * np.eye(rows.shape[1])
    weights = np.linalg.solve(curve, rows.T @ (lesson.truth - mean) / len(rows)) / scale
    return FittedLinear(weights, mean - float((shift + middle * scale) @ weights))


def fit_forest(lesson: Lesson, words: Try) -> Fitted:
    """Random forest (Breiman 2001) of regression trees, shallow enough that reasons can be given for it."""
    from sklearn.ensemble import RandomForestRegressor

    forest = RandomForestRegressor(
        n_estimators=int(words["trees"]),
        max_depth=int(words["depth"]),
        min_samples_leaf=int(words["leaf"]),
        max_features=words["share"],
        n_jobs=lesson.threads,
        random_state=lesson.seed,
    )
    forest.fit(lesson.design, lesson.truth)
    forest.n_jobs = 1  # several threads would add up the trees in the order in which they finish
    return FittedForest(forest)


def fit_boosting(lesson: Lesson, words: Try) -> Fitted:
    """Gradient boosting of squared errors (LightGBM, Ke et al. 2017), deterministic at any number of threads."""
    return FittedBoosting(boosted(lesson, words, objective="regression"))


ALGORITHMS: tuple[Algorithm, ...] = (
    Algorithm("ridge", ({"penalty": 0.001}, {"penalty": 0.03}, {"penalty": 0.3}), (0,), fit_ridge),
    Algorithm(
        "random_forest",
        ({"trees": 100, "depth": 8, "leaf": 3, "share": 0.5}, {"trees": 100, "depth": 8, "leaf": 10, "share": 0.3}),
        (0,),
        fit_forest,
    ),
    Algorithm("gradient_boosting", (BOOST, {**BOOST, "leaves": 6, "depth": 4}), (40, 80, 160), fit_boosting),
)
