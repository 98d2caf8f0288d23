"""The algorithms for several classes: the same three as for two, each giving a margin per class."""

from __future__ import annotations

from typing import Any

import numpy as np

from chaland.learn.algorithms import (
    BOOST,
    Algorithm,
    Fitted,
    FittedLinear,
    Lesson,
    Trees,
    Try,
    boosted,
    joined,
    lightgbm_tree,
    sklearn_tree,
    standard,
)
from chaland.learn.encode import Doubles, Floats

NEVER = -12.0
"""The log-odds of a class that the rows learnt from do not have."""
FEW_WEIGHTS = 100


class FittedForest:
    """A random forest; its margins are the mean shares of the classes in the leaves, [rows, classes]."""

    def __init__(self, forest: Any, classes: int):
        self.forest = forest
        self.classes = classes

    def margin(self, design: Floats, stage: int) -> Doubles:
        """Share of each class, 0 to 1."""
        return _placed(self.forest.predict_proba(design), self.forest.classes_, self.classes, 0.0)

    def form(self, stage: int) -> Trees:
        """All trees, each leaf divided by their number."""
        trees, found = self.forest.estimators_, self.forest.classes_
        shares = [one.tree_.value[:, 0, :] / one.tree_.value[:, 0, :].sum(axis=1, keepdims=True) for one in trees]
        values = [_placed(share / len(trees), found, self.classes, 0.0) for share in shares]
        return joined([sklearn_tree(one.tree_, i, value) for i, (one, value) in enumerate(zip(trees, values, strict=True))])


class FittedBoosting:
    """LightGBM's gradient boosting with one tree per class and round; its margins are the raw scores, [rows, classes]."""

    def __init__(self, booster: Any, classes: int):
        self.booster = booster
        self.classes = classes

    def margin(self, design: Floats, stage: int) -> Doubles:
        """Raw scores after `stage` rounds."""
        raw = self.booster.predict(design, raw_score=True, num_iteration=stage, num_threads=self.booster.params["num_threads"])
        margin: Doubles = raw.reshape(len(design), self.classes)
        return margin

    def form(self, stage: int) -> Trees:
        """The trees of the first `stage` rounds, each with a value for its own class only."""
        dumped = self.booster.dump_model(num_iteration=stage)["tree_info"]
        return joined([_of_class(lightgbm_tree(one["tree_structure"], i), i % self.classes, self.classes) for i, one in enumerate(dumped)])


def fit_logistic(lesson: Lesson, words: Try) -> Fitted:
    """Multinomial logistic regression with an L2 penalty of 1 / C on standardised columns; its weights sum to nothing over the classes."""
    from sklearn.linear_model import LogisticRegression

    shift, scale = standard(lesson)
    # Newton's steps grow with the cube of the weights: from some hundred on, more and cheaper steps get there first.
    few = lesson.design.shape[1] * lesson.classes <= FEW_WEIGHTS
    way = {"solver": "newton-cholesky", "tol": 1e-8, "max_iter": 100} if few else {"solver": "lbfgs", "tol": 1e-5, "max_iter": 400}
    fitted = LogisticRegression(C=words["C"], **way).fit((lesson.design - shift) / scale, lesson.truth)
    coefficients, constants = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # scikit-learn tells the second class only
        coefficients, constants = (np.concatenate([-0.5 * part, 0.5 * part]) for part in (coefficients, constants))
    weights = _placed(coefficients.T / scale[:, None], fitted.classes_, lesson.classes, 0.0)
    intercept = _placed(constants[None, :], fitted.classes_, lesson.classes, NEVER)[0]
    return FittedLinear(weights, intercept - shift @ weights)


def fit_forest(lesson: Lesson, words: Try) -> Fitted:
    """Random forest (Breiman 2001) of shallow enough trees that reasons can be given for it."""
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(
        n_estimators=int(words["trees"]),
        max_depth=int(words["depth"]),
        min_samples_leaf=int(words["leaf"]),
        max_features=words["share"],
        n_jobs=lesson.threads,
        random_state=lesson.seed,
    )
    forest.fit(lesson.design, lesson.truth)
    forest.n_jobs = 1  # several threads would add up the votes in the order in which they finish
    return FittedForest(forest, lesson.classes)


def fit_boosting(lesson: Lesson, words: Try) -> Fitted:
    """Gradient boosting (LightGBM, Ke et al. 2017) of the softmax, deterministic at any number of threads."""
    return FittedBoosting(boosted(lesson, words, objective="multiclass", num_class=lesson.classes), lesson.classes)


ALGORITHMS: tuple[Algorithm, ...] = (
    Algorithm("logistic_regression", ({"C": 0.1}, {"C": 1.0}), (0,), fit_logistic),
    Algorithm(
        "random_forest",
        ({"trees": 60, "depth": 8, "leaf": 5, "share": 0.5}, {"trees": 60, "depth": 6, "leaf": 10, "share": 0.3}),
        (0,),
        fit_forest,
    ),
    Algorithm(
        "gradient_boosting",
        ({**BOOST, "rate": 0.1, "rounds": 80}, {**BOOST, "rate": 0.1, "leaves": 6, "depth": 4, "rounds": 80}),
        (20, 40, 80),
        fit_boosting,
    ),
)


def _of_class(trees: Trees, place: int, classes: int) -> Trees:
    value = np.zeros((len(trees.value), classes))
    value[:, place] = trees.value
    return Trees(**{**vars(trees), "value": value})


def _placed(columns: Doubles, found: Any, classes: int, blank: float) -> Doubles:
    """Columns of the classes found, in the places of all classes."""
    if len(found) == classes:
        return columns
    placed = np.full((len(columns), classes), blank)
    placed[:, np.asarray(found, np.intp)] = columns
    return placed
