"""The section of lifetime value says what was found, in both languages, and what was not."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from chaland.flow.report import lifetime
from chaland.flow.report.remarks import sentence
from chaland.flow.report.texts_lifetime import FRENCH
from tests.flow.report.sample import EN, FR


def figure(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1}


METRICS = {name: figure(0.9) for name in ("mae", "rmse", "scaled_rmse", "bias", "ratio")}
MEASURED = {"purchases": METRICS, "value": METRICS | {"top_tenth": figure(0.5), "covered": figure(0.94)}}
RIVALS = [{"name": name, "metrics": {"purchases": METRICS, "value": METRICS}} for name in ("recency", "own_rate", "again", "nobody")]
GROUPS = [
    {"repeats": n, "or_more": n == 7, "customers": 9, "expected_purchases": n * 1.0, "observed_purchases": figure(n), "expected_value": n * 20.0, "observed_value": figure(n * 19)}
    for n in (0, 1, 7)
]  # fmt: skip
AGAINST = {rival["name"]: figure(-0.2) for rival in RIVALS}
TOLD: dict[str, Any] = {
    "customers": 4338, "returned": 2790, "horizon_days": 90, "unit": "day", "kept": {"purchases": True, "value": False}, "why": {"purchases": None, "value": "recency"},
    "parameters": {"purchases": {"r": figure(0.8), "a": {"value": 1e-4, "low": 0.0, "high": None}}}, "against": {"purchases": AGAINST, "value": AGAINST},
    "totals": {"purchases": {"value": 4643.5, "low": 4476.9, "high": 4810.1}, "value": {"value": None, "low": None, "high": None}, "alive": 4333.0},
    "heuristic": {"purchases": 4162.2, "value": 2_185_372.4},
    "forward": [{"learned_at": "2011-09-11", "measured_until": "2011-12-10", "customers": 3370, "metrics": MEASURED, "baselines": RIVALS, "groups": GROUPS}],
}  # fmt: skip


def test_what_is_kept_is_told_with_its_interval_and_what_is_not_by_the_rule() -> None:
    shown = lifetime.view("value", TOLD, EN.words, EN)
    assert [one.number for one in shown.told] == ["4,644", "2,185,372", "4,333"]
    assert shown.told[0].behind == "4,477 to 4,810, if the model is right; by the recency heuristic 4,162"
    said = " ".join(shown.said)
    assert "beats the recency heuristic" in said
    assert "did not surely beat the recency heuristic" in said
    assert "95 of 100 cases" not in said


def test_a_picture_shows_expected_against_observed_with_its_numbers() -> None:
    first, second = lifetime.view("value", TOLD, FR.words, FR).figures
    assert (first.title, second.title) == ("Achats, attendus et observés", "Montant, attendu et observé")
    assert first.data is not None
    assert [row[0] for row in first.data.rows] == ["0", "1", "7+"]
    assert first.svg.count("<polyline") == 2


def test_the_model_stands_beside_every_rival() -> None:
    bought, paid, parameters = lifetime.view("value", TOLD, EN.words, EN).grids
    assert [str(row[0]) for row in bought.rows] == [
        *("The model", "the recency heuristic", "everybody's own rate", "the last days once more", "nobody buys")
    ]
    assert (bought.marked, paid.marked) == (frozenset({0}), frozenset())
    assert len(paid.head) == 8
    assert "–" in str(parameters.rows[1][2])


@pytest.mark.parametrize("why", ["unmeasured", "few_returns", "few_paid", "histories"])
def test_why_nothing_is_foretold_is_said(why: str) -> None:
    told = deepcopy(TOLD) | {
        "why": {"purchases": why, "value": why},
        "kept": {"purchases": False, "value": False},
        "forward": [],
        "against": {},
    }
    told |= {"parameters": {}, "totals": {"purchases": {"value": None, "low": None, "high": None}, "value": {"value": None}, "alive": None}}
    for names in (EN, FR):
        shown = lifetime.view("value", told, names.words, names)
        assert names.words(f"lifetime.why.{why}") in shown.said
        assert (shown.figures, shown.grids, len(shown.told)) == ([], [], 2)


def test_without_money_nothing_is_said_of_it() -> None:
    told = deepcopy(TOLD) | {"why": {"purchases": None, "value": "no_money"}, "heuristic": {"purchases": 4162.2}}
    shown = lifetime.view("value", told, EN.words, EN)
    assert "Money" not in " ".join(shown.said)
    assert len(shown.told) == 2


def test_notes_are_said_in_french() -> None:
    said = "value: purchases are kept, but money is not surely foretold better than by the recency heuristic: no value is told"
    told = sentence(said, FR.words)
    assert "l'heuristique de récence" in told
    assert "money" not in told
    assert len(FRENCH) == 8
