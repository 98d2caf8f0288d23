"""Groups made by rule are told as a rule and drawn as a grid, in both languages."""

import pytest

from chaland.flow.report import by_rule
from chaland.flow.report.groups import Groups
from chaland.flow.report.words import Names, Words
from tests.flow.report.sample import PROJECT

TOLD = {
    "method": "rfm",
    "k": 2,
    "cuts": {"recency": [3.0, 9.0, 20.0, 80.0], "frequency": [1.0, 1.0, 2.0, 4.0], "total": [10.0, 20.0, 40.5, 90.0]},
    "grid": [
        {"recency": 5, "mean": 5, "group": 1, "customers": 40, "money": 900.0},
        {"recency": 1, "mean": 1, "group": 11, "customers": 10, "money": 50.0},
    ],
    "agreement": {"habits": 0.42},
}


@pytest.mark.parametrize(("lang", "word"), [("en", "made by rule"), ("fr", "faits par règle")])
def test_the_rule_its_cuts_and_the_agreement_are_told(lang: str, word: str) -> None:
    words = Words(lang)
    told = " ".join(by_rule.said(TOLD, words, Names(PROJECT, words)))
    assert word in told
    assert "3, 9" in told.replace("9,0", "9")
    assert words.decimal(0.42, 2) in told


def test_each_cell_of_the_grid_says_its_group_and_its_customers() -> None:
    words = Words("en")
    view = Groups(words, Names(PROJECT, words))
    figure = view.grid(TOLD)
    assert figure
    assert figure.data
    assert [row[0] for row in figure.data.rows] == ["1 · Champions", "11 · Lost"]
    assert "1: 40" in figure.svg
    assert "recency 5" in figure.svg


def test_groups_that_are_found_have_no_grid() -> None:
    words = Words("en")
    assert by_rule.figure({"grid": []}, {}, words) is None
    assert by_rule.said({}, words, Names(PROJECT, words)) == []
