"""AUC and seconds of chaland's selection beside an AutoML library that is given fifty times as long (goal: within .002 AUC).

The rival is FLAML, in a virtual environment of its own under .cache/automl, made here. Both learn from the same rows, both are judged on
the same held-out rows, and the rival is given every feature. It tunes for ROC AUC itself, on two cores; chaland competes by the metric
its project file names. Run: python -m bench.automl [bigml] [ibm] [simulated]. The real files are taken from CHALAND_DATA.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow.parquet

from bench import measure, rivals
from chaland import reading
from chaland.flow.home import Home
from chaland.flow.run import Asked, opened, perform
from chaland.flow.steps.train import training_set
from chaland.learn import selection
from chaland.learn.dataset import TrainingSet
from chaland.simulate import telco

HOUSE = Path(__file__).parent.parent
RIVAL = ("FLAML[automl]==2.7.0", "lightgbm==4.7.0", "scikit-learn==1.9.1", "xgboost==2.1.4", "pandas==3.1.1", "pyarrow==25.0.1")
TIMES = 50
THREADS = 2
GOAL = 0.002
RESAMPLES = 2_000
SIMULATED_ROWS = 4_000
SECRET = "bench-automl-" + "0" * 32  # the same customers are held out on every machine
SETS = {"bigml": "telco", "ibm": "telco_ibm", "simulated": "telco"}
SEARCH = """
import json, os, sys, time
from pathlib import Path
import numpy as np, pandas as pd
from flaml import AutoML
folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
learn, held = pd.read_parquet(folder / "learn.parquet"), pd.read_parquet(folder / "held.parquet")
truth = learn.pop("answer").astype(int)
words = [name for name in learn if not pd.api.types.is_numeric_dtype(learn[name])]
for table in (learn, held):
    table[words] = table[words].astype(object).fillna("").astype("category")
start = time.perf_counter()
search = AutoML()
search.fit(learn, truth, task="classification", metric="roc_auc", time_budget=seconds, n_jobs=2, seed=0, verbose=0,
           log_file_name=str(folder / "trials"), log_type="all")
taken = time.perf_counter() - start
np.save(folder / "told.npy", search.predict_proba(held)[:, 1])
trials = [json.loads(line) for line in (folder / "trials").read_text().splitlines()]
trials = [one for one in trials if "learner" in one]
print(json.dumps({"seconds": taken, "trials": len(trials), "learners": sorted({one["learner"] for one in trials}),
                  "best": search.best_estimator, "judged": search._state.eval_method, "inner": 1 - search.best_loss}))
"""


@dataclass(frozen=True)
class Side:
    """One side's answers on the held-out rows, the seconds it took, its peak memory, and what it says of itself."""

    told: np.ndarray
    seconds: float
    peak_mib: float
    said: str


def main(asked: Sequence[str] = (), times: float = TIMES) -> None:
    """Print AUC, seconds, and the difference with its interval, for each data set."""
    real = "CHALAND_DATA" in os.environ
    if not real:
        print("CHALAND_DATA is not set: made-up customers only")
    os.environ.setdefault("CHALAND_SECRET", SECRET)
    python = rivals.environment("automl", RIVAL)
    for name in asked or SETS:
        if real or name == "simulated":
            _compare(name, python, times)


def _compare(name: str, python: Path, times: float) -> None:
    with tempfile.TemporaryDirectory(prefix="chaland-bench-") as folder:
        data, metric = _training_set(name, Path(folder))
        learn, held = data.split()
        load = os.getloadavg()[0]
        ours = _chaland(data, metric)
        theirs = _flaml(learn, held, python, Path(folder), times * ours.seconds)
    truth = held.positives()
    _check(ours, theirs, truth)
    low, high = _interval(ours.told, theirs.told, truth)
    ahead = auc(ours.told, truth) - auc(theirs.told, truth)
    print(f"{name}: {learn.rows:,} rows to learn from, {held.rows:,} held out, {len(data.features)} features; load at the start {load:.1f}")
    for who, side in (("chaland", ours), ("FLAML", theirs)):
        print(f"  {who:<8} AUC {auc(side.told, truth):.4f} {side.seconds:8.1f} s {side.peak_mib:6.0f} MiB   {side.said}")
    print(f"  chaland ahead by {ahead:+.4f} (goal ≥ -{GOAL}): {_verdict(ahead, low, high)}")
    print(f"  time {theirs.seconds / ours.seconds:.0f} to 1", flush=True)


def _verdict(ahead: float, low: float, high: float) -> str:
    met = "met" if ahead >= -GOAL else "missed"
    return f"{met}; 95 % paired bootstrap {low:+.4f} to {high:+.4f}, {'these rows cannot tell them apart' if low <= 0 <= high else 'the difference is real on these rows'}"


def _check(ours: Side, theirs: Side, truth: np.ndarray) -> None:
    """Both answered every row with a probability, and our AUC is scikit-learn's."""
    from sklearn.metrics import roc_auc_score

    for side in (ours, theirs):
        assert side.told.shape == truth.shape
        assert np.all((side.told >= 0) & (side.told <= 1))
        assert abs(auc(side.told, truth) - roc_auc_score(truth, side.told)) < 1e-12
        assert auc(side.told, truth) > 0.6


def _chaland(data: TrainingSet, metric: str) -> Side:
    """The selection as the train step runs it; the libraries are loaded before the clock starts, as the rival's are."""
    few = data.take(np.arange(0, data.rows, 4))
    names = ["logistic_regression", "random_forest", "gradient_boosting"]
    selection.run(few, names, metric, 2, 0, THREADS)
    start = perf_counter()
    chosen = selection.run(data, names, metric, 5, 0, THREADS)
    seconds = perf_counter() - start
    assert chosen.best is not None, "nothing beat the majority"
    told = chosen.best.probability(selection.as_batch(data.split()[1].table))
    inner = next(one for one in chosen.candidates if one.name == chosen.kept).metrics["roc_auc"].value
    return Side(told, seconds, measure.own_peak_mib(), f"{chosen.kept}, by {metric}; cross-validated AUC {inner:.4f}")


def _flaml(learn: TrainingSet, held: TrainingSet, python: Path, folder: Path, seconds: float) -> Side:
    pyarrow.parquet.write_table(learn.table.append_column("answer", learn.target), folder / "learn.parquet")
    pyarrow.parquet.write_table(held.table, folder / "held.parquet")
    measured = measure.command([str(python), "-W", "ignore", "-c", SEARCH, str(folder), str(seconds)])
    said = json.loads(measured.printed.strip().splitlines()[-1])
    words = f"{said['best']} of {', '.join(said['learners'])}; {said['trials']} trials; AUC by {said['judged']} {said['inner']:.4f}"
    return Side(np.load(folder / "told.npy"), said["seconds"], measured.peak_mib, words)


def _training_set(name: str, folder: Path) -> tuple[TrainingSet, str]:
    """The customers as the shipped project's train step is handed them, and the metric the project competes by."""
    project = reading.read_project(HOUSE / "projects" / f"{SETS[name]}.toml")
    with opened(project, reading.read_site(None), Home(folder / "home", project.name), Asked(_files(name, folder))) as run:
        list(perform(run, ["ingest", "prepare", "features"]))
        question = project.predict["churn"]
        return training_set(run, question)[0], question.metric


def _files(name: str, folder: Path) -> Path:
    if name != "simulated":
        return Path(os.environ["CHALAND_DATA"]) / "telco" / name
    telco.simulate(SIMULATED_ROWS, 7, folder / "files")
    return folder / "files"


def auc(told: np.ndarray, truth: np.ndarray) -> float:
    """Area under the ROC curve: the share of pairs in the right order, ties half (Mann and Whitney 1947)."""
    _, place, count = np.unique(told, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    positives = int(truth.sum())
    return float((rank[truth].sum() - positives * (positives + 1) / 2) / (positives * (len(truth) - positives)))


def _interval(ours: np.ndarray, theirs: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """95 % bootstrap of the difference, both sides judged on the same draws."""
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLES):
        rows = rng.integers(0, len(truth), len(truth))
        if 0 < truth[rows].sum() < len(rows):
            drawn.append(auc(ours[rows], truth[rows]) - auc(theirs[rows], truth[rows]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


if __name__ == "__main__":
    main(sys.argv[1:])
