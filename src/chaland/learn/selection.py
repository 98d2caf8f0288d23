"""Which model is kept: candidates on equal terms, the baseline always among them, the hold-out measured once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.errors import ChalandError, SpecError, nearest
from chaland.learn import compete, explain, leaks, plots
from chaland.learn.algorithms import named
from chaland.learn.calibrate import Sigmoid
from chaland.learn.compete import Course, Trial
from chaland.learn.dataset import TrainingSet
from chaland.learn.encode import Doubles, Encoded, Preparation
from chaland.learn.export import Pipeline, to_onnx
from chaland.learn.folds import deal, groups
from chaland.learn.leaks import Finding
from chaland.learn.metrics import METRICS, Measured, Predictions, Resamples, confusion, gain, intervals
from chaland.model import Model, Signature

PARITY = 1e-6
SURE = 0.005
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
    labels: tuple[str, str]

    def to_dict(self) -> dict[str, Any]:
        """As PROMISES writes it; rows of the confusion are the truth."""
        return {"rows": self.rows, "metrics": _metrics_dict(self.metrics), "confusion": self.confusion, "labels": list(self.labels)}


@dataclass(frozen=True)
class Selection:
    """What came of a competition.

    `best` is None where nothing beat the baseline. `models` holds every candidate's whole pipeline; `plots` and `importance` and
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

    def to_dict(self) -> dict[str, Any]:
        """The `predict.Q` object of PROMISES, but for horizon and paths, which this floor does not know."""
        return {
            "task": self.task,
            "rows": self.rows,
            "baseline": {"name": self.baseline.name, "metrics": _metrics_dict(self.baseline.metrics)},
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
    """Let the candidates compete on the rows not held out, keep the best by `metric` if it surely beats the majority, and measure it.

    Raises DataError (`one_class`, `too_small`) where there is nothing to learn, SpecError for unknown names.
    """
    algorithms = [named(name) for name in dict.fromkeys(candidates) if name != "majority"]
    if metric not in METRICS:
        raise SpecError(f"there is no metric called {metric!r}", next=nearest(metric, METRICS))
    data.check(folds)
    say = progress or _silent
    looked = leaks.look(data, seed)
    usable = data.without(looked.left_out)
    if not usable.features:
        usable = data
    learn, held = usable.split()
    arena = _arena(learn, metric, folds, seed, threads)
    prepared = arena.course.prepared()
    baseline = compete.majority(arena.course)
    trials = []
    for algorithm in algorithms:
        say(f"{algorithm.name}: {folds} folds")
        trials.append(compete.run(algorithm, arena.course, prepared))
    return _conclude(arena, usable, held, baseline, trials, metric, looked, say)


@dataclass(frozen=True)
class _Arena:
    course: Course
    learn: TrainingSet
    resamples: Resamples
    final: Preparation


def _arena(learn: TrainingSet, metric: str, folds: int, seed: int, threads: int) -> _Arena:
    data = Encoded.of(learn.table, learn.features)
    group, truth = groups(data), learn.positives()
    assigned = tuple(deal(truth, group, folds, repeats_for(len(truth)), seed))
    objective = metric if metric in compete.DECIDED_BY else "f1"
    course = Course(data, truth, assigned, objective, seed, threads)
    return _Arena(course, learn, Resamples.of(group, seed), Preparation.fit(data))


def repeats_for(rows: int) -> int:
    """How often the cross-validation is repeated: three times up to 5,000 rows, twice up to 20,000, then once."""
    return 3 if rows <= 5_000 else 2 if rows <= 20_000 else 1


def _conclude(
    arena: _Arena,
    usable: TrainingSet,
    held: TrainingSet,
    baseline: Trial,
    trials: list[Trial],
    metric: str,
    looked: leaks.Look,
    say: Progress,
) -> Selection:
    drawn = {trial.algorithm.name: arena.resamples.measure(trial.predictions) for trial in [baseline, *trials]}
    built = {trial.algorithm.name: _built(trial, arena, held) for trial in trials}
    kept = _kept(drawn, metric)
    best = built[kept].model if kept else None
    say(f"kept: {kept or 'none'}")
    measured, told = _measure_holdout(best, arena.course, held)
    listed = [_candidate(trial, drawn, built) for trial in trials]
    warnings = list(looked.warnings)
    if kept is None:
        warnings.append(leaks.no_signal(metric))
    elif (found := leaks.near_perfect(drawn[kept]["roc_auc"][0])) is not None:
        warnings.insert(0, found)
    return Selection(
        rows=usable.rows,
        baseline=Candidate("majority", intervals(drawn["majority"]), baseline.seconds),
        candidates=tuple(listed),
        kept=kept,
        best=best,
        models={name: one.model for name, one in built.items()},
        holdout=measured,
        warnings=tuple(warnings),
        notes=looked.notes,
        parity=built[kept].parity if kept else None,
        plots=plots.of(told, best.threshold if best else 0.5),
        importance=explain.importance(best, held, metric, arena.course.seed) if best else [],
        by_group=explain.by_group(told, held),
    )


@dataclass(frozen=True)
class _Built:
    model: Model
    parity: float
    seconds: float


def _built(trial: Trial, arena: _Arena, held: TrainingSet) -> _Built:
    """The candidate fitted on all rows to learn from, as ONNX, refused unless it scores as trained."""
    course, start = arena.course, compete.perf_counter()
    design = arena.final.design(course.data)
    fitted = trial.algorithm.fit(design, course.truth, arena.final, trial.setting.words, course.seed, course.threads)
    pipeline = Pipeline(arena.final, course.data.words, fitted.form(trial.setting.stage), trial.sigmoid)
    graph, sources = to_onnx(pipeline, course.data)
    base = float(trial.sigmoid.logit(fitted.margin(design, trial.setting.stage)).mean())
    inputs = explain.inputs(arena.learn)
    signature = Signature(inputs, arena.learn.labels, trial.threshold, trial.algorithm.name, tuple(sources), base)
    model = Model(graph, signature, _provenance(trial, arena))
    seconds = compete.perf_counter() - start
    check = held if held.rows else arena.learn
    return _Built(model, _parity(model, arena.final, course.data.words, check, fitted, trial), seconds)


def _parity(
    model: Model, preparation: Preparation, words: tuple[tuple[str, ...], ...], held: TrainingSet, fitted: Any, trial: Trial
) -> float:
    """The largest difference between the ONNX graph and the trained pipeline; ChalandError where it passes 1e-6."""
    encoded = _recoded(Encoded.of(held.table, held.features), words)
    expected = trial.sigmoid.probability(fitted.margin(preparation.design(encoded), trial.setting.stage))
    actual = model.probability(as_batch(held.table))
    worst = float(np.abs(actual - expected).max())
    if not worst <= PARITY:
        raise ChalandError(f"the ONNX file of {trial.algorithm.name} differs from the trained model by {worst:.2g}", code="parity")
    return worst


def _recoded(data: Encoded, words: tuple[tuple[str, ...], ...]) -> Encoded:
    """The same rows with the word numbers of the training rows; -1 for words they never had."""
    columns = []
    for j, known in enumerate(words):
        number = {word: i for i, word in enumerate(known)}
        table = np.array([number.get(word, -1) for word in data.words[j]] or [-1], np.int32)
        columns.append(table[data.codes[:, j]])
    codes = np.column_stack(columns) if columns else data.codes
    return Encoded(data.numbers, codes, words)


def _kept(drawn: Mapping[str, Mapping[str, Doubles]], metric: str) -> str | None:
    """The best candidate by `metric` among those that surely beat the majority in it and in log loss."""
    sure = [
        name for name in drawn if name != "majority" and all(_surely(drawn[name][m], drawn["majority"][m], m) for m in (metric, "log_loss"))
    ]
    ranked = sorted(sure, key=lambda name: gain(drawn[name][metric], drawn["majority"][metric], metric)[0], reverse=True)
    return ranked[0] if ranked else None


def _surely(better: Doubles, than: Doubles, metric: str) -> bool:
    ahead = gain(better, than, metric)
    return bool(ahead[0] > 0 and np.nanquantile(ahead[1:], SURE) > 0)


def _measure_holdout(best: Model | None, course: Course, held: TrainingSet) -> tuple[Holdout, Predictions]:
    if best is not None:
        probability = best.probability(as_batch(held.table))
        decided = probability >= best.threshold
    else:
        probability = np.full(held.rows, course.truth.mean())
        decided = probability >= 0.5
    told = Predictions(probability, decided, held.positives())
    group = groups(Encoded.of(held.table, held.features))
    drawn = Resamples.of(group, course.seed).measure([told]) if held.rows else {name: np.full(2, np.nan) for name in METRICS}
    return Holdout(held.rows, intervals(drawn), confusion(told), held.labels), told


def _candidate(trial: Trial, drawn: Mapping[str, Mapping[str, Doubles]], built: Mapping[str, _Built]) -> Candidate:
    name = trial.algorithm.name
    return Candidate(name, intervals(drawn[name]), trial.seconds + built[name].seconds, settings(trial))


def settings(trial: Trial) -> dict[str, float | int]:
    """The settings a candidate would be served with."""
    rounds = {"rounds": trial.setting.stage} if trial.setting.stage else {}
    return {**trial.setting.words, **rounds}


def _provenance(trial: Trial, arena: _Arena) -> dict[str, Any]:
    sigmoid: Sigmoid = trial.sigmoid
    return {
        "algorithm": trial.algorithm.name,
        "settings": settings(trial),
        "seed": arena.course.seed,
        "rows": arena.learn.rows,
        "positives": int(arena.course.truth.sum()),
        "folds": int(arena.course.folds[0].max()) + 1,
        "repeats": len(arena.course.folds),
        "calibration": {"slope": sigmoid.slope, "shift": sigmoid.shift},
    }


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
