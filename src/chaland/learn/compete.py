"""The competition: every candidate predicts every row from models that did not see it, on the same folds.

Settings, calibration and threshold used for a fold are chosen on the rows outside it (from their own out-of-fold margins), so no
row's answer helps to choose what is then measured on it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import numpy.typing as npt

from chaland.learn.algorithms import Algorithm, Fitted, Lesson, Try
from chaland.learn.calibrate import Calibration, Line
from chaland.learn.encode import Doubles, Encoded, Floats, Preparation
from chaland.learn.folds import Assignment
from chaland.learn.metrics import Judged
from chaland.learn.tasks import TWO, Answers, Task

STILL_LEARNING = 0.02
"""Where the last stage lessens the loss by more than this share of it, settings of more room are tried."""
MANY_ROWS = 20_000
Bools = npt.NDArray[np.bool_]
Prepared = list[list[tuple[Preparation, Floats]]]


@dataclass(frozen=True)
class Course:
    """What all candidates run: rows, truth, folds of each repeat, what the threshold maximises, seed, threads, and the sort of answer."""

    data: Encoded
    truth: Answers
    folds: tuple[Assignment, ...]
    objective: str
    seed: int
    threads: int
    task: Task = TWO

    def prepared(self) -> Prepared:
        """For each repeat and fold, what was measured outside it and the design matrix of all rows."""
        return [[self._prepare(fold != number) for number in range(int(fold.max()) + 1)] for fold in self.folds]

    def lesson(self, design: Floats, truth: Answers, preparation: Preparation, threads: int = 1) -> Lesson:
        """What an algorithm is given."""
        return Lesson(design, self.task.taught(truth), preparation, self.seed, threads, self.task.classes)

    def only(self, name: int) -> Course:
        """The same course with one number of the data, by its place."""
        return replace(self, data=Encoded(self.data.numbers[:, [name]], self.data.codes[:, :0], ()))

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
    predictions: tuple[Judged, ...]
    sigmoid: Calibration
    threshold: float
    seconds: float


def tries_for(algorithm: Algorithm, rows: int) -> tuple[Try, ...]:
    """How many settings are tried: all up to 20,000 rows (times classes), two up to 100,000, one beyond. By rows, never by the clock."""
    most = len(algorithm.tries) if rows <= MANY_ROWS else 2 if rows <= 100_000 else 1
    return algorithm.tries[:most]


def run(algorithm: Algorithm, course: Course, prepared: Prepared) -> Trial:
    """Let one algorithm run the course."""
    start = perf_counter()
    settings, margins = _margins(algorithm, tries_for(algorithm, _effort(course)), course, prepared)
    if algorithm.beyond and _effort(course) <= MANY_ROWS and _is_still_learning(algorithm, margins, course):
        # Only what is tried hangs on all answers; what is chosen for a fold does not.
        more = replace(algorithm, stages=tuple(2 * stage for stage in algorithm.stages[-2:]))
        roomy, beside = _margins(more, algorithm.beyond, course, prepared)
        settings, margins = [*settings, *roomy], np.concatenate([margins, beside])
    predictions = tuple(_judged(margins[:, r], fold, course) for r, fold in enumerate(course.folds))
    truth = np.tile(course.truth, len(course.folds))
    pooled = margins.reshape(len(settings), len(truth), *margins.shape[3:])
    best, sigmoid = _best(pooled, truth, course.task)
    cut = course.task.cut(sigmoid.answer(pooled[best]), truth, course.objective)
    return Trial(algorithm, settings[best], predictions, sigmoid, cut, perf_counter() - start)


def baselines(course: Course) -> list[Trial]:
    """The simplest answers, the one that always competes first: the majority, or the mean."""
    return [counted(name, answer, course) for name, answer in course.task.baselines(course.truth, course.truth).items()]


def counted(name: str, answer: Doubles, course: Course) -> Trial:
    """An answer that nobody fitted, as one that competes."""
    told = course.task.judged(answer, 0.5, course.truth)
    nothing = Algorithm(name, ({},), (0,), _no_fit)
    return Trial(nothing, Setting({}, 0), (told,) * len(course.folds), Line(0.0, 0.0), 0.5, 0.0)


def _no_fit(lesson: Lesson, words: Try) -> Fitted:
    raise AssertionError("a baseline is counted, not fitted")


def _effort(course: Course) -> int:
    return len(course.truth) * max(course.task.classes, 1)


def _is_still_learning(algorithm: Algorithm, margins: Doubles, course: Course) -> bool:
    """Whether the first setting's last stage beats all others, and the stage before it by far."""
    _, losses = _calibrated(margins[:, 0], course.truth, course.task)
    last = len(algorithm.stages) - 1
    return int(np.argmin(losses)) == last and losses[last] < (1 - STILL_LEARNING) * losses[last - 1]


def _margins(algorithm: Algorithm, tries: tuple[Try, ...], course: Course, prepared: Prepared) -> tuple[list[Setting], Doubles]:
    """All settings, and their out-of-fold margins [settings, repeats, rows], and classes where there are several.

    Folds run side by side, each on one thread: small fits lose more by sharing a fit between threads than they win.
    """
    settings = [Setting(words, stage) for words in tries for stage in algorithm.stages]
    each = (course.task.classes,) if course.task.classes else ()
    margins = np.empty((len(settings), len(course.folds), len(course.truth), *each))

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


def _judged(margins: Doubles, fold: Assignment, course: Course) -> Judged:
    """Calibrated predictions of one repeat, each fold's setting, calibration and threshold chosen outside it."""
    answer, cuts = np.empty(margins.shape[1:]), np.empty(len(fold))
    for number in range(int(fold.max()) + 1):
        inside, outside = fold == number, fold != number
        truth = course.truth[outside]
        best, sigmoid = _best(margins[:, outside], truth, course.task)
        cuts[inside] = course.task.cut(sigmoid.answer(margins[best, outside]), truth, course.objective)
        answer[inside] = sigmoid.answer(margins[best, inside])
    return course.task.judged(answer, cuts, course.truth)


def _best(margins: Doubles, truth: Answers, task: Task) -> tuple[int, Calibration]:
    """The setting of least loss once calibrated, and its calibration."""
    sigmoids, losses = _calibrated(margins, truth, task)
    best = int(np.argmin(losses))
    return best, sigmoids[best]


def _calibrated(margins: Doubles, truth: Answers, task: Task) -> tuple[list[Calibration], list[float]]:
    """The calibration of each setting, and its loss once calibrated."""
    sigmoids = [task.calibrate(margin, truth) for margin in margins]
    return sigmoids, [task.loss(sigmoid.answer(margin), truth) for sigmoid, margin in zip(sigmoids, margins, strict=True)]
