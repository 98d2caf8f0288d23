"""Scoring: one row in process (p50, p99) and rows per second in batches, on one core, beside scikit-learn's own pipeline.

Run: python -m bench.scoring. Answers are checked before anything is timed. The customers are made up (tests/learn/people.py).
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.learn import selection
from chaland.learn.dataset import TrainingSet
from chaland.model import Model
from tests.learn.people import customers

ROWS = 3_000
ONCE = 3_000
MANY = 262_144


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
    _say(f"batches of 65,536, {MANY:,} rows, one core", "rows/s", "with reasons")
    for name, model in chosen.models.items():
        _batches(name, model, batch)


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


def _batches(name: str, model: Model, batch: pa.RecordBatch) -> None:
    many = selection.as_batch(pa.Table.from_batches([batch] * (MANY // batch.num_rows + 1)).slice(0, MANY))
    few = many.slice(0, 20_000)
    assert model.score(many).slice(0, batch.num_rows).equals(model.score(batch))
    told = model.contributions(batch).sum(axis=1) + model.signature.base
    assert np.abs(told - model.logit(batch)).max() < 1e-4
    plain = MANY / min(_seconds(lambda: model.score(many)) for _ in range(3))
    reasons = few.num_rows / min(_seconds(lambda: model.score(few, reasons=True)) for _ in range(2))
    _say(f"  {name}", f"{plain:,.0f}", f"{reasons:,.0f}")


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
    start = perf_counter_ns()
    call()
    return (perf_counter_ns() - start) / 1e9


def _points(taken: np.ndarray) -> tuple[str, str]:
    return f"{np.quantile(taken, 0.5):.1f}", f"{np.quantile(taken, 0.99):.1f}"


def _say(what: str, first: str, second: str) -> None:
    sys.stdout.write(f"{what:<60} {first:>12} {second:>14}\n")


if __name__ == "__main__":
    main()
