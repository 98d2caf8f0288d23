"""Laws of the table of what was measured on later days."""

from chaland.flow.report import ahead
from tests.flow.report.sample import EN, FR

PAIR = {
    "learned_at": "2011-06-13",
    "measured_at": "2011-09-11",
    "rows": 3370,
    "metrics": {"roc_auc": {"value": 0.7425, "low": 0.726, "high": 0.759}},
    "baseline": {"name": "recency", "metrics": {"roc_auc": {"value": 0.6834, "low": 0.66, "high": 0.7}}},
    "baselines": [
        {"name": "majority", "metrics": {"roc_auc": {"value": 0.5, "low": 0.5, "high": 0.5}}},
        {"name": "recency", "metrics": {"roc_auc": {"value": 0.6834, "low": 0.66, "high": 0.7}}},
    ],
}
TOLD = {"kept": "gradient_boosting", "rows": 3370, "stands_at": "2011-09-11", "forward": [PAIR]}


def called(name: str | None) -> str:
    return f"<{name}>"


def test_each_pair_of_days_has_a_row_with_every_baseline():
    grid = ahead.grid([PAIR], "roc_auc", called, EN.words)
    assert grid.head[3:] == ["<majority>", "<recency>"]
    [row] = grid.rows
    assert row[:2] == ["learnt as of 13 June 2011, measured as of 11 September 2011", "3,370"]
    assert "0.743" in row[2] or "0.742" in row[2]
    assert "0.726" in row[2]
    assert row[3:] == ["0.500", "0.683"]


def test_nothing_measured_ahead_is_no_table():
    assert ahead.grid([], "roc_auc", called, EN.words) is None
    assert ahead.learnt({**TOLD, "forward": []}, EN.words) == ""
    assert ahead.learnt({**TOLD, "kept": None}, EN.words) == ""


def test_the_days_are_told_in_words():
    assert ahead.learnt(TOLD, EN.words).startswith("Learnt from 3,370 customers as of 11 September 2011.")
    assert "interrogé sur" in ahead.learnt(TOLD, FR.words)
