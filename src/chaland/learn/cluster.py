"""Models fitted where the rows are, by an engine that can; chosen, measured, explained and exported here as the embedded ones.

All rows are fitted on. What is looked at here (leaks, medians and words of the preparation, calibration, threshold, metrics and their
intervals, importance) is looked at on a fair part of the customers, drawn by their keys, of at most `PART_ROWS`. One preparation, which
knows no answers, serves all folds, so that the design matrix is made once. No converter: what the engine learnt comes back as plain
arrays, and the graph is written as for the embedded models; then it must score the hold-out as the engine itself does (where nobody is
held out: some of the customers learnt from). Baselines, which lean on one number at most, are learnt here, from the part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from threadpoolctl import threadpool_limits

from chaland.errors import ChalandError, SpecError, nearest
from chaland.learn import compete, leaks, rare, tasks
from chaland.learn.algorithms import Algorithm, Fitted, Lesson, Linear, Trees, Try, rounded_down
from chaland.learn.compete import Course, Prepared, Trial
from chaland.learn.dataset import TrainingSet
from chaland.learn.designing import DESIGNED, HELD, LABEL, Designer, Taught, fold_of
from chaland.learn.encode import Doubles, Encoded, Floats, Preparation
from chaland.learn.folds import groups
from chaland.learn.leaks import Finding
from chaland.learn.metrics import Resamples
from chaland.learn.rare import OTHER
from chaland.learn.selection import BASELINES, Progress, Selection, _Arena, _baselines, _conclude, _silent, as_batch, difference
from chaland.learn.tasks import DECIDED_BY, Numbers, SeveralClasses, Task
from chaland.model import Model
from chaland.ports import Arrays, Engine, Fitter, Fitting, Learnt

PARITY = 1e-5
PART_ROWS = 200_000
PLACE, DIGITS, PSEUDONYM = 8, 8, 32
"""The part of a key that draws the fair part; the eight digits before it draw the hold-out."""
SIDE_BY_SIDE = 2
CHECKED_ROWS = 20_000
"""On how many customers learnt from the file is compared with the cluster's model, where nobody is held out."""
MOST_BOOSTED = 12
"""Beyond so many classes none is boosted against the rest: each costs as much as a question of its own."""
FOREST: Try = {"trees": 100, "depth": 8, "leaf": 3, "share": 0.4, "bins": 64}
BOOST: Try = {"rounds": 40, "depth": 4, "leaf": 20, "rate": 0.1, "share": 0.8, "rows": 0.9, "bins": 64}
TRIES: dict[str, dict[str, Try]] = {
    "binary": {"logistic_regression": {"C": 0.1}, "random_forest": FOREST, "gradient_boosting": BOOST},
    "multiclass": {
        "logistic_regression": {"C": 1.0},
        "random_forest": {**FOREST, "trees": 60, "share": 0.5},
        "gradient_boosting": {**BOOST, "rounds": 25, "rate": 0.15},
    },
    "regression": {"ridge": {"penalty": 0.03}, "random_forest": {**FOREST, "share": 0.5}, "gradient_boosting": {**BOOST, "rounds": 60}},
}
"""By task and algorithm, the one setting that is tried."""


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

    def answered(self, part: TrainingSet, aside: int) -> tuple[Customers, tuple[Finding, ...]]:
        """Those whose answer is one of the part's labels; other words are `other` where that is one of them, else left aside.

        `aside` is how many were left aside of the part already, and told.
        """
        if part.task != "multiclass":
            return self, ()
        answer = self.table[LABEL].cast("string")
        known = answer.isin(part.labels)
        if OTHER in part.labels:
            return replace(self, table=self.table.mutate(**{LABEL: known.ifelse(answer, OTHER)})), ()
        kept = self.table.filter(known)
        [counted] = kept.aggregate(rows=kept.count(), held=kept[HELD].sum()).to_pyarrow().to_pylist()
        lost = self.rows - int(counted["rows"])
        said = f"{lost} of {self.rows} customers have answers that are too rare to be learnt: left aside"
        found = (Finding("rare_classes", said),) if lost > aside else ()
        return replace(self, table=kept, rows=int(counted["rows"]), held=int(counted["held"] or 0)), found


def fair_share(rows: int, most: int = PART_ROWS) -> float:
    """The share of the keys that draws at most `most` of so many customers, chance (five deviations of it) included."""
    return 1.0 if rows <= most else (most - 5.0 * most**0.5) / rows


def in_part(key: ir.Column, share: float) -> ir.BooleanValue:
    """Whether a key belongs to the fair part."""
    if share >= 1.0:
        return key.notnull()
    return digits(key).substr(PLACE, DIGITS) < f"{int(share * 16**DIGITS):0{DIGITS}x}"


def digits(key: ir.Column) -> ir.StringValue:
    """The hex digits by which a key is drawn: its own where it is a pseudonym, else those of its hash."""
    text = key.cast("string")
    sealed = (text.length() >= PSEUDONYM) & text.re_search(f"^[0-9a-f]{{{DIGITS}}}")
    return sealed.ifelse(text, text.hexdigest("sha256"))


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
    names, known = [_named(name, part.task) for name in dict.fromkeys(candidates) if name not in BASELINES], tasks.metrics_of(part.task)
    if metric not in known:
        raise SpecError(f"there is no metric called {metric!r}", next=nearest(metric, known))
    before = part.rows
    part, folded = rare.folded(part, folds)
    customers, lost = customers.answered(part, before - part.rows)
    names, unboosted = _boosted(names, part)
    part.check(folds)
    looked = leaks.look(part, seed)
    usable = part.without(looked.left_out) if len(looked.left_out) < len(part.features) else part
    place = _Place.of(engine, customers, usable, folds, seed)
    try:
        with threadpool_limits(1, user_api="blas"):
            noted = _noted(looked, (*folded, *lost, *unboosted), part.rows, customers)
            return _competed(place, names, metric, noted, progress or _silent)
    finally:
        place.fitting.close()


def _noted(looked: leaks.Look, more: tuple[Finding, ...], part: int, customers: Customers) -> leaks.Look:
    return replace(looked, notes=(*looked.notes, *more, *notes(part, customers.rows, customers.rows - customers.held)))


def _boosted(names: list[str], part: TrainingSet) -> tuple[list[str], tuple[Finding, ...]]:
    """Who competes: without boosting where there are too many classes, and that it is left out."""
    many = part.task == "multiclass" and len(part.labels) > MOST_BOOSTED
    if not many or "gradient_boosting" not in names:
        return names, ()
    said = f"gradient_boosting is not fitted on the cluster for {len(part.labels)} answers, more than {MOST_BOOSTED}: left out"
    return [name for name in names if name != "gradient_boosting"], (Finding("not_on_cluster", said),)


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
        task = tasks.of(learn)
        designer = Designer(customers.key, learn.features, data.words, preparation, folds, seed, _taught(task))
        assert isinstance(engine, Fitter), "the step asks first"
        designed = engine.apply(_wanted(customers, learn, held), designer, DESIGNED)
        fitting = engine.fitting(designed, _scales(preparation, data), learn.task, max(task.classes, 2))
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
        return Algorithm(name, (TRIES[self.learn.task][name],), (0,), partial(self.fit, name))

    def arena(self, metric: str) -> _Arena:
        """What the competition runs in."""
        truth, group, task = self.learn.answers(), groups(self.data), tasks.of(self.learn)
        objective = metric if metric in DECIDED_BY else "f1"
        course = Course(self.data, truth, (fold_of(self.data, self.folds, self.seed),), objective, self.seed, SIDE_BY_SIDE, task)
        return _Arena(self.learn, self.held, metric, course, Resamples.of(group, self.seed), self.preparation)


def _wanted(customers: Customers, learn: TrainingSet, held: TrainingSet) -> ir.Table:
    """All to learn from, and of those held out the part that measures; where nobody is, some to learn from once more, to measure only."""
    table, key = customers.table, customers.table[customers.key]
    every = table.select(customers.key, *learn.table.column_names, LABEL, HELD)
    if held.rows:
        return every.filter(~table[HELD] | in_part(key, customers.share))
    share = min(customers.share, fair_share(customers.rows, CHECKED_ROWS))
    return every.union(every.filter(in_part(key, share)).mutate(**{HELD: True}))


def _taught(task: Task) -> Taught:
    """How the answers of a task are told to the engine."""
    if isinstance(task, Numbers):
        return Taught(mean=task.mean, unit=task.unit)
    return Taught(task.labels) if isinstance(task, SeveralClasses) else Taught()


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
    selection = _conclude(arena, _baselines(arena), trials, looked)
    say(f"kept: {selection.kept or 'none'}")
    return _checked(place, selection, {trial.algorithm.name: trial for trial in trials})


def _checked(place: _Place, selection: Selection, trials: dict[str, Trial]) -> Selection:
    """The selection with the cluster's numbers of rows; refused where any graph does not score the hold-out as the cluster does."""
    parity = {name: _parity(place, name, model, trials[name]) for name, model in selection.models.items()}
    for model in selection.models.values():
        model.provenance |= {"rows": place.customers.rows - place.customers.held, "measured_on": place.learn.rows, "fitted": "cluster"}
    return replace(selection, rows=place.customers.rows, parity=parity[selection.kept] if selection.kept else None)


def _parity(place: _Place, name: str, model: Model, trial: Trial) -> float:
    """The largest difference between the file and what the cluster says itself of those who only measure."""
    own, among = place.whole[name].measured(), place.held if place.held.rows else place.learn
    at = pc.index_in(own["key"].combine_chunks(), among.keys.cast(pa.string()))
    if at.null_count or (place.held.rows and len(own) != place.held.rows):
        raise ChalandError(f"the cluster measured {len(own)} other customers than the {among.rows} here", code="parity")
    if not len(own):
        return 0.0
    expected = trial.sigmoid.answer(np.array(own["margin"].to_pylist(), np.float64))
    worst = difference(model, as_batch(among.table.take(at)), expected, tasks.of(place.learn).unit)
    if not worst <= PARITY:
        raise ChalandError(f"the ONNX file of {name} differs from the cluster's model by {worst:.2g}", code="parity")
    return worst


def _form(arrays: Arrays) -> Linear | Trees:
    if "weights" in arrays:
        weights, intercept = (np.asarray(arrays[name], np.float64) for name in ("weights", "intercept"))
        return Linear(weights, float(intercept[0]) if weights.ndim == 1 else intercept)
    return Trees(**{**arrays, "threshold": rounded_down(np.asarray(arrays["threshold"], np.float64))})


def _leaves(trees: Trees, design: Floats) -> Doubles:
    """The sum of the leaves that each row falls into, one per class where there are several."""
    total = np.zeros((len(design), *trees.value.shape[1:]))
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


def _named(name: str, task: str) -> str:
    known = TRIES[task]
    if name not in known:
        raise SpecError(f"there is no algorithm called {name!r}", next=nearest(name, known))
    return name
