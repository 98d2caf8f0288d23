"""Training: the seconds of chaland's competition beside bare LightGBM and scikit-learn doing the very same fits.

Run: python -m bench.training. First the answers are checked: the bare fits must give the same margins. Both use two threads, one fit
each; they take turns, and the best of three counts. Set CHALAND_DATA to run on the real telco folder; otherwise the customers are made up.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, process_time

import lightgbm
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from bench.measure import own_peak_mib
from chaland.learn import compete, selection
from chaland.learn.algorithms import ALGORITHMS, Algorithm, Try
from chaland.learn.compete import Course
from chaland.learn.encode import Encoded, Floats, Preparation
from chaland.learn.folds import deal, groups
from tests.learn import telco
from tests.learn.people import customers

THREADS = 2
ROUNDS = 3
Arrays = tuple[Floats, np.ndarray, Preparation]


def main() -> None:
    """Print the figures."""
    learn, _ = (telco.bigml() if "CHALAND_DATA" in os.environ else customers(3_000)).split()
    data, truth = Encoded.of(learn.table, learn.features), learn.positives()
    folds = deal(truth, groups(data), 5, selection.repeats_for(len(truth)), 0)
    course = Course(data, truth, tuple(folds), "f1", 0, THREADS)
    _say(f"{learn.rows:,} rows, {len(folds)} x 5 folds", "chaland s", "bare s", "times", "cpu times")
    with threadpool_limits(1, user_api="blas"):
        prepared = course.prepared()
        for algorithm in ALGORITHMS:
            _check(algorithm, course, prepared)
            both = [(_ours(algorithm, course, prepared), _bare(algorithm, course, prepared)) for _ in range(ROUNDS)]
            (ours, ours_cpu), (bare, bare_cpu) = (np.min([pair[side] for pair in both], axis=0) for side in (0, 1))
            _say(f"  {algorithm.name}", f"{ours:.2f}", f"{bare:.2f}", f"{ours / bare:.2f}", f"{ours_cpu / bare_cpu:.2f}")
    _say("peak memory of this benchmark, MiB", f"{own_peak_mib():,.0f}")


def _check(algorithm: Algorithm, course: Course, prepared: compete.Prepared) -> None:
    preparation, design = prepared[0][0]
    outside = course.folds[0] != 0
    fitted = algorithm.fit(course.lesson(design[outside], course.truth[outside], preparation), algorithm.tries[0])
    ours = fitted.margin(design[~outside], algorithm.stages[-1])
    bare = FITS[algorithm.name]((design[outside], course.truth[outside], preparation), algorithm.tries[0], design[~outside])
    assert np.abs(ours - bare).max() < 1e-6, algorithm.name


def _ours(algorithm: Algorithm, course: Course, prepared: compete.Prepared) -> tuple[float, float]:
    """Seconds, by the clock and of processor time, of everything: fits, settings, calibration, thresholds."""
    start, busy = perf_counter(), process_time()
    compete.run(algorithm, course, prepared)
    return perf_counter() - start, process_time() - busy


def _bare(algorithm: Algorithm, course: Course, prepared: compete.Prepared) -> tuple[float, float]:
    """The fits and predictions alone, as many at once."""
    start, busy = perf_counter(), process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        running = []
        for fold, folds in zip(course.folds, prepared, strict=True):
            for number, (preparation, design) in enumerate(folds):
                outside = fold != number
                given = (design[outside], course.truth[outside], preparation)
                running += [pool.submit(FITS[algorithm.name], given, words, design[~outside]) for words in algorithm.tries]
        for one in running:
            one.result()
    return perf_counter() - start, process_time() - busy


def _logistic(given: Arrays, words: Try, guess: Floats) -> np.ndarray:
    design, truth, preparation = given
    count = len(preparation.medians)
    scale, shift = np.ones(design.shape[1]), np.zeros(design.shape[1])
    scale[:count], shift[:count] = preparation.scales, preparation.means
    model = LogisticRegression(C=words["C"], solver="newton-cholesky", tol=1e-8).fit((design - shift) / scale, truth)
    return model.decision_function((guess - shift) / scale)


def _forest(given: Arrays, words: Try, guess: Floats) -> np.ndarray:
    model = RandomForestClassifier(
        int(words["trees"]), max_depth=int(words["depth"]), min_samples_leaf=int(words["leaf"]), max_features=words["share"], random_state=0
    )
    return model.fit(given[0], given[1]).predict_proba(guess)[:, 1]


def _boosting(given: Arrays, words: Try, guess: Floats) -> np.ndarray:
    named = {"leaves": "num_leaves", "depth": "max_depth", "leaf": "min_data_in_leaf", "rate": "learning_rate"}
    named |= {"share": "feature_fraction", "rows": "bagging_fraction", "l2": "lambda_l2"}
    params = {named[name]: value for name, value in words.items() if name in named}
    params |= {
        "objective": "binary",
        "bagging_freq": 1,
        "seed": 0,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    rows = lightgbm.Dataset(given[0], given[1].astype(np.float32))
    return lightgbm.train(params, rows, int(words["rounds"])).predict(guess, raw_score=True, num_threads=1)


FITS = {"logistic_regression": _logistic, "random_forest": _forest, "gradient_boosting": _boosting}


def _say(what: str, *figures: str) -> None:
    sys.stdout.write(f"{what:<40}" + "".join(f"{figure:>12}" for figure in figures) + "\n")


if __name__ == "__main__":
    main()
