"""Scoring: one row in process (p50, p99) and rows per second in batches, on one core, beside scikit-learn's own pipeline.

Reasons stand beside LightGBM's own TreeSHAP (pred_contrib, C++, one thread too) on the same trees. Run: python -m bench.scoring. Answers are
checked before anything is timed. The customers are made up (tests/learn/people.py), and all different.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from time import perf_counter_ns, process_time_ns
from typing import Any

import numpy as np
import pyarrow as pa

from bench.measure import own_peak_mib
from chaland.learn import selection
from chaland.learn.algorithms import FittedBoosting, fit_boosting, named
from chaland.learn.calibrate import Sigmoid
from chaland.learn.compete import Course
from chaland.learn.dataset import TrainingSet
from chaland.learn.encode import Encoded, Floats, Preparation
from chaland.learn.export import Pipeline, to_onnx
from chaland.model import Model, ensemble
from chaland.reasons.trees import TreeReasons
from tests.learn.people import customers

ROWS = 3_000
ONCE = 3_000
MANY = 262_144
EXPLAINED = 65_536
FEW = 2_000


def main() -> None:
    """Print the figures."""
    data = customers(ROWS)
    chosen = selection.run(data, ["logistic_regression", "random_forest", "gradient_boosting"], "average_precision", 5, 0, 2)
    learn, held = data.split()
    batch = selection.as_batch(held.table)
    rival = _scikit_learn(learn)
    _say(f"one row, {ONCE} different rows, microseconds", "p50", "p99")
    for name, model in chosen.models.items():
        _one_row(name, model, batch, rival if name == "logistic_regression" else None)
    many = selection.as_batch(customers(MANY, 1).table)
    _say(f"{MANY:,} rows, {EXPLAINED:,} with reasons, one core", "rows/s", "with reasons")
    for name, model in chosen.models.items():
        _batches(name, model, many)
    _say(f"contributions alone, {EXPLAINED:,} rows, one core", "rows/s", "first call s")
    for name, model in chosen.models.items():
        _contributions(name, model, many.slice(0, EXPLAINED))
    _beside_lightgbm(learn)
    _say("peak memory of this benchmark, MiB", f"{own_peak_mib():,.0f}", "")


def _one_row(name: str, model: Model, batch: pa.RecordBatch, rival: Any) -> None:
    rows = [batch.slice(i % batch.num_rows, 1) for i in range(ONCE)]
    whole = model.score(batch).column("probability").to_numpy()
    alone = np.array([model.score(row).column("probability")[0].as_py() for row in rows])
    assert np.array_equal(alone, whole[np.arange(ONCE) % batch.num_rows])
    ours = _times(model.score, rows)
    model.score(rows[0])
    feeds = [model._plan.feed(row) for row in rows] if model._plan else []
    bare = _times(lambda feed: model._session.run(("probability",), feed), feeds)
    _say(f"  {name}: Model.score", *_points(ours))
    _say(f"  {name}: ONNX Runtime alone", *_points(bare))
    _say("    beyond ONNX Runtime", f"{np.median(ours) - np.median(bare):.1f}", "")
    if rival is not None:
        _beside(rival, rows, ours)


def _beside(rival: Any, rows: list[pa.RecordBatch], ours: np.ndarray) -> None:
    frames = [row.to_pandas() for row in rows[:300]]
    theirs = _times(rival.predict_proba, frames)
    _say("  scikit-learn pipeline (ColumnTransformer, logistic)", *_points(theirs))
    _say("    times slower than Model.score", f"{np.median(theirs) / np.median(ours):.0f}", "")


def _batches(name: str, model: Model, many: pa.RecordBatch) -> None:
    few = many.slice(0, EXPLAINED)
    assert model.score(many).slice(0, FEW).equals(model.score(many.slice(0, FEW)))
    assert model.score(few, reasons=True).select(["probability"]).equals(model.score(few).select(["probability"]))
    plain = MANY / min(_seconds(lambda: model.score(many)) for _ in range(3))
    reasons = EXPLAINED / min(_seconds(lambda: model.score(few, reasons=True)) for _ in range(3))
    _say(f"  {name}", f"{plain:,.0f}", f"{reasons:,.0f}")


def _contributions(name: str, model: Model, rows: pa.RecordBatch) -> None:
    told = model.contributions(rows).sum(axis=1) + model.signature.base
    assert np.abs(told - model.logit(rows)).max() < 1e-4
    fresh = Model.from_bytes(model.to_bytes())
    first = _seconds(lambda: fresh.contributions(rows.slice(0, 1)))
    taken = min(_seconds(lambda: model.contributions(rows)) for _ in range(3))
    _say(f"  {name}", f"{EXPLAINED / taken:,.0f}", f"{first:.2f}")


def _beside_lightgbm(learn: TrainingSet) -> None:
    """The same boosted trees in both, largest and smallest settings; both give the same contributions."""
    data = Encoded.of(learn.table, learn.features)
    preparation = Preparation.fit(data)
    design = preparation.design(data)
    course = Course(data, learn.positives(), (), "f1", 0, 1)
    many = np.ascontiguousarray(np.tile(design, (EXPLAINED // len(design) + 1, 1))[:EXPLAINED])
    _say(f"TreeSHAP of the same trees, {EXPLAINED:,} rows", "chaland", "LightGBM")
    for words in named("gradient_boosting").tries:
        booster = fit_boosting(course.lesson(design, course.truth, preparation), words)
        assert isinstance(booster, FittedBoosting)
        rounds = int(words["rounds"])
        graph, _ = to_onnx(Pipeline(preparation, data.words, booster.form(rounds), Sigmoid(1.0, 0.0)), data)
        used = sorted({column for column in booster.form(rounds).feature.tolist() if column >= 0})
        ours, theirs = _treeshap(TreeReasons.of(ensemble(graph), list(range(len(used))), len(used)), booster.booster, many, used)
        _say(f"  {rounds} trees of {words['leaves']} leaves, rows/s", f"{ours:,.0f}", f"{theirs:,.0f}")


def _treeshap(reasons: TreeReasons, booster: Any, rows: Floats, used: list[int]) -> tuple[float, float]:
    seen, few = np.ascontiguousarray(rows[:, used]), rows[:FEW]
    expected = booster.predict(few, pred_contrib=True, num_threads=1)[:, used]
    assert np.abs(reasons.contributions(seen[:FEW]) - expected).max() < 1e-4
    ours = len(seen) / min(_seconds(lambda: reasons.contributions(seen)) for _ in range(3))
    theirs = FEW / min(_seconds(lambda: booster.predict(few, pred_contrib=True, num_threads=1)) for _ in range(3))
    return ours, theirs


def _scikit_learn(learn: TrainingSet) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [one.name for one in learn.features if one.kind == "number"]
    words = [one.name for one in learn.features if one.kind == "word"]
    shaped = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            ("words", OneHotEncoder(handle_unknown="ignore"), words),
        ]
    )
    return make_pipeline(shaped, LogisticRegression(max_iter=1000)).fit(learn.table.to_pandas(), learn.positives())


def _times(call: Callable[[Any], Any], given: list[Any]) -> np.ndarray:
    """Microseconds of each call, after a warm-up; the collector rests."""
    for one in given[:200]:
        call(one)
    gc.disable()
    taken = np.empty(len(given))
    for i, one in enumerate(given):
        start = perf_counter_ns()
        call(one)
        taken[i] = perf_counter_ns() - start
    gc.enable()
    return taken / 1000


def _seconds(call: Callable[[], Any]) -> float:
    """Of processor time, all threads together: what a core does, whoever else is at work on the machine."""
    start = process_time_ns()
    call()
    return (process_time_ns() - start) / 1e9


def _points(taken: np.ndarray) -> tuple[str, str]:
    return f"{np.quantile(taken, 0.5):.1f}", f"{np.quantile(taken, 0.99):.1f}"


def _say(what: str, first: str, second: str) -> None:
    sys.stdout.write(f"{what:<60} {first:>12} {second:>14}\n")


if __name__ == "__main__":
    main()
