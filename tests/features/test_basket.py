"""What lies in a basket."""

from typing import Any

from chaland.conformance.features import FeatureConformance
from chaland.features import basket
from chaland.history import History


class TestBasket(FeatureConformance):
    module = basket
    options = basket.Options(kind="basket", by="who")


def told(past: History, **words: Any) -> list[dict[str, Any]]:
    rows = basket.compute(past, basket.Options(kind="basket", by="who", **words), "id").order_by("id").to_pyarrow().to_pylist()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_lines_units_and_products_are_means_over_orders(past: History) -> None:
    assert told(past) == [
        {"lines": 2.0, "units": 10 / 3, "products": 5 / 3},
        {"lines": 1.0, "units": 1.0, "products": 1.0},
        {"lines": None, "units": None, "products": None},
    ]


def test_without_an_order_each_moment_is_one(past: History) -> None:
    columns = {
        name: one.model_copy(update={"role": None}) if one.role == "order" else one for name, one in past.specs["lines"].columns.items()
    }
    lines = past.specs["lines"].model_copy(update={"columns": columns})
    assert told(History(past.tables, {**past.specs, "lines": lines}, end=past.end))[0]["lines"] == 6 / 5
