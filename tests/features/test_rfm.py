"""How long ago, how often, for how much."""

from typing import Any

from chaland.conformance.features import FeatureConformance
from chaland.features import rfm
from chaland.history import History


class TestRfm(FeatureConformance):
    module = rfm
    options = rfm.Options(kind="rfm", by="who")


def told(past: History, **words: Any) -> list[dict[str, Any]]:
    rows = rfm.compute(past, rfm.Options(kind="rfm", by="who", **words), "id").order_by("id").to_pyarrow().to_pylist()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_recency_frequency_and_money_are_those_of_the_purchases(past: History) -> None:
    ada, bob, _ = told(past)
    assert ada == {"recency": 1.0, "frequency": 3.0, "tenure": 182.0, "total": 100.0, "per_order": 100.0 / 3}
    assert bob == {"recency": 30.0, "frequency": 1.0, "tenure": 30.0, "total": 0.3, "per_order": 0.3}


def test_who_never_bought_has_nothing_and_no_day(past: History) -> None:
    assert told(past)[2] == {"recency": None, "frequency": 0.0, "tenure": None, "total": 0.0, "per_order": None}


def test_without_amounts_there_is_no_money(past: History) -> None:
    bare = past.specs["lines"].columns["value"].model_copy(update={"role": None})
    lines = past.specs["lines"].model_copy(update={"columns": {**past.specs["lines"].columns, "value": bare}})
    poor = History(past.tables, {**past.specs, "lines": lines}, end=past.end)
    assert list(told(poor)[0]) == ["recency", "frequency", "tenure"]


def test_only_the_features_that_are_kept_are_made(past: History) -> None:
    assert [list(told(past, columns=["total", "recency"])[0]), list(told(past, except_=["tenure", "total"])[0])] == [
        ["recency", "total"],
        ["recency", "frequency", "per_order"],
    ]
