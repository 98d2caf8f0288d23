"""Which model is kept: candidates on equal terms, the baseline always among them, the hold-out measured once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from chaland.errors import ChalandError, SpecError, nearest
from chaland.learn import compete, explain, leaks, plots
from chaland.learn.algorithms import Fitted, Linear, Trees, mean_margin, named, recounted
from chaland.learn.calibrate import Sigmoid
from chaland.learn.compete import Course, Trial
from chaland.learn.dataset import TrainingSet
from chaland.learn.encode import Doubles, Encoded, Floats, Preparation
from chaland.learn.export import Pipeline, to_onnx
from chaland.learn.folds import deal, groups
from chaland.learn.leaks import Finding
from chaland.learn.metrics import METRICS, Measured, Predictions, Resamples, confusion, gain, intervals
from chaland.model import Model
from chaland.signature import Signature

PARITY = 1e-6
SURE = 0.005
ORDERLY, LESS_LOSS = 4.5, 2.0
MANY_ROWS = 50_000
COUNTED_ROWS = 200_000
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
    usable = data.without(looked.left_out) if len(looked.left_out) < len(data.features) else data
    learn, held = usable.split()
    arena = _arena(learn, held, metric, folds, seed, threads)
    prepared = arena.course.prepared()
    trials = []
    with threadpool_limits(1, user_api="blas"):  # sums in another order would be another model
        for algorithm in algorithms:
            say(f"{algorithm.name}: {folds} folds")
            trials.append(compete.run(algorithm, arena.course, prepared))
        selection = _conclude(arena, compete.majority(arena.course), trials, looked)
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
    data = Encoded.of(learn.table, learn.features)
    group, truth = groups(data), learn.positives()
    assigned = tuple(deal(truth, group, folds, repeats_for(len(truth)), seed))
    objective = metric if metric in compete.DECIDED_BY else "f1"
    course = Course(data, truth, assigned, objective, seed, threads)
    return _Arena(learn, held, metric, course, Resamples.of(group, seed), Preparation.fit(data))


def repeats_for(rows: int) -> int:
    """How often the cross-validation is repeated: three times up to 5,000 rows, twice up to 20,000, then once."""
    return 3 if rows <= 5_000 else 2 if rows <= 20_000 else 1


def _conclude(arena: _Arena, baseline: Trial, trials: list[Trial], looked: leaks.Look) -> Selection:
    drawn = {trial.algorithm.name: arena.resamples.measure(trial.predictions) for trial in [baseline, *trials]}
    built = {trial.algorithm.name: _built(trial, arena) for trial in trials}
    kept = _kept(drawn, arena.metric)
    best = built[kept].model if kept else None
    measured, told = _measure_holdout(best, arena.course, arena.held)
    return Selection(
        rows=arena.learn.rows + arena.held.rows,
        baseline=Candidate("majority", intervals(drawn["majority"]), baseline.seconds),
        candidates=tuple(_candidate(trial, drawn, built) for trial in trials),
        kept=kept,
        best=best,
        models={name: one.model for name, one in built.items()},
        holdout=measured,
        warnings=_warnings(looked, drawn, kept, arena.metric),
        notes=looked.notes,
        parity=built[kept].parity if kept else None,
        plots=plots.of(told, best.threshold if best else 0.5),
        importance=explain.importance(best, arena.held, arena.metric, arena.course.seed) if best else [],
        by_group=explain.by_group(told, arena.held),
    )


def _warnings(looked: leaks.Look, drawn: Mapping[str, Mapping[str, Doubles]], kept: str | None, metric: str) -> tuple[Finding, ...]:
    if kept is None:
        return (*looked.warnings, leaks.no_signal(metric))
    perfect = leaks.near_perfect(float(drawn[kept]["roc_auc"][0]))
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
    base = float(trial.sigmoid.logit(np.array([mean]))[0])
    signature = Signature(explain.inputs(arena.learn), arena.learn.labels, trial.threshold, trial.algorithm.name, tuple(sources), base)
    model = Model(graph, signature, _provenance(trial, arena))
    seconds = perf_counter() - start
    check = arena.held if arena.held.rows else arena.learn
    encoded = _recoded(Encoded.of(check.table, check.features), course.data.words)
    expected = trial.sigmoid.probability(fitted.margin(arena.final.design(encoded), stage))
    return _Built(model, _parity(model, as_batch(check.table), expected), seconds)


def _form(fitted: Fitted, stage: int, design: Floats) -> tuple[Linear | Trees, float]:
    """What was learnt, and its mean margin; trees count their rows on at most 200,000, evenly picked."""
    form = fitted.form(stage)
    if isinstance(form, Linear):
        return form, float(fitted.margin(design, stage).mean())
    form = recounted(form, design[:: 1 + len(design) // COUNTED_ROWS])
    return form, mean_margin(form)


def _parity(model: Model, rows: pa.RecordBatch, expected: Doubles) -> float:
    """The largest difference between the ONNX graph and the trained pipeline; ChalandError where it passes 1e-6."""
    worst = float(np.abs(model.probability(rows) - expected).max())
    if not worst <= PARITY:
        raise ChalandError(f"the ONNX file of {model.signature.algorithm} differs from the trained model by {worst:.2g}", code="parity")
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
    """The best candidate by `metric` among those that surely beat the majority."""
    sure = [name for name in drawn if name != "majority" and _beats(drawn[name], drawn["majority"], metric)]
    ranked = sorted(sure, key=lambda name: gain(drawn[name][metric], drawn["majority"][metric], metric)[0], reverse=True)
    return ranked[0] if ranked else None


def _beats(better: Mapping[str, Doubles], than: Mapping[str, Doubles], metric: str) -> bool:
    """Ahead in `metric`, and orders customers (ROC AUC) and tells their chances (log loss) better, by several standard deviations.

    Resampling takes out-of-fold predictions as given. Yet where by chance p columns go with the answer, all folds learn the same wrong thing,
    and the ROC AUC is ahead by about (x - p) / sqrt(x) deviations, x drawn from chi-square with p degrees of freedom: by 4.5 at most once in
    five thousand shuffled answers, for p up to 70. Where the log loss is ahead by two, chances were learnt and not only an order.
    Resampled F1 and average precision lie above the measured ones, so that they cannot decide alone.
    """
    ahead = gain(better[metric], than[metric], metric)
    surely = bool(ahead[0] > 0 and np.nanquantile(ahead[1:], SURE) > 0)
    return surely and _leads(better, than, "roc_auc", ORDERLY) and _leads(better, than, "log_loss", LESS_LOSS)


def _leads(better: Mapping[str, Doubles], than: Mapping[str, Doubles], metric: str, deviations: float) -> bool:
    ahead = gain(better[metric], than[metric], metric)
    return bool(ahead[0] > 0 and ahead[0] >= deviations * np.nanstd(ahead[1:]))


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
