"""What a model leans on, how wrong it is per group, and what its inputs are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.learn.dataset import Feature, TrainingSet
from chaland.learn.metrics import SMALLER_IS_BETTER, Judged, Predictions, values
from chaland.learn.tasks import TWO, Task
from chaland.model import Model
from chaland.signature import Input

REPEATS = 5
MOST_ROWS = 20_000
MOST_GROUPS = 20
SMALLEST_GROUP = 30


def inputs(learnt: TrainingSet) -> tuple[Input, ...]:
    """The model's inputs, numbers first, with what is typical among the customers learnt from."""
    ordered = sorted(learnt.features, key=lambda feature: feature.kind != "number")
    return tuple(_input(feature, learnt.table.column(feature.name)) for feature in ordered)


@dataclass(frozen=True)
class _Bench:
    """A model with the rows it is tried on."""

    model: Model
    table: pa.Table
    truth: npt.NDArray[Any]
    metric: str
    task: Task

    def value(self, table: pa.Table) -> float:
        """The metric on this version of the rows, turned so that more is better."""
        answer = self.model.answers(table.combine_chunks().to_batches()[0])
        told = self.task.judged(answer, self.model.threshold, self.truth)
        value = float(told.measured(np.ones((1, len(self.truth))))[self.metric][0])
        return -abs(value) if self.metric in SMALLER_IS_BETTER else value

    def shuffled(self, name: str, rng: np.random.Generator) -> float:
        """The metric when one column is shuffled."""
        at = self.table.column_names.index(name)
        mixed = self.table.column(name).take(pa.array(rng.permutation(len(self.truth))))
        return self.value(self.table.set_column(at, self.table.schema.field(at), mixed))


def importance(model: Model, held: TrainingSet, metric: str, seed: int, task: Task = TWO) -> list[dict[str, Any]]:
    """How much worse the model gets in `metric` on the hold-out when one feature is shuffled (Breiman 2001), best first.

    Means of five shuffles with their standard deviation, in units of the metric; at most 20,000 rows.
    """
    truth = held.answers()
    if not held.rows or len(np.unique(truth)) < 2:
        return []
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(held.rows)[:MOST_ROWS])
    bench = _Bench(model, held.table.take(pa.array(rows)).combine_chunks(), truth[rows], metric, task)
    whole = bench.value(bench.table)
    told = [_drop(one, whole - np.array([bench.shuffled(one.name, rng) for _ in range(REPEATS)])) for one in model.signature.inputs]
    return sorted(told, key=lambda one: -one["value"])


def _drop(one: Input, drops: npt.NDArray[np.float64]) -> dict[str, Any]:
    titles = {"en": one.title_en, "fr": one.title_fr}
    return {"feature": one.name, "column": one.column, "title": titles, "value": float(drops.mean()), "deviation": float(drops.std())}


def by_group(told: Judged, held: TrainingSet) -> list[dict[str, Any]]:
    """For each column declared sensitive: rows, share of positives, and errors of each group of at least 30 rows of the hold-out.

    Several classes have their accuracy told, numbers their mean absolute error and bias.
    """
    if held.sensitive is None:
        return []
    found = []
    for name in held.sensitive.column_names:
        words = np.array(held.sensitive.column(name).cast(pa.string()).fill_null("").to_pylist(), dtype=object)
        groups, counts = np.unique(words.astype(str), return_counts=True)
        for group in groups[np.argsort(-counts, kind="stable")][:MOST_GROUPS]:
            inside = words == group
            if inside.sum() >= SMALLEST_GROUP:
                found.append({"column": name, "group": str(group), **_errors(told, inside)})
    return found


def _errors(told: Judged, inside: Any) -> dict[str, Any]:
    if not isinstance(told, Predictions):
        return {"rows": int(inside.sum()), **_other_errors(told, inside)}
    part = Predictions(told.probability[inside], told.decided[inside], told.truth[inside])
    measured = {name: float(found[0]) for name, found in values(part).items()}
    shown = {name: measured[name] for name in ("accuracy", "precision", "recall", "roc_auc", "brier")}
    plain = {name: None if np.isnan(value) else round(value, 6) for name, value in shown.items()}
    return {"rows": int(inside.sum()), "positives": float(part.truth.mean()), "told_positive": float(part.decided.mean()), **plain}


def _other_errors(told: Judged, inside: Any) -> dict[str, Any]:
    weights = inside.astype(np.float64)[None, :]
    measured = told.measured(weights)
    return {name: round(float(measured[name][0]), 6) for name in ("accuracy", "balanced_accuracy", "mae", "bias") if name in measured}


def _input(feature: Feature, column: pa.ChunkedArray) -> Input:
    typical, yes_no = (_median(column), _is_yes_no(column)) if feature.kind == "number" else (_commonest(column), False)
    return Input(feature.name, feature.kind, feature.column, feature.title_en, feature.title_fr, typical, yes_no)


def _median(column: pa.ChunkedArray) -> float | None:
    known = column.drop_null().to_numpy()
    known = known[~np.isnan(known)]
    return float(np.median(known)) if len(known) else None


def _is_yes_no(column: pa.ChunkedArray) -> bool:
    return bool(set(pc.unique(column.drop_null()).to_pylist()[:5]) <= {0.0, 1.0})


def _commonest(column: pa.ChunkedArray) -> str | None:
    known = column.drop_null()
    if not len(known):
        return None
    counts = pc.value_counts(known).to_pylist()
    return str(min(counts, key=lambda one: (-one["counts"], one["values"]))["values"])
