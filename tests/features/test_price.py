"""At which prices."""

from typing import Any

from chaland.conformance.features import FeatureConformance
from chaland.features import price
from chaland.history import History


class TestPrice(FeatureConformance):
    module = price
    options = price.Options(kind="price", by="who")


def told(past: History, **words: Any) -> list[dict[str, Any]]:
    rows = price.compute(past, price.Options(kind="price", by="who", **words), "id").order_by("id").to_pyarrow().to_pylist()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_mean_median_and_highest_are_those_of_the_rows_with_a_price(past: History) -> None:
    assert told(past) == [
        {"mean": 20.0, "median": 14.7, "highest": 50.0},
        {"mean": 0.3, "median": 0.3, "highest": 0.3},
        {"mean": None, "median": None, "highest": None},
    ]


def test_one_event_may_be_looked_at_alone(past: History) -> None:
    assert told(past, when="view")[0] == {"mean": 74.8 / 3, "median": 14.7, "highest": 50.0}
