"""Two-class models fitted where the rows are, by an engine that can; chosen, measured, explained and exported here as the embedded ones.

All rows are fitted on. What is looked at here (leaks, medians and words of the preparation, calibration, threshold, metrics and their
intervals, importance) is looked at on a fair part of the customers, drawn by their keys, of at most `PART_ROWS`. One preparation, which
knows no answers, serves all folds, so that the design matrix is made once. No converter: what the engine learnt comes back as plain
arrays, and the graph is written as for the embedded models; then it must score the hold-out as the engine itself does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import ibis.expr.types as ir
import numpy as np
from threadpoolctl import threadpool_limits

from chaland.errors import ChalandError, SpecError, nearest
from chaland.learn import compete, leaks
from chaland.learn.algorithms import Algorithm, Fitted, Lesson, Linear, Trees, Try, rounded_down
from chaland.learn.compete import Course, Prepared, Trial
from chaland.learn.dataset import TrainingSet
from chaland.learn.designing import DESIGNED, HELD, LABEL, Designer, fold_of
from chaland.learn.encode import Doubles, Encoded, Floats, Preparation
from chaland.learn.folds import groups
from chaland.learn.leaks import Finding
from chaland.learn.metrics import METRICS, Resamples
from chaland.learn.selection import Progress, Selection, _Arena, _conclude, _silent, as_batch
from chaland.learn.tasks import DECIDED_BY
from chaland.ports import Arrays, Engine, Fitter, Fitting, Learnt

PARITY = 1e-5
PART_ROWS = 200_000
PLACE, DIGITS = 8, 8
"""The part of a key that draws the fair part; the eight digits before it draw the hold-out."""
SIDE_BY_SIDE = 2
TRIES: dict[str, Try] = {
    "logistic_regression": {"C": 0.1},
    "random_forest": {"trees": 100, "depth": 8, "leaf": 3, "share": 0.4, "bins": 64},
    "gradient_boosting": {"rounds": 40, "depth": 4, "leaf": 20, "rate": 0.1, "share": 0.8, "rows": 0.9, "bins": 64},
}


@dataclass(frozen=True)
class Customers:
    """All customers to learn from, where they are: `table` has the key, the features, `_label` and `_held` (measures only).

    `rows` is how many there are, `held` how many of them measure only, and `share` the share of the keys that draws the part that is here.
    """

    table: ir.Table
    key: str
    rows: int
    held: int
    share: float = 1.0


def fair_share(rows: int, most: int = PART_ROWS) -> float:
    """The share of the keys that draws at most `most` of so many customers, chance (five deviations of it) included."""
    return 1.0 if rows <= most else (most - 5.0 * most**0.5) / rows


def in_part(key: ir.StringColumn, share: float) -> ir.BooleanValue:
    """Whether a key belongs to the fair part."""
    if share >= 1.0:
        return key.notnull()
    return key.substr(PLACE, DIGITS) < f"{int(share * 16**DIGITS):0{DIGITS}x}"


def notes(part: int, rows: int, learnt: int) -> tuple[Finding, ...]:
    """What a report says of a fit on the cluster: on how many customers it was fitted, and on how many measured."""
    fitted = Finding("fitted_on_cluster", f"fitted on the cluster, on all {learnt} customers to learn from")
    return (fitted, fair_part(part, rows, "measured, calibrated and explained")) if part < rows else (fitted,)


def fair_part(part: int, rows: int, done: str) -> Finding:
    """The note that says what was done with a part of the customers only, and how it was drawn."""
    return Finding("fair_part", f"{done} on a fair part of the customers: {part} of {rows}, drawn by their keys")


def run(
    engine: Engine,
    customers: Customers,
    part: TrainingSet,
    candidates: Sequence[str],
    metric: str,
    folds: int,
    seed: int,
    progress: Progress | None = None,
) -> Selection:
    """Let the candidates compete, fitted by `engine` on all `customers`; `part` are those of them that `in_part` draws.

    Raises DataError (`one_class`, `too_small`) where there is nothing to learn, SpecError for unknown names, and ChalandError `parity`
    where a graph does not score as the engine does.
    """
    names = [_named(name) for name in dict.fromkeys(candidates) if name != "majority"]
    if metric not in METRICS:
        raise SpecError(f"there is no metric called {metric!r}", next=nearest(metric, METRICS))
    part.check(folds)
    looked = leaks.look(part, seed)
    usable = part.without(looked.left_out) if len(looked.left_out) < len(part.features) else part
    place = _Place.of(engine, customers, usable, folds, seed)
    try:
        with threadpool_limits(1, user_api="blas"):
            return _competed(place, names, metric, _noted(looked, part.rows, customers), progress or _silent)
    finally:
        place.fitting.close()


def _noted(looked: leaks.Look, part: int, customers: Customers) -> leaks.Look:
    return replace(looked, notes=(*looked.notes, *notes(part, customers.rows, customers.rows - customers.held)))


@dataclass(frozen=True)
class Outside(Preparation):
    """The preparation of a fit that leaves one fold out, or none."""

    fold: int | None = None


@dataclass
class _Place:
    """The rows that are fitted on, the part of them that is here, and the last models of all."""

    customers: Customers
    learn: TrainingSet
    held: TrainingSet
    data: Encoded
    preparation: Preparation
    fitting: Fitting
    folds: int
    seed: int
    whole: dict[str, Learnt] = field(default_factory=dict)

    @classmethod
    def of(cls, engine: Engine, customers: Customers, part: TrainingSet, folds: int, seed: int) -> _Place:
        learn, held = part.split()
        data = Encoded.of(learn.table, learn.features)
        preparation = Preparation.fit(data)
        designer = Designer(customers.key, learn.features, data.words, preparation, folds, seed)
        table, key = customers.table, customers.table[customers.key]
        measuring = ~table[HELD] | in_part(key, customers.share)
        wanted = table.filter(measuring).select(customers.key, *learn.table.column_names, LABEL, HELD)
        assert isinstance(engine, Fitter), "the step asks first"
        fitting = engine.fitting(engine.apply(wanted, designer, DESIGNED), _scales(preparation, data))
        return cls(customers, learn, held, data, preparation, fitting, folds, seed)

    def fit(self, name: str, lesson: Lesson, words: Try) -> Fitted:
        """An algorithm fitted on the cluster; the lesson's own rows are only the part that is here."""
        fold = lesson.preparation.fold if isinstance(lesson.preparation, Outside) else None
        learnt = self.fitting.fit(name, words, self.seed, without=fold)
        if fold is None:
            self.whole[name] = learnt
        return Formed(_form(learnt.arrays))

    def algorithm(self, name: str) -> Algorithm:
        """A candidate as the competition knows it."""
        return Algorithm(name, (TRIES[name],), (0,), partial(self.fit, name))

    def arena(self, metric: str) -> _Arena:
        """What the competition runs in."""
        truth, group = self.learn.positives(), groups(self.data)
        objective = metric if metric in DECIDED_BY else "f1"
        course = Course(self.data, truth, (fold_of(self.data, self.folds, self.seed),), objective, self.seed, SIDE_BY_SIDE)
        return _Arena(self.learn, self.held, metric, course, Resamples.of(group, self.seed), self.preparation)


def _scales(preparation: Preparation, data: Encoded) -> Doubles:
    """The unit of each column of the design: numbers by their standard deviation, missing marks and words as they are."""
    scales = np.ones(len(preparation.slots(data.words)))
    scales[: len(preparation.scales)] = preparation.scales
    return scales


class Formed:
    """What a cluster learnt, scored from its plain form."""

    def __init__(self, form: Linear | Trees):
        self._form = form

    def margin(self, design: Floats, stage: int) -> Doubles:
        """The uncalibrated score of each row."""
        if isinstance(self._form, Linear):
            margin: Doubles = design.astype(np.float64) @ self._form.weights + self._form.intercept
            return margin
        return _leaves(self._form, design)

    def form(self, stage: int) -> Linear | Trees:
        """What was learnt."""
        return self._form


def _competed(place: _Place, names: list[str], metric: str, looked: leaks.Look, say: Progress) -> Selection:
    arena = place.arena(metric)
    design = place.preparation.design(place.data)
    prepared: Prepared = [[(Outside(**vars(place.preparation), fold=number), design) for number in range(place.folds)]]
    trials: list[Trial] = []
    for name in names:
        say(f"{name}: {place.folds} folds on the cluster")
        trials.append(compete.run(place.algorithm(name), arena.course, prepared))
    selection = _conclude(arena, compete.baselines(arena.course), trials, looked)
    say(f"kept: {selection.kept or 'none'}")
    return _checked(place, selection, {trial.algorithm.name: trial for trial in trials})


def _checked(place: _Place, selection: Selection, trials: dict[str, Trial]) -> Selection:
    """The selection with the cluster's numbers of rows; refused where any graph does not score the hold-out as the cluster does."""
    parity = {name: _parity(place, name, model, trials[name]) for name, model in selection.models.items()}
    for model in selection.models.values():
        model.provenance |= {"rows": place.customers.rows - place.customers.held, "measured_on": place.learn.rows, "fitted": "cluster"}
    return replace(selection, rows=place.customers.rows, parity=parity[selection.kept] if selection.kept else None)


def _parity(place: _Place, name: str, model: Any, trial: Trial) -> float:
    own = place.whole[name].measured()
    if own.column("key").to_pylist() != place.held.keys.to_pylist():
        raise ChalandError(f"the cluster measured {len(own)} other customers than the {place.held.rows} of the hold-out", code="parity")
    if not len(own):
        return 0.0
    expected = trial.sigmoid.answer(own.column("margin").to_numpy())
    worst = float(np.abs(model.answers(as_batch(place.held.table)) - expected).max())
    if not worst <= PARITY:
        raise ChalandError(f"the ONNX file of {name} differs from the cluster's model by {worst:.2g}", code="parity")
    return worst


def _form(arrays: Arrays) -> Linear | Trees:
    if "weights" in arrays:
        return Linear(np.asarray(arrays["weights"], np.float64), float(arrays["intercept"][0]))
    return Trees(**{**arrays, "threshold": rounded_down(np.asarray(arrays["threshold"], np.float64))})


def _leaves(trees: Trees, design: Floats) -> Doubles:
    """The sum of the leaves that each row falls into."""
    total = np.zeros(len(design))
    first = np.flatnonzero(trees.node == 0)
    for start in first.tolist():
        at, rows = np.full(len(design), start, np.intp), np.arange(len(design))
        while len(rows):
            inner = trees.feature[at[rows]] >= 0
            rows = rows[inner]
            here = at[rows]
            goes = design[rows, trees.feature[here]] <= trees.threshold[here]
            at[rows] = start + np.where(goes, trees.yes[here], trees.no[here])
        total += trees.value[at]
    return total


def _named(name: str) -> str:
    if name not in TRIES:
        raise SpecError(f"there is no algorithm called {name!r}", next=nearest(name, TRIES))
    return name
