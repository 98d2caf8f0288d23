"""Laws of the model card."""

from __future__ import annotations

import pytest

from chaland.flow import card
from tests.flow.report.sample import BY_GROUP, IMPORTANCE, PROJECT, QUESTION

TOLD = {**QUESTION, "importance": IMPORTANCE, "by_group": BY_GROUP}


def test_the_card_tells_every_metric_with_its_interval():
    text = card.render("churn", TOLD, PROJECT)
    assert all(f"| {metric} | 0.900 | 0.880 to 0.920 |" in text for metric in QUESTION["holdout"]["metrics"])


def test_the_card_tells_data_limits_and_what_is_never_a_feature():
    text = card.render("churn", TOLD, PROJECT)
    assert [
        word in text
        for word in ("## Data", "## Limits", "customers: 3267, of which 667 were held out", "never features: Gender", "threshold: 0.31")
    ] == [True] * 5


def test_errors_are_told_per_group_of_a_sensitive_column():
    text = card.render("churn", TOLD, PROJECT)
    assert "| Gender | M | 367 | 0.140 | 0.120 | 0.950 | – | 0.800 | – | 0.040 |" in text


@pytest.mark.parametrize(
    "missing", ["holdout", "candidates", "baseline", "importance", "threshold", "by_group", "parity", "warnings", "notes", "task", "rows"]
)
def test_any_fact_may_be_missing(missing):
    told = {key: value for key, value in TOLD.items() if key != missing}
    assert card.render("churn", told, PROJECT).startswith("# Model card: churn (telco)")


def test_text_from_files_cannot_break_a_table_or_start_a_tag():
    told = {**TOLD, "warnings": [{"code": "constant", "said": "a|b <script>\nnext"}]}
    text = card.render("churn", told, PROJECT)
    assert "- constant: a\\|b &lt;script> next" in text


def test_the_same_facts_give_the_same_card():
    assert card.render("churn", TOLD, PROJECT) == card.render("churn", TOLD, PROJECT)
