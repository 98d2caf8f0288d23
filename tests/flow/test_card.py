"""Laws of the model card."""

from __future__ import annotations

import pytest

from chaland.flow import card
from chaland.flow.report.words import Words
from tests.flow.report.sample import BY_GROUP, IMPORTANCE, PROJECT, QUESTION

TOLD = {**QUESTION, "importance": IMPORTANCE, "by_group": BY_GROUP}


def test_the_card_tells_every_metric_with_its_interval():
    text = card.render("churn", TOLD, PROJECT)
    words = Words("en")
    assert all(f"| {words(f'metric.{metric}')} | 0.900 | 0.880 to 0.920 |" in text for metric in QUESTION["holdout"]["metrics"])


def test_the_card_tells_data_limits_and_what_is_never_a_feature():
    text = card.render("churn", TOLD, PROJECT)
    assert [
        word in text
        for word in (
            "## Data",
            "## Limits",
            "customers whose answer is known: 3267, of which 667 were held out",
            "never features: Gender",
            "threshold: 0.31",
        )
    ] == [True] * 5


def test_errors_are_told_per_group_of_a_sensitive_column_with_counts_and_intervals():
    text = card.render("churn", TOLD, PROJECT)
    assert "| Gender | M | 367 | 51 (13.9%) | 44 (12.0%) | – | 0.800 (0.675 to 0.890) (few) | 0.950 | – | 0.040 |" in text


def test_a_share_of_many_is_not_called_few():
    many = {**BY_GROUP[0], "rows": 3000}
    text = card.render("churn", {**TOLD, "by_group": [many]}, PROJECT)
    assert "(few) |" not in text


MADE = {
    "as_of": "2026-11-20",
    "trained": "2026-11-21",
    "days_old": 1,
    "files": [{"table": "people", "file": "a.csv", "sha256": "0123456789abcdef", "rows": 3267}],
}


def test_the_card_tells_days_and_files():
    text = card.render("churn", {**TOLD, **MADE}, PROJECT)
    assert "- trained on 2026-11-21 (UTC), standing at 2026-11-20; the data were 1 days old then" in text
    assert "| People | a.csv | 3267 | 0123456789ab |" in text
    assert card.NO_DAYS not in text


def test_data_without_days_are_told_so():
    text = card.render("churn", {**TOLD, **MADE, "days_old": None}, PROJECT)
    assert "no column tells how old the data are" in text
    assert card.NO_DAYS in text


@pytest.mark.parametrize(("horizon", "told"), [(None, True), (30, False)])
def test_an_answer_without_a_horizon_is_a_limit(horizon, told):
    text = card.render("churn", {**TOLD, **MADE, "horizon_days": horizon}, PROJECT)
    assert (card.NO_HORIZON in text, "looking 30 days ahead" in text) == (told, not told)


def test_the_card_says_in_plain_words_how_good_the_model_is():
    text = card.render("churn", TOLD, PROJECT)
    assert "- 89 of 100 customers it flags really are «Churned». Chosen at random it would be 14." in text


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
