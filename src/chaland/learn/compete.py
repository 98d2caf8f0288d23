"""The competition: every candidate predicts every row from models that did not see it, on the same folds.

Settings, calibration and threshold used for a fold are chosen on the rows outside it (from their own out-of-fold margins), so no
row's answer helps to choose what is then measured on it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import numpy.typing as npt

from chaland.learn.algorithms import Algorithm, Fitted, Lesson, Try
from chaland.learn.calibrate import Sigmoid, threshold
from chaland.learn.encode import Doubles, Encoded, Floats, Preparation
from chaland.learn.folds import Assignment
from chaland.learn.metrics import CLIP, Predictions

Bools = npt.NDArray[np.bool_]
Prepared = list[list[tuple[Preparation, Floats]]]
DECIDED_BY = ("accuracy", "balanced_accuracy", "f1")


@dataclass(frozen=True)
class Course:
    """What all candidates run: rows, truth, folds of each repeat, what the threshold maximises, seed, threads."""

    data: Encoded
    truth: Bools
    folds: tuple[Assignment, ...]
    objective: str
    seed: int
    threads: int

    def prepared(self) -> Prepared:
        """For each repeat and fold, what was measured outside it and the design matrix of all rows."""
        return [[self._prepare(fold != number) for number in range(int(fold.max()) + 1)] for fold in self.folds]

    def lesson(self, design: Floats, truth: Bools, preparation: Preparation, threads: int = 1) -> Lesson:
        """What an algorithm is given."""
        return Lesson(design, truth, preparation, self.seed, threads)

    def _prepare(self, outside: Bools) -> tuple[Preparation, Floats]:
        preparation = Preparation.fit(self.data.take(np.flatnonzero(outside)))
        return preparation, preparation.design(self.data)


@dataclass(frozen=True)
class Setting:
    """One configuration: a try of the algorithm, looked at after a stage."""

    words: Try
    stage: int


@dataclass(frozen=True)
class Trial:
    """How one candidate did, and what it would be served with."""

    algorithm: Algorithm
    setting: Setting
    predictions: tuple[Predictions, ...]
    sigmoid: Sigmoid
    threshold: float
    seconds: float


def tries_for(algorithm: Algorithm, rows: int) -> tuple[Try, ...]:
    """How many settings are tried: all up to 20,000 rows, two up to 100,000, one beyond. By rows, never by the clock."""
    most = len(algorithm.tries) if rows <= 20_000 else 2 if rows <= 100_000 else 1
    return algorithm.tries[:most]


def run(algorithm: Algorithm, course: Course, prepared: Prepared) -> Trial:
    """Let one algorithm run the course."""
    start = perf_counter()
    settings, margins = _margins(algorithm, course, prepared)
    predictions = tuple(_judged(margins[:, r], fold, course) for r, fold in enumerate(course.folds))
    truth = np.tile(course.truth, len(course.folds))
    pooled = margins.reshape(len(settings), -1)
    best, sigmoid = _best(pooled, truth)
    cut = threshold(sigmoid.probability(pooled[best]), truth, course.objective)
    return Trial(algorithm, settings[best], predictions, sigmoid, cut, perf_counter() - start)


def majority(course: Course) -> Trial:
    """The baseline: everybody gets the share of positives, and the commoner answer.

    One share for all folds: shares that differ from fold to fold by chance would order the customers, against their answers.
    """
    start = perf_counter()
    share = np.full(len(course.truth), course.truth.mean())
    predictions = [Predictions(share, share >= 0.5, course.truth)] * len(course.folds)
    nothing = Algorithm("majority", ({},), (0,), _no_fit)
    return Trial(nothing, Setting({}, 0), tuple(predictions), Sigmoid(0.0, 0.0), 0.5, perf_counter() - start)


def _no_fit(lesson: Lesson, words: Try) -> Fitted:
    raise AssertionError("the majority is counted, not fitted")


def _margins(algorithm: Algorithm, course: Course, prepared: Prepared) -> tuple[list[Setting], Doubles]:
    """All settings, and their out-of-fold margins [settings, repeats, rows].

    Folds run side by side, each on one thread: small fits lose more by sharing a fit between threads than they win.
    """
    tries = tries_for(algorithm, len(course.truth))
    settings = [Setting(words, stage) for words in tries for stage in algorithm.stages]
    margins = np.empty((len(settings), len(course.folds), len(course.truth)))

    def one(repeat: int, number: int) -> None:
        inside = course.folds[repeat] == number
        preparation, design = prepared[repeat][number]
        lesson = course.lesson(design[~inside], course.truth[~inside], preparation)
        margins[:, repeat, inside] = _stages(algorithm, tries, lesson, design[inside])

    with ThreadPoolExecutor(max(course.threads, 1)) as pool:
        running = [pool.submit(one, repeat, number) for repeat, folds in enumerate(prepared) for number in range(len(folds))]
        for fit in running:
            fit.result()
    return settings, margins


def _stages(algorithm: Algorithm, tries: tuple[Try, ...], lesson: Lesson, guess: Floats) -> list[Doubles]:
    fitted = [algorithm.fit(lesson, words) for words in tries]
    return [one.margin(guess, stage) for one in fitted for stage in algorithm.stages]


def _judged(margins: Doubles, fold: Assignment, course: Course) -> Predictions:
    """Calibrated predictions of one repeat, each fold's setting, sigmoid and threshold chosen outside it."""
    probability = np.empty(len(fold))
    decided = np.empty(len(fold), bool)
    for number in range(int(fold.max()) + 1):
        inside, outside = fold == number, fold != number
        truth = course.truth[outside]
        best, sigmoid = _best(margins[:, outside], truth)
        cut = threshold(sigmoid.probability(margins[best, outside]), truth, course.objective)
        probability[inside] = sigmoid.probability(margins[best, inside])
        decided[inside] = probability[inside] >= cut
    return Predictions(probability, decided, course.truth)


def _best(margins: Doubles, truth: Bools) -> tuple[int, Sigmoid]:
    """The setting of least log loss once calibrated, and its calibration."""
    sigmoids = [Sigmoid.fit(margin, truth) for margin in margins]
    losses = [_log_loss(sigmoid.probability(margin), truth) for sigmoid, margin in zip(sigmoids, margins, strict=True)]
    best = int(np.argmin(losses))
    return best, sigmoids[best]


def _log_loss(probability: Doubles, truth: Bools) -> float:
    p = np.clip(probability, CLIP, 1 - CLIP)
    return float(-np.where(truth, np.log(p), np.log1p(-p)).mean())
