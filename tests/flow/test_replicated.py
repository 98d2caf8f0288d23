"""Groups that are there come again: in each fifth of the customers, and in the next month."""

from __future__ import annotations

from tests.flow.conftest import Ran


def test_planted_groups_come_again_in_each_fold(clicked: Ran) -> None:
    folds = clicked.document["segments"]["habits"]["validation"]["folds"]
    assert len(folds["each"]) == 5
    assert folds["agreement"] > 0.8


def test_planted_groups_come_again_in_the_next_month(clicked: Ran) -> None:
    [month] = clicked.document["segments"]["habits"]["validation"]["months"]["each"]
    assert (month["learned_in"], month["applied_to"]) == ("2024-01", "2024-02")
    assert month["agreement"] > 0.6
    assert month["stayed"]["same"] > 0.8


def test_the_report_tells_how_settled_they_are_and_that_they_come_again(clicked: Ran) -> None:
    from pathlib import Path

    page = Path(clicked.document["files"]["report"]).read_text()
    assert "How fast a profile settles" in page
    assert "From one month to the next" in page
