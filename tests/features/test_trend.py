"""Up or down."""

from typing import Any

from chaland.conformance.features import FeatureConformance
from chaland.features import trend
from chaland.history import History


class TestTrend(FeatureConformance):
    module = trend
    options = trend.Options(kind="trend", by="who", days=31)


def told(past: History, **words: Any) -> list[dict[str, Any]]:
    rows = trend.compute(past, trend.Options(kind="trend", by="who", days=31, **words), "id").order_by("id").to_pyarrow().to_pylist()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_the_last_window_stands_against_the_one_before(past: History) -> None:
    ada, bob, cy = told(past)
    assert ada == {
        "orders": 1.0,
        "orders_before": 1.0,
        "orders_change": 0.0,
        "money": 50.0,
        "money_before": 14.7,
        "money_change": 35.3 / 64.7,
    }
    assert bob == {"orders": 1.0, "orders_before": 0.0, "orders_change": 1.0, "money": 0.3, "money_before": 0.0, "money_change": 1.0}
    assert cy == {"orders": 0.0, "orders_before": 0.0, "orders_change": None, "money": 0.0, "money_before": 0.0, "money_change": None}


def test_its_days_are_told_in_its_titles(past: History) -> None:
    assert next(one.title_fr for one in trend.describe(TestTrend.options, past)) == "Commandes des 31 derniers jours"
