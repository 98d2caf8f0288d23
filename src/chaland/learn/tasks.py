"""What sort of answer is learnt: two classes, several, or a number; and what follows from that for competing and measuring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from chaland.learn import algorithms, class_metrics, metrics, number_metrics, numbers, several
from chaland.learn.algorithms import Algorithm
from chaland.learn.calibrate import Calibration, Line, Scaling, Sigmoid, threshold
from chaland.learn.class_metrics import ClassPredictions
from chaland.learn.dataset import TrainingSet
from chaland.learn.folds import Assignment, deal, deal_alike
from chaland.learn.metrics import CLIP, Doubles, Judged, Predictions, gain
from chaland.learn.number_metrics import RANKED, NumberPredictions

Answers = npt.NDArray[Any]
Drawn = Mapping[str, Doubles]

SURE = 0.005
ORDERLY, LESS_LOSS = 4.5, 2.0
DECIDED_BY = ("accuracy", "balanced_accuracy", "f1")


class Task(Protocol):
    """One sort of answer. Margins are [rows] or [rows, classes]; an answer is what a calibrated margin becomes."""

    @property
    def name(self) -> str:
        """As PROMISES calls it."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """What is told of it."""

    @property
    def algorithms(self) -> tuple[Algorithm, ...]:
        """Who may compete."""

    @property
    def classes(self) -> int:
        """How many margins there are per row; 0 where it is one and stands alone."""

    @property
    def unit(self) -> float:
        """In what the difference between a file and its trained model is told: 1, or the standard deviation of the numbers."""

    def deal(self, truth: Answers, group: npt.NDArray[np.intp], folds: int, repeats: int, seed: int) -> list[Assignment]:
        """The folds of each repeat."""

    def taught(self, truth: Answers) -> Answers:
        """The answers as the algorithms see them."""

    def calibrate(self, margin: Doubles, truth: Answers) -> Calibration:
        """From margins of rows that were not learnt from to answers."""

    def loss(self, answer: Doubles, truth: Answers) -> float:
        """What the choice of settings makes small."""

    def cut(self, answer: Doubles, truth: Answers, objective: str) -> float:
        """The probability from which on the answer is yes; 0.5 where there is nothing to cut."""

    def judged(self, answer: Doubles, cuts: Doubles | float, truth: Answers) -> Judged:
        """Answers beside the truth."""

    def baselines(self, truth: Answers, others: Answers) -> dict[str, Doubles]:
        """The simplest answers: learnt from `truth`, given to as many rows as `others` has; the first is the one that always competes."""

    def beats(self, better: Drawn, than: Drawn, metric: str) -> bool:
        """Whether a candidate is surely ahead of a baseline."""

    def confusion(self, told: Any) -> list[list[int]]:
        """Counts, rows are the truth; nothing for numbers."""


@dataclass(frozen=True)
class TwoClasses:
    """Yes or no."""

    name: str = "binary"
    metrics: tuple[str, ...] = metrics.METRICS
    algorithms: tuple[Algorithm, ...] = algorithms.ALGORITHMS
    classes: int = 0
    unit: float = 1.0

    def deal(self, truth: Answers, group: npt.NDArray[np.intp], folds: int, repeats: int, seed: int) -> list[Assignment]:
        """Stratified folds."""
        return deal(truth, group, folds, repeats, seed)

    def taught(self, truth: Answers) -> Answers:
        """As they are."""
        return truth

    def calibrate(self, margin: Doubles, truth: Answers) -> Sigmoid:
        """Platt's sigmoid."""
        return Sigmoid.fit(margin, truth)

    def loss(self, answer: Doubles, truth: Answers) -> float:
        """Log loss."""
        p = np.clip(answer, CLIP, 1 - CLIP)
        return float(-np.where(truth, np.log(p), np.log1p(-p)).mean())

    def cut(self, answer: Doubles, truth: Answers, objective: str) -> float:
        """Where the objective is greatest."""
        return threshold(answer, truth, objective)

    def judged(self, answer: Doubles, cuts: Doubles | float, truth: Answers) -> Predictions:
        """Decided at the cuts."""
        return Predictions(answer, answer >= cuts, truth)

    def baselines(self, truth: Answers, others: Answers) -> dict[str, Doubles]:
        """Everybody gets the share of positives: one for all folds, for shares that differ by chance would order the customers, against their answers."""
        return {"majority": np.full(len(others), truth.mean())}

    def beats(self, better: Drawn, than: Drawn, metric: str) -> bool:
        """Ahead in `metric`, and orders customers (ROC AUC) and tells their chances (log loss) better, by several standard deviations.

        Resampling takes out-of-fold predictions as given. Yet where by chance p columns go with the answer, all folds learn the same wrong thing,
        and the ROC AUC is ahead by about (x - p) / sqrt(x) deviations, x drawn from chi-square with p degrees of freedom: by 4.5 at most once in
        five thousand shuffled answers, for p up to 70. Where the log loss is ahead by two, chances were learnt and not only an order.
        Resampled F1 and average precision lie above the measured ones, so that they cannot decide alone.
        """
        return is_ahead(better, than, metric) and leads(better, than, "roc_auc", ORDERLY) and leads(better, than, "log_loss", LESS_LOSS)

    def confusion(self, told: Any) -> list[list[int]]:
        """No first, then yes."""
        return metrics.confusion(told)


@dataclass(frozen=True)
class SeveralClasses:
    """One of several classes."""

    labels: tuple[str, ...]
    name: str = "multiclass"
    metrics: tuple[str, ...] = class_metrics.METRICS
    algorithms: tuple[Algorithm, ...] = several.ALGORITHMS
    unit: float = 1.0

    @property
    def classes(self) -> int:
        """How many there are."""
        return len(self.labels)

    def deal(self, truth: Answers, group: npt.NDArray[np.intp], folds: int, repeats: int, seed: int) -> list[Assignment]:
        """Every fold has the same share of each class."""
        return deal_alike(truth.astype(np.float64), group, folds, repeats, seed)

    def taught(self, truth: Answers) -> Answers:
        """As they are."""
        return truth

    def calibrate(self, margin: Doubles, truth: Answers) -> Scaling:
        """One temperature and a shift per class."""
        return Scaling.fit(margin, truth)

    def loss(self, answer: Doubles, truth: Answers) -> float:
        """Log loss."""
        own = np.take_along_axis(answer, truth[:, None], axis=1)
        return float(-np.log(np.clip(own, CLIP, 1.0)).mean())

    def cut(self, answer: Doubles, truth: Answers, objective: str) -> float:
        """The most probable class is told: nothing is cut."""
        return 0.5

    def judged(self, answer: Doubles, cuts: Doubles | float, truth: Answers) -> ClassPredictions:
        """The most probable class."""
        return ClassPredictions(answer, truth)

    def baselines(self, truth: Answers, others: Answers) -> dict[str, Doubles]:
        """Everybody gets the share of each class, and the commonest of them."""
        shares = np.bincount(truth, minlength=self.classes) / max(len(truth), 1)
        return {"majority": np.tile(shares, (len(others), 1))}

    def beats(self, better: Drawn, than: Drawn, metric: str) -> bool:
        """Ahead in `metric`, and tells the chances of the classes better (log loss) by several standard deviations."""
        return is_ahead(better, than, metric) and leads(better, than, "log_loss", ORDERLY)

    def confusion(self, told: Any) -> list[list[int]]:
        """In the order of the labels."""
        return class_metrics.confusion(told)


@dataclass(frozen=True)
class Numbers:
    """A number. Algorithms see it in standard deviations (`unit`) from the mean, so that one float32 graph serves every scale."""

    mean: float
    unit: float
    name: str = "regression"
    metrics: tuple[str, ...] = number_metrics.METRICS
    algorithms: tuple[Algorithm, ...] = numbers.ALGORITHMS
    classes: int = 0

    def deal(self, truth: Answers, group: npt.NDArray[np.intp], folds: int, repeats: int, seed: int) -> list[Assignment]:
        """Every fold has as many small and great numbers."""
        return deal_alike(truth, group, folds, repeats, seed)

    def taught(self, truth: Answers) -> Answers:
        """In standard deviations from the mean."""
        return (truth - self.mean) / self.unit

    def calibrate(self, margin: Doubles, truth: Answers) -> Line:
        """Back to the target's unit."""
        return Line(self.unit, self.mean)

    def loss(self, answer: Doubles, truth: Answers) -> float:
        """Mean squared error."""
        return float(((answer - truth) ** 2).mean())

    def cut(self, answer: Doubles, truth: Answers, objective: str) -> float:
        """Nothing is cut."""
        return 0.5

    def judged(self, answer: Doubles, cuts: Doubles | float, truth: Answers) -> NumberPredictions:
        """The number."""
        return NumberPredictions(answer, truth)

    def baselines(self, truth: Answers, others: Answers) -> dict[str, Doubles]:
        """Everybody gets the mean."""
        return {"mean": np.full(len(others), truth.mean() if len(truth) else np.nan)}

    def beats(self, better: Drawn, than: Drawn, metric: str) -> bool:
        """Ahead in `metric` and in squared errors, and orders customers (rank correlation) by several standard deviations."""
        order = better[RANKED]
        orderly = bool(order[0] >= ORDERLY * np.nanstd(order[1:]) and order[0] > 0)
        return is_ahead(better, than, metric) and orderly and bool(better["rmse"][0] < than["rmse"][0])

    def confusion(self, told: Any) -> list[list[int]]:
        """Numbers are not confused."""
        return []


TWO = TwoClasses()


def of(learn: TrainingSet) -> Task:
    """The task of these customers to learn from."""
    if learn.task == "multiclass":
        return SeveralClasses(learn.labels)
    if learn.task == "binary":
        return TWO
    truth = learn.answers()
    return Numbers(float(truth.mean()), float(truth.std()) or 1.0)


def metrics_of(task: str) -> tuple[str, ...]:
    """The metrics of a task by its name."""
    return {"binary": metrics.METRICS, "multiclass": class_metrics.METRICS}.get(task, number_metrics.METRICS)


def algorithms_of(task: str) -> tuple[Algorithm, ...]:
    """Who may compete, by the task's name."""
    return {"binary": algorithms.ALGORITHMS, "multiclass": several.ALGORITHMS}.get(task, numbers.ALGORITHMS)


def is_ahead(better: Drawn, than: Drawn, metric: str) -> bool:
    """Whether all but one in two hundred resamples find one ahead of the other."""
    ahead = gain(better[metric], than[metric], metric)
    return bool(ahead[0] > 0 and np.nanquantile(ahead[1:], SURE) > 0)


def leads(better: Drawn, than: Drawn, metric: str, deviations: float) -> bool:
    """Whether one is ahead of the other by so many standard deviations of the difference."""
    ahead = gain(better[metric], than[metric], metric)
    return bool(ahead[0] > 0 and ahead[0] >= deviations * np.nanstd(ahead[1:]))


def best(drawn: Mapping[str, Drawn], names: Sequence[str], metric: str) -> str:
    """The best of these by `metric`; of equals the first."""
    first = names[0]
    return max(names, key=lambda name: float(np.nan_to_num(gain(drawn[name][metric], drawn[first][metric], metric)[0])))
