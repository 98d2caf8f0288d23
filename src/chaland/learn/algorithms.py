"""The algorithms that compete: one table entry each, with the few settings that are tried.

A fitted algorithm gives a margin (a number that rises with the chance of the positive class) that is a plain sum: of terms for the
linear model, of leaves for trees. Calibration is a straight line on it, so every kept model can be explained exactly. Those for several
classes (`several`) give a margin per class, those for numbers (`numbers`) one in standard deviations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from chaland.errors import SpecError, nearest
from chaland.learn.encode import Doubles, Floats, Preparation

Bools = npt.NDArray[np.bool_]
Try = Mapping[str, float | int]


@dataclass(frozen=True)
class Linear:
    """margin = design · weights + intercept, the design unscaled; for several classes weights [columns, classes] and an intercept each."""

    weights: Doubles
    intercept: float | Doubles


@dataclass(frozen=True)
class Trees:
    """A sum of binary trees as flat arrays, one entry per node; `x <= threshold` goes to `yes`; leaves have `feature` -1.

    `cover` is the weight of training rows that passed through a node; `value` has one column per class where there are several.
    """

    tree: npt.NDArray[np.int64]
    node: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    threshold: Floats
    yes: npt.NDArray[np.int64]
    no: npt.NDArray[np.int64]
    value: Doubles
    cover: Doubles


class Fitted(Protocol):
    """An algorithm after training."""

    def margin(self, design: Floats, stage: int) -> Doubles:
        """The uncalibrated score of each row, after `stage` rounds where the algorithm grows in rounds."""

    def form(self, stage: int) -> Linear | Trees:
        """What was learnt, in the form that is written to ONNX."""


@dataclass(frozen=True)
class Lesson:
    """What an algorithm learns from: the design matrix, the answers, and what was measured on the same rows."""

    design: Floats
    truth: npt.NDArray[Any]
    preparation: Preparation
    seed: int
    threads: int
    classes: int = 2


Fit = Callable[[Lesson, Try], Fitted]


@dataclass(frozen=True)
class Algorithm:
    """One algorithm: its name, the settings tried (fewer on many rows), the stages each fit is looked at, and how to fit.

    `beyond` are settings of more room, tried where the last stage of the others is still much better than the one before.
    """

    name: str
    tries: tuple[Try, ...]
    stages: tuple[int, ...]
    fit: Fit
    beyond: tuple[Try, ...] = ()


class FittedLinear:
    """A linear model on the standardised design."""

    def __init__(self, weights: Doubles, intercept: float | Doubles):
        self.weights = weights
        self.intercept = intercept

    def margin(self, design: Floats, stage: int) -> Doubles:
        """Log-odds, or the number."""
        margin: Doubles = design.astype(np.float64) @ self.weights + self.intercept
        return margin

    def form(self, stage: int) -> Linear:
        """Weights on the unscaled design."""
        return Linear(self.weights, self.intercept)


class FittedForest:
    """A random forest; its margin is the mean share of positives in the leaves."""

    def __init__(self, forest: Any):
        self.forest = forest

    def margin(self, design: Floats, stage: int) -> Doubles:
        """Share of positives, 0 to 1."""
        share: Doubles = self.forest.predict_proba(design)[:, 1]
        return share

    def form(self, stage: int) -> Trees:
        """All trees, each leaf divided by their number."""
        trees = self.forest.estimators_
        return joined([sklearn_tree(one.tree_, i, _share(one.tree_) / len(trees)) for i, one in enumerate(trees)])


class FittedBoosting:
    """LightGBM's gradient boosting; its margin is the raw score."""

    def __init__(self, booster: Any):
        self.booster = booster

    def margin(self, design: Floats, stage: int) -> Doubles:
        """Raw score (log-odds before calibration) after `stage` rounds."""
        raw: Doubles = self.booster.predict(design, raw_score=True, num_iteration=stage, num_threads=self.booster.params["num_threads"])
        return raw

    def form(self, stage: int) -> Trees:
        """The first `stage` trees."""
        dumped = self.booster.dump_model(num_iteration=stage)["tree_info"]
        return joined([lightgbm_tree(tree["tree_structure"], i) for i, tree in enumerate(dumped)])


def fit_logistic(lesson: Lesson, words: Try) -> Fitted:
    """L2-penalised logistic regression by Newton's method, numbers standardised, words as they are."""
    from sklearn.linear_model import LogisticRegression

    shift, scale = standard(lesson)
    fitted = LogisticRegression(C=words["C"], solver="newton-cholesky", tol=1e-8, max_iter=100).fit(
        (lesson.design - shift) / scale, lesson.truth
    )
    weights = fitted.coef_[0] / scale
    return FittedLinear(weights, float(fitted.intercept_[0] - shift @ weights))


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
    return FittedForest(forest)


def fit_boosting(lesson: Lesson, words: Try) -> Fitted:
    """Gradient boosting (LightGBM, Ke et al. 2017), deterministic at any number of threads."""
    return FittedBoosting(boosted(lesson, words, objective="binary"))


def boosted(lesson: Lesson, words: Try, **objective: str | int) -> Any:
    """LightGBM's booster for an objective, after all its rounds."""
    import lightgbm

    params = _parameters(lesson, words) | objective
    rows = lightgbm.Dataset(lesson.design, lesson.truth.astype(np.float32), params=params)
    return lightgbm.train(params, rows, num_boost_round=int(words["rounds"]))


def standard(lesson: Lesson) -> tuple[Doubles, Doubles]:
    """What is taken from each column of the design and what it is divided by, so that numbers are standard; marks and words stay."""
    scale, shift = np.ones(lesson.design.shape[1]), np.zeros(lesson.design.shape[1])
    scale[: len(lesson.preparation.scales)] = lesson.preparation.scales
    shift[: len(lesson.preparation.means)] = lesson.preparation.means
    return shift, scale


def _parameters(lesson: Lesson, words: Try) -> dict[str, Any]:
    """LightGBM's parameters: the same trees at any number of threads."""
    return {
        "num_leaves": int(words["leaves"]),
        "max_depth": int(words["depth"]),
        "min_data_in_leaf": int(words["leaf"]),
        "learning_rate": words["rate"],
        "feature_fraction": words["share"],
        "bagging_fraction": words["rows"],
        "bagging_freq": 1,
        "lambda_l2": words["l2"],
        "seed": lesson.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": lesson.threads,
        "verbosity": -1,
    }


BOOST: Try = {"leaves": 15, "depth": 6, "leaf": 20, "rate": 0.06, "share": 0.8, "rows": 0.9, "l2": 5.0, "rounds": 160}
ROOMY: Try = {"leaves": 31, "depth": 8, "leaf": 10, "rate": 0.1, "share": 0.5, "rows": 0.9, "l2": 0.1, "rounds": 320}

ALGORITHMS: tuple[Algorithm, ...] = (
    Algorithm("logistic_regression", ({"C": 0.1}, {"C": 0.01}, {"C": 1.0}), (0,), fit_logistic),
    Algorithm(
        "random_forest",
        ({"trees": 100, "depth": 8, "leaf": 3, "share": 0.4}, {"trees": 100, "depth": 8, "leaf": 10, "share": 0.2}),
        (0,),
        fit_forest,
    ),
    Algorithm(
        "gradient_boosting",
        (BOOST, {**BOOST, "leaves": 6, "depth": 4}),
        (40, 80, 160),
        fit_boosting,
        beyond=(ROOMY,),
    ),
)


def named(name: str, algorithms: tuple[Algorithm, ...] = ALGORITHMS) -> Algorithm:
    """The algorithm of that name; SpecError with the nearest word where there is none."""
    found = {algorithm.name: algorithm for algorithm in algorithms}
    if name not in found:
        raise SpecError(f"there is no algorithm called {name!r}", next=nearest(name, found))
    return found[name]


def rounded_down(thresholds: Doubles) -> Floats:
    """The greatest float32 not above each threshold, so that `x <= threshold` says the same for every float32 x."""
    narrow: Floats = thresholds.astype(np.float32)
    return np.where(narrow.astype(np.float64) > thresholds, np.nextafter(narrow, np.float32(-np.inf)), narrow)


def recounted(trees: Trees, design: Floats) -> Trees:
    """The same trees, with cover counted anew on all of these rows (algorithms count only the rows each tree drew).

    A branch that no row takes counts as a hundredth of one.
    """
    first = np.flatnonzero(trees.node == 0)
    ends = np.append(first[1:], len(trees.node))
    cover = np.concatenate([_passing(trees, start, end, design) for start, end in zip(first.tolist(), ends.tolist(), strict=True)])
    return replace(trees, cover=np.maximum(cover, 0.01))


def mean_margin(trees: Trees) -> float | Doubles:
    """The margin (one per class where there are several) when nothing is known: leaves weighted by the share of rows that took each branch."""
    weight = np.zeros(len(trees.node))
    start = np.flatnonzero(trees.node == 0)[trees.tree]
    weight[trees.node == 0] = 1.0
    for at in np.flatnonzero(trees.feature >= 0):
        yes, no = start[at] + trees.yes[at], start[at] + trees.no[at]
        weight[[yes, no]] = weight[at] * trees.cover[[yes, no]] / (trees.cover[yes] + trees.cover[no])
    if trees.value.ndim == 2:
        each: Doubles = (weight[:, None] * trees.value)[trees.feature < 0].sum(axis=0)
        return each
    return float((weight * trees.value)[trees.feature < 0].sum())


def _passing(trees: Trees, start: int, end: int, design: Floats) -> Doubles:
    """How many rows pass through each node of one tree."""
    feature, threshold, yes, no = (column[start:end] for column in (trees.feature, trees.threshold, trees.yes, trees.no))
    passing, at, rows = np.zeros(end - start), np.zeros(len(design), np.intp), np.arange(len(design))
    while len(rows):
        passing += np.bincount(at, minlength=end - start)
        inner = feature[at] >= 0
        rows, at = rows[inner], at[inner]
        at = np.where(design[rows, feature[at]] <= threshold[at], yes[at], no[at])
    return passing


def _share(tree: Any) -> Doubles:
    """The share of positives in each node."""
    share: Doubles = tree.value[:, 0, 1] / tree.value[:, 0, :].sum(axis=1)
    return share


def sklearn_tree(tree: Any, number: int, value: Doubles) -> Trees:
    """One tree of scikit-learn's, with the value of each node."""
    leaf = tree.children_left < 0
    return Trees(
        tree=np.full(tree.node_count, number, np.int64),
        node=np.arange(tree.node_count, dtype=np.int64),
        feature=np.where(leaf, -1, tree.feature).astype(np.int64),
        threshold=np.where(leaf, np.float32(0), rounded_down(tree.threshold)),
        yes=np.where(leaf, 0, tree.children_left).astype(np.int64),
        no=np.where(leaf, 0, tree.children_right).astype(np.int64),
        value=np.where(leaf if value.ndim == 1 else leaf[:, None], value, 0.0),
        cover=tree.weighted_n_node_samples.astype(np.float64),
    )


def lightgbm_tree(root: dict[str, Any], number: int) -> Trees:
    """One tree of LightGBM's, as it dumps it."""
    rows: list[tuple[int, float, int, int, float, float]] = []
    _walk(root, rows)
    feature, threshold, yes, no, value, cover = (np.array(column) for column in zip(*rows, strict=True))
    return Trees(
        tree=np.full(len(rows), number, np.int64),
        node=np.arange(len(rows), dtype=np.int64),
        feature=feature.astype(np.int64),
        threshold=rounded_down(threshold.astype(np.float64)),
        yes=yes.astype(np.int64),
        no=no.astype(np.int64),
        value=value.astype(np.float64),
        cover=cover.astype(np.float64),
    )


def _walk(node: dict[str, Any], rows: list[tuple[int, float, int, int, float, float]]) -> int:
    """Append the node and all below it; gives its number."""
    own = len(rows)
    if "split_feature" not in node:
        rows.append((-1, 0.0, 0, 0, float(node["leaf_value"]), float(node.get("leaf_count", 1))))
        return own
    rows.append((0, 0.0, 0, 0, 0.0, 0.0))
    yes, no = _walk(node["left_child"], rows), _walk(node["right_child"], rows)
    rows[own] = (int(node["split_feature"]), float(node["threshold"]), yes, no, 0.0, float(node["internal_count"]))
    return own


def joined(parts: list[Trees]) -> Trees:
    """Trees one after another."""
    return Trees(*(np.concatenate([getattr(part, name) for part in parts]) for name in Trees.__dataclass_fields__))
