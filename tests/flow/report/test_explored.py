"""The page of an exploration: every part of the facts is on it, in words."""

from __future__ import annotations

from typing import Any

import pytest

from chaland.flow.report.explored import Explored, render
from chaland.flow.report.words import Names, Words
from chaland.spec import Project

PROJECT = Project.model_validate(
    {
        "name": "p",
        "tables": {"people": {"role": "customers", "source": {"kind": "csv", "path": "x"}, "columns": {"age": {"type": "int"}, "born": {"type": "date"}, "plan": {}, "left": {"type": "bool"}}}},
    }
)  # fmt: skip
BINS = [{"from": float(place), "to": place + 1.0, "rows": place} for place in range(3)]
QUANTILES = {"min": 0.0, "q5": 0.0, "q25": 1.0, "q50": 1.5, "q75": 2.0, "q95": 3.0, "max": 3.0, "mean": 1.5, "deviation": 1.0, "far": 2, "bins": BINS, "beyond": 4}  # fmt: skip
LEVELS = [{"level": "<card>", "rows": 9, "q5": 0.0, "q25": 1.0, "q50": 1.5, "q75": 2.0, "q95": 3.0}]
TOLD: dict[str, Any] = {
    "rows": 20,
    "looked_at": 10,
    "hidden": ["id"],
    "columns": [
        {"name": "age", "kind": "number", "there": 9, "gaps": 1, "distinct": 3} | QUANTILES,
        {"name": "born", "kind": "number", "there": 10, "gaps": 0, "distinct": 3} | QUANTILES,
        {"name": "plan", "kind": "word", "there": 10, "gaps": 0, "distinct": 2, "values": [{"value": "<card>", "rows": 9}], "others": 1},
        {"name": "left", "kind": "word", "there": 0, "gaps": 10, "distinct": 0, "values": [], "others": 0},
    ],
    "pairs": [{"a": "age", "b": "plan", "how": "ratio", "value": 0.8}, {"a": "age", "b": "born", "how": "pearson", "value": -0.5}],
    "boxes": [{"number": "age", "word": "plan", "value": 0.8, "levels": LEVELS}],
    "answers": {"leaving": {"column": "left", "with": [{"name": "plan", "how": "cramer", "value": 0.4, "shares": [{"level": "<card>", "rows": 8, "answers": {"true": 2, "false": 6}}]}, {"name": "age", "how": "ratio", "value": 0.1, "boxes": LEVELS, "number": "age"}]}},
}  # fmt: skip


def view(lang: str = "en") -> Any:
    words = Words(lang)
    return Explored(words, Names(PROJECT, words), "people").view(TOLD)


def test_days_are_written_as_dates_and_gaps_as_shares() -> None:
    rows = {str(row[0]).split("<")[0]: list(row[1:]) for row in view().columns.rows}
    assert rows["Age"] == ["number", "10.0%", "3", "1.50 (1 to 2)", "2"]
    assert rows["Born"] == ["time", "0", "3", "1970-01-02 (1970-01-02 to 1970-01-03)", "2"]
    assert rows["Plan"] == ["words", "0", "2", "most often: <card> (90%)", ""]


def test_a_part_that_was_drawn_and_columns_not_looked_at_are_told() -> None:
    assert "10 of 20 rows" in view().said[0]
    assert "Id" in view().said[1]


def test_a_column_without_a_value_is_listed_and_not_drawn() -> None:
    assert [one.title for one in view().spread] == ["Age", "Born", "Plan"]


def test_what_goes_with_an_answer_is_listed_and_drawn() -> None:
    [answer] = view().answers
    assert [list(row) for row in answer.grid.rows] == [
        ["Plan", "Cramér's V (0 to 1)", "0.40"],
        ["Age", "correlation ratio (0 to 1)", "0.10"],
    ]
    assert ["25.0%" in answer.figures[0].svg, answer.figures[1].title] == [True, "Age by Left"]


@pytest.mark.parametrize(("lang", "words"), [("en", "What goes with what"), ("fr", "Ce qui va avec quoi")])
def test_the_page_is_whole_in_both_languages_and_escaped(lang: str, words: str) -> None:
    page = render({"people": TOLD}, PROJECT, lang, "r1")
    assert words in page
    assert "<card>" not in page


def test_an_empty_table_says_so() -> None:
    empty = {"rows": 0, "looked_at": 0, "hidden": [], "columns": [], "pairs": [], "boxes": [], "answers": {}}
    assert "There is no row." in render({"people": empty}, PROJECT, "en", "r1")
