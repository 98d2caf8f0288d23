"""The days between purchases."""

from typing import Any

import pytest

from chaland.conformance.features import FeatureConformance
from chaland.features import tempo
from chaland.history import History


class TestTempo(FeatureConformance):
    module = tempo
    options = tempo.Options(kind="tempo", by="who")


def told(past: History, **words: Any) -> list[dict[str, Any]]:
    rows = tempo.compute(past, tempo.Options(kind="tempo", by="who", **words), "id").order_by("id").to_pyarrow().to_pylist()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_gaps_are_counted_between_different_days(past: History) -> None:
    ada = told(past)[0]
    assert (ada["buying_days"], ada["gap_mean"], ada["gap_median"]) == (3.0, 90.5, 90.5)
    assert ada["gap_spread"] == pytest.approx(57.27564927611035)
    assert (ada["gap_last"], ada["overdue"]) == (50 / 90.5, 1 / 90.5)


def test_one_day_has_no_gap(past: History) -> None:
    none = dict.fromkeys(["gap_mean", "gap_median", "gap_spread", "gap_last", "overdue"])
    assert told(past)[1:] == [{"buying_days": 1.0} | none, {"buying_days": 0.0} | none]
