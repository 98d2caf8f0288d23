"""Which model is kept: candidates on equal terms, the baseline always among them, the hold-out measured once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from chaland.errors import ChalandError, SpecError, nearest
from chaland.learn import compete, explain, leaks, plots, rare, tasks
from chaland.learn.algorithms import Fitted, Linear, Trees, mean_margin, named, recounted
from chaland.learn.calibrate import Calibration
from chaland.learn.compete import Course, Trial
from chaland.learn.dataset import TrainingSet
from chaland.learn.encode import Doubles, Encoded, Floats, Preparation
from chaland.learn.export import Pipeline, to_onnx
from chaland.learn.folds import groups
from chaland.learn.leaks import Finding
from chaland.learn.metrics import Judged, Measured, Resamples, gain, intervals
from chaland.learn.tasks import DECIDED_BY, TWO, Task
from chaland.model import Model
from chaland.signature import Signature

PARITY = 1e-6
LAST_VALUE = "last_value"
"""A feature of this name is itself a baseline of numbers."""
MANY_ROWS = 50_000
COUNTED_ROWS = 200_000
BASELINES = ("majority", "mean")
SIMPLEST = {"binary": "logistic_regression", "multiclass": "logistic_regression", "regression": "ridge"}
"""By task: the algorithm through which one feature alone competes."""
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Candidate:
    """One competitor: cross-validated metrics, and the seconds its cross-validation and last fit took."""

    name: str
    metrics: Mapping[str, Measured]
    seconds: float
    settings: Mapping[str, float | int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As PROMISES writes it."""
        return {"name": self.name, "metrics": _metrics_dict(self.metrics), "seconds": round(self.seconds, 3)}


@dataclass(frozen=True)
class Holdout:
    """The one measurement on rows that nothing else has seen."""

    rows: int
    metrics: Mapping[str, Measured]
    confusion: list[list[int]]
    labels: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As PROMISES writes it; rows of the confusion are the truth."""
        return {"rows": self.rows, "metrics": _metrics_dict(self.metrics), "confusion": self.confusion, "labels": list(self.labels)}


@dataclass(frozen=True)
class Selection:
    """What came of a competition.

    `best` is None where nothing beat the baseline, which is the best of those that competed; `others` are the rest of them. `models` holds every candidate's whole pipeline; `plots` and `importance` and
    `by_group` are plain lists, measured on the hold-out; `parity` is the largest difference between ONNX and the trained pipeline.
    """

    rows: int
    baseline: Candidate
    candidates: tuple[Candidate, ...]
    kept: str | None
    best: Model | None
    models: Mapping[str, Model]
    holdout: Holdout
    warnings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    parity: float | None
    plots: Mapping[str, Any]
    importance: list[dict[str, Any]]
    by_group: list[dict[str, Any]]
    task: str = "binary"
    others: tuple[Candidate, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The `predict.Q` object of PROMISES, but for horizon and paths, which this floor does not know."""
        return {
            "task": self.task,
            "rows": self.rows,
            "baseline": _baseline_dict(self.baseline),
            **({"baselines": [_baseline_dict(one) for one in (self.baseline, *self.others)]} if self.others else {}),
            "kept": self.kept,
            "candidates": [candidate.to_dict() for candidate in self.candidates],
            "holdout": self.holdout.to_dict(),
            "warnings": [finding.to_dict() for finding in self.warnings],
            "notes": [finding.to_dict() for finding in self.notes],
            "parity": self.parity,
        }


def run(
    data: TrainingSet,
    candidates: Sequence[str],
    metric: str,
    folds: int,
    seed: int,
    threads: int,
    progress: Progress | None = None,
) -> Selection:
    """Let the candidates compete on the rows not held out, keep the best by `metric` if it surely beats every baseline, and measure it.

    The task is the data's. Answers of several classes that are rarer than the folds are told as one, `other`. Raises DataError
    (`one_class`, `too_small`) where there is nothing to learn, SpecError for unknown names.
    """
    algorithms = [named(name, tasks.algorithms_of(data.task)) for name in dict.fromkeys(candidates) if name not in BASELINES]
    known = tasks.metrics_of(data.task)
    if metric not in known:
        raise SpecError(f"there is no metric called {metric!r}", next=nearest(metric, known))
    data, folded = rare.folded(data, folds)
    data.check(folds)
    say = progress or _silent
    looked = leaks.look(data, seed)
    usable = data.without(looked.left_out) if len(looked.left_out) < len(data.features) else data
    learn, held = usable.split()
    arena = _arena(learn, held, metric, folds, seed, threads)
    prepared = arena.course.prepared()
    trials = []
    with threadpool_limits(1, user_api="blas"):  # sums in another order would be another model
        for algorithm in algorithms:
            say(f"{algorithm.name}: {folds} folds")
            trials.append(compete.run(algorithm, arena.course, prepared))
        selection = _conclude(arena, _baselines(arena), trials, replace(looked, notes=(*looked.notes, *folded)))
    say(f"kept: {selection.kept or 'none'}")
    return selection


@dataclass(frozen=True)
class _Arena:
    """The rows to learn from and those held out, the course of the first, and what was measured on all of them."""

    learn: TrainingSet
    held: TrainingSet
    metric: str
    course: Course
    resamples: Resamples
    final: Preparation


def _arena(learn: TrainingSet, held: TrainingSet, metric: str, folds: int, seed: int, threads: int) -> _Arena:
    data, task = Encoded.of(learn.table, learn.features), tasks.of(learn)
    group, truth = groups(data), learn.answers()
    assigned = tuple(task.deal(truth, group, folds, repeats_for(len(truth)), seed))
    objective = metric if metric in DECIDED_BY else "f1"
    course = Course(data, truth, assigned, objective, seed, threads, task)
    return _Arena(learn, held, metric, course, Resamples.of(group, seed), Preparation.fit(data))


def _baselines(arena: _Arena) -> list[Trial]:
    """The baseline that always competes, and those that lean on one number alone: its own value, or what is learnt from it."""
    course, numbers = arena.course, [one.name for one in arena.learn.features if one.kind == "number"]
    found = compete.baselines(course)
    if course.task.name == "regression" and LAST_VALUE in numbers:
        values = course.data.numbers[:, numbers.index(LAST_VALUE)].astype(np.float64)
        found.append(compete.counted("last value", np.where(np.isnan(values), course.truth.mean(), values), course))
    for name in (name for name in arena.learn.rivals if name in numbers and name != LAST_VALUE):
        alone = course.only(numbers.index(name))
        trial = compete.run(course.task.algorithms[0], alone, alone.prepared())
        found.append(replace(trial, algorithm=replace(trial.algorithm, name=name)))
    return found


def repeats_for(rows: int) -> int:
    """How often the cross-validation is repeated: three times up to 5,000 rows, twice up to 20,000, then once."""
    return 3 if rows <= 5_000 else 2 if rows <= 20_000 else 1


def _conclude(arena: _Arena, baselines: list[Trial], trials: list[Trial], looked: leaks.Look) -> Selection:
    task, simple = arena.course.task, [trial.algorithm.name for trial in baselines]
    drawn = {trial.algorithm.name: arena.resamples.measure(trial.predictions) for trial in [*baselines, *trials]}
    built = {trial.algorithm.name: _built(trial, arena) for trial in trials}
    kept, first = _kept(drawn, arena.metric, simple, task), tasks.best(drawn, simple, arena.metric)
    best = built[kept].model if kept else None
    measured, told = _measure_holdout(best, arena.course, arena.held)
    told_of = {trial.algorithm.name: Candidate(trial.algorithm.name, _intervals(drawn, trial, task), trial.seconds) for trial in baselines}
    return Selection(
        rows=arena.learn.rows + arena.held.rows,
        baseline=told_of[first],
        candidates=tuple(_candidate(trial, drawn, built, task) for trial in trials),
        kept=kept,
        best=best,
        models={name: one.model for name, one in built.items()},
        holdout=measured,
        warnings=_warnings(looked, drawn, kept, arena.metric, first),
        notes=looked.notes,
        parity=built[kept].parity if kept else None,
        plots=plots.of(told, best.threshold if best else 0.5),
        importance=explain.importance(best, arena.held, arena.metric, arena.course.seed, task) if best else [],
        by_group=explain.by_group(told, arena.held),
        task=task.name,
        others=tuple(one for name, one in told_of.items() if name != first),
    )


def _intervals(drawn: Mapping[str, Mapping[str, Doubles]], trial: Trial, task: Task) -> dict[str, Measured]:
    return intervals({name: drawn[trial.algorithm.name][name] for name in task.metrics})


def _warnings(
    looked: leaks.Look, drawn: Mapping[str, Mapping[str, Doubles]], kept: str | None, metric: str, baseline: str
) -> tuple[Finding, ...]:
    if kept is None:
        return (*looked.warnings, leaks.no_signal(metric, baseline))
    perfect = leaks.near_perfect({name: float(values[0]) for name, values in drawn[kept].items()})
    return (perfect, *looked.warnings) if perfect else looked.warnings


@dataclass(frozen=True)
class _Built:
    model: Model
    parity: float
    seconds: float


def _built(trial: Trial, arena: _Arena) -> _Built:
    """The candidate fitted on all rows to learn from, as ONNX, refused unless it scores as trained."""
    course, stage, start = arena.course, trial.setting.stage, perf_counter()
    design = arena.final.design(course.data)
    threads = course.threads if len(design) > MANY_ROWS else 1
    fitted = trial.algorithm.fit(course.lesson(design, course.truth, arena.final, threads), trial.setting.words)
    form, mean = _form(fitted, stage, design)
    graph, sources = to_onnx(Pipeline(arena.final, course.data.words, form, trial.sigmoid), course.data)
    base = trial.sigmoid.logit(np.array([mean]))[0]
    first = float(base) if np.ndim(base) == 0 else 0.0
    signature = Signature(explain.inputs(arena.learn), arena.learn.labels, trial.threshold, trial.algorithm.name, tuple(sources), first)
    model = Model(graph, _of_task(signature, course.task, base), _provenance(trial, arena))
    seconds = perf_counter() - start
    check = arena.held if arena.held.rows else arena.learn
    encoded = _recoded(Encoded.of(check.table, check.features), course.data.words)
    expected = trial.sigmoid.answer(fitted.margin(arena.final.design(encoded), stage))
    return _Built(model, _parity(model, as_batch(check.table), expected, course.task.unit), seconds)


def _of_task(signature: Signature, task: Task, base: Any) -> Signature:
    """The signature with what two classes do not need."""
    if task.name == "binary":
        return signature
    if task.name == "multiclass":
        return replace(signature, task="multiclass", bases=tuple(float(one) for one in base))
    return replace(signature, task="regression", unit=task.unit, labels=())


def _form(fitted: Fitted, stage: int, design: Floats) -> tuple[Linear | Trees, float | Doubles]:
    """What was learnt, and its mean margin; trees count their rows on at most 200,000, evenly picked."""
    form = fitted.form(stage)
    if isinstance(form, Linear):
        return form, fitted.margin(design, stage).mean(axis=0)
    form = recounted(form, design[:: 1 + len(design) // COUNTED_ROWS])
    return form, mean_margin(form)


def _parity(model: Model, rows: pa.RecordBatch, expected: Doubles, unit: float) -> float:
    """The largest difference between the ONNX graph and the trained pipeline; ChalandError where it passes 1e-6."""
    worst = difference(model, rows, expected, unit)
    if not worst <= PARITY:
        raise ChalandError(f"the ONNX file of {model.signature.algorithm} differs from the trained model by {worst:.2g}", code="parity")
    return worst


def difference(model: Model, rows: pa.RecordBatch, expected: Doubles, unit: float) -> float:
    """The largest difference between what a graph answers and what was expected of it.

    Of numbers it is told in standard deviations of the target, or in their distance from its mean where that is farther: float32 is relative.
    """
    far = np.abs(expected - model.signature.base) / unit if model.signature.task == "regression" else np.zeros(1)
    return float((np.abs(model.answers(rows) - expected) / unit / np.maximum(far, 1.0)).max())


def _recoded(data: Encoded, words: tuple[tuple[str, ...], ...]) -> Encoded:
    """The same rows with the word numbers of the training rows; -1 for words they never had."""
    columns = []
    for j, known in enumerate(words):
        number = {word: i for i, word in enumerate(known)}
        table = np.array([number.get(word, -1) for word in data.words[j]] or [-1], np.int32)
        columns.append(table[data.codes[:, j]])
    codes = np.column_stack(columns) if columns else data.codes
    return Encoded(data.numbers, codes, words)


def _kept(drawn: Mapping[str, Mapping[str, Doubles]], metric: str, simple: Sequence[str] = ("majority",), task: Task = TWO) -> str | None:
    """The best candidate by `metric` among those that surely beat the baselines: the first by more than chance can do, the others surely."""
    first, *others = simple
    sure = [name for name in drawn if name not in simple and task.beats(drawn[name], drawn[first], metric)]
    sure = [name for name in sure if all(tasks.is_ahead(drawn[name], drawn[other], metric) for other in others)]
    ranked = sorted(sure, key=lambda name: gain(drawn[name][metric], drawn[first][metric], metric)[0], reverse=True)
    return ranked[0] if ranked else None


def _measure_holdout(best: Model | None, course: Course, held: TrainingSet) -> tuple[Holdout, Judged]:
    task, truth = course.task, held.answers()
    if best is not None:
        told = task.judged(best.answers(as_batch(held.table)), best.threshold, truth)
    else:
        told = task.judged(next(iter(task.baselines(course.truth, truth).values())), 0.5, truth)
    return _measured(told, held, task, course.seed), told


def _measured(told: Judged, held: TrainingSet, task: Task, seed: int) -> Holdout:
    group = groups(Encoded.of(held.table, held.features))
    drawn = Resamples.of(group, seed).measure([told]) if held.rows else {name: np.full(2, np.nan) for name in task.metrics}
    labels = () if task.name == "regression" else held.labels
    return Holdout(held.rows, intervals({name: drawn[name] for name in task.metrics}), task.confusion(told), labels)


def measured(model: Model, later: TrainingSet, seed: int) -> Holdout:
    """A model on other customers whose answers are known, of the task and labels that it learnt: as the hold-out is measured."""
    known = _known(later, model.signature.labels) if model.signature.task == "multiclass" else later
    task = tasks.of(known)
    return _measured(task.judged(model.answers(as_batch(known.table)), model.threshold, known.answers()), known, task, seed)


def measured_baselines(learnt: TrainingSet, later: TrainingSet, seed: int) -> dict[str, Holdout]:
    """The simplest answers, learnt from one set and measured on the other."""
    task = tasks.of(learnt)
    if task.name == "multiclass":
        learnt, later = _known(learnt, learnt.labels), _known(later, learnt.labels)
    told = task.baselines(learnt.answers(), later.answers())
    return {name: _measured(task.judged(answer, 0.5, later.answers()), later, task, seed) for name, answer in told.items()}


def _known(data: TrainingSet, labels: tuple[str, ...]) -> TrainingSet:
    """The customers whose answer is one of `labels`: the others were never there to be learnt."""
    told = replace(data, labels=labels)
    return told.take(np.flatnonzero(told.answers() >= 0))


def _candidate(trial: Trial, drawn: Mapping[str, Mapping[str, Doubles]], built: Mapping[str, _Built], task: Task) -> Candidate:
    seconds = trial.seconds + built[trial.algorithm.name].seconds
    return Candidate(trial.algorithm.name, _intervals(drawn, trial, task), seconds, settings(trial))


def settings(trial: Trial) -> dict[str, float | int]:
    """The settings a candidate would be served with."""
    rounds = {"rounds": trial.setting.stage} if trial.setting.stage else {}
    return {**trial.setting.words, **rounds}


def _provenance(trial: Trial, arena: _Arena) -> dict[str, Any]:
    return {
        "algorithm": trial.algorithm.name,
        "settings": settings(trial),
        "seed": arena.course.seed,
        "rows": arena.learn.rows,
        **({"positives": int(arena.course.truth.sum())} if arena.course.task.name == "binary" else {}),
        "folds": int(arena.course.folds[0].max()) + 1,
        "repeats": len(arena.course.folds),
        "calibration": _calibration(trial.sigmoid),
    }


def _calibration(found: Calibration) -> dict[str, Any]:
    return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in vars(found).items()}


def _baseline_dict(one: Candidate) -> dict[str, Any]:
    return {"name": one.name, "metrics": _metrics_dict(one.metrics)}


def as_batch(table: pa.Table) -> pa.RecordBatch:
    """A table as one record batch."""
    whole = table.combine_chunks()
    if not whole.num_rows:
        return pa.RecordBatch.from_pylist([], schema=table.schema)
    return whole.to_batches()[0]


def _metrics_dict(metrics: Mapping[str, Measured]) -> dict[str, dict[str, float | None]]:
    return {name: measured.to_dict() for name, measured in metrics.items()}


def _silent(said: str) -> None:
    """Progress that nobody asked for."""
