"""Laws of the questions section: what is said follows from the numbers."""

from __future__ import annotations

import pytest

from chaland.flow.report.questions import Questions, binary, value
from tests.flow.report.sample import BY_GROUP, EN, FR, IMPORTANCE, PLOTS, QUESTION

ASKED = Questions(EN.words, EN)
NONE = {**QUESTION, "kept": None, "model": None}


def test_precision_and_recall_are_told_out_of_a_hundred():
    assert [one.number for one in ASKED.plain("churn", QUESTION)] == ["89", "77"]


def test_chance_is_the_share_of_those_that_are():
    assert "Chosen at random it would be 14." in ASKED.plain("churn", QUESTION)[0].behind


def test_a_model_that_flags_nobody_has_no_precision():
    nobody = {**QUESTION, "holdout": {**QUESTION["holdout"], "confusion": [[572, 0], [95, 0]]}}
    assert [one.number for one in ASKED.plain("churn", nobody)] == ["–", "0"]


def test_where_nothing_beat_the_baseline_nothing_is_praised():
    view = ASKED.view("churn", NONE, {"plots": PLOTS})
    assert "Not predictable" in view.verdict
    assert (view.plain, view.figures, view.how) == ([], [], [])
    assert (view.holdout, view.confusion, view.by_group) == (None, None, None)
    assert len(view.candidates.rows) == 3


def test_the_verdict_names_both_numbers():
    assert (
        ASKED.verdict("churn", QUESTION) == "Gradient boosting beats the baseline: average precision 0.860 against 0.145 (cross-validated)."
    )


def test_the_verdict_needs_no_numbers_to_be_said():
    assert ASKED.verdict("churn", {"kept": "random_forest"}) == "Random forest beats the baseline."


def test_the_kept_candidate_is_marked_and_the_baseline_comes_last():
    grid = ASKED.candidates("churn", QUESTION)
    assert grid.marked == {1}
    assert grid.rows[-1][0] == "Baseline: always the most frequent answer"


def test_every_row_of_candidates_is_as_long_as_the_head():
    grid = ASKED.candidates("churn", QUESTION)
    assert {len(row) for row in grid.rows} == {len(grid.head)}


def test_a_metric_that_is_not_defined_is_a_dash():
    one = {"name": "random_forest", "metrics": {"average_precision": {"value": None, "low": None, "high": None}}, "seconds": 1.0}
    assert ASKED.candidates("churn", {**QUESTION, "candidates": [one]}).rows[0][1] == "–"


def test_rows_of_the_confusion_are_the_truth():
    rows = ASKED.confusion(QUESTION).rows
    assert rows[1][0] == "really: yes"
    assert [("22" in rows[1][1], "wrong" in rows[1][1]), ("73" in rows[1][2], "right" in rows[1][2])] == [(True, True), (True, True)]


def test_several_answers_have_a_confusion_but_no_precision_in_words():
    several = {**QUESTION, "holdout": {"rows": 3, "confusion": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "labels": ["a", "b", "c"], "metrics": {}}}
    assert len(ASKED.confusion(several).rows) == 3
    assert (binary(several), ASKED.plain("churn", several)) == (None, [])


def test_the_feature_that_is_leant_on_most_comes_first_by_its_title():
    assert [row[0] for row in ASKED.importance(IMPORTANCE).rows] == ["Day minutes", "Plan"]


def test_customers_learnt_from_are_those_not_held_out():
    assert ASKED.learnt(QUESTION).startswith("Learnt from 2,600 customers and measured once on 667 others")


def test_errors_are_shown_per_group_of_a_sensitive_column():
    counts = ["51<small>13.9%</small>", "44<small>12.0%</small>"]
    assert ASKED.by_group(BY_GROUP).rows[1] == ["Gender: M", "367", *counts, "–", "0.80<small>0.68 to 0.89; only 51 customers</small>"]


def test_a_group_without_a_word_is_named():
    assert ASKED.by_group([{**BY_GROUP[0], "group": ""}]).rows[0][0] == "Gender: not told"


@pytest.mark.parametrize(
    ("days", "said"),
    [(12, "The data were 12 days old then."), (1, "The data were a day old then."), (None, "No column tells how old the data are.")],
)
def test_the_day_of_training_and_the_age_of_the_data_are_told(days, said):
    told = {**QUESTION, "trained": "2026-11-21", "days_old": days}
    assert ASKED.how(told)[0] == f"Trained on 21 November 2026. {said}"


def test_a_value_is_read_bare_or_with_its_interval():
    assert (value({"metrics": {"f1": 0.5}}, "f1"), value({"metrics": {"f1": {"value": 0.4}}}, "f1"), value(None, "f1")) == (0.5, 0.4, None)


def test_french_says_it_in_french():
    assert "bat la référence" in Questions(FR.words, FR).verdict("churn", QUESTION)
