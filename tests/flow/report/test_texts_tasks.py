"""What is said where the answer is one of several words, or a number."""

from __future__ import annotations

import re

from chaland.flow.report.questions import Questions
from chaland.flow.report.texts_tasks import FRENCH, TASKS
from tests.flow.report.sample import EN, FR, QUESTION


def measured(**values: float) -> dict[str, dict[str, float]]:
    return {name: {"value": value, "low": value, "high": value} for name, value in values.items()}


WORDS = {
    **QUESTION,
    "task": "multiclass",
    "baseline": {"name": "majority", "metrics": measured(accuracy=0.5, log_loss=1.0)},
    "candidates": [{"name": "random_forest", "metrics": measured(accuracy=0.7, log_loss=0.8), "seconds": 1.0}],
    "kept": "random_forest",
    "holdout": {
        "rows": 60,
        "metrics": measured(accuracy=0.72, f1_macro=0.6),
        "confusion": [[10, 2], [3, 45]],
        "labels": ["court", "long"],
    },
}
NUMBER = {
    **QUESTION,
    "task": "regression",
    "baseline": {"name": "mean", "metrics": measured(mae=33.0)},
    "candidates": [{"name": "ridge", "metrics": measured(mae=12.0), "seconds": 1.0}],
    "kept": "ridge",
    "holdout": {"rows": 60, "metrics": measured(mae=12.5, r2=0.8, bias=-0.1), "confusion": [], "labels": []},
}


def test_of_several_words_it_is_told_how_many_of_a_hundred_are_right() -> None:
    [one] = Questions(EN.words, EN).plain("churn", WORDS)
    assert (one.number, "it would be 50" in one.behind) == ("72", True)


def test_of_numbers_it_is_told_how_far_off_they_are() -> None:
    [one] = Questions(FR.words, FR).plain("churn", NUMBER)
    assert one.number.startswith("12,5")
    assert "33" in one.behind


def test_every_metric_of_a_number_has_its_words_and_there_is_no_confusion() -> None:
    view = Questions(EN.words, EN).view("churn", NUMBER, {})
    assert view.holdout is not None
    assert len(view.holdout.rows) == 3
    assert (view.confusion, view.candidates.rows[-1][0] if view.candidates else "") == (None, "Baseline: the mean for everybody")


def test_groups_of_a_number_are_told_by_its_errors() -> None:
    grid = Questions(EN.words, EN).by_group([{"column": "sex", "group": "F", "rows": 40, "mae": 3.0, "bias": 0.1}])
    assert grid is not None
    assert len(grid.rows[0]) == len(grid.head)


def test_both_languages_are_there_and_every_pattern_reads() -> None:
    assert all(english and french for english, french in TASKS.values())
    assert all(re.compile(pattern).groups == len(set(re.findall(r"\{(\d)\}", french))) for pattern, french in FRENCH)
