"""How wide a customer looks."""

from typing import Any

from chaland.conformance.features import FeatureConformance
from chaland.features import breadth
from chaland.history import History


class TestBreadth(FeatureConformance):
    module = breadth
    options = breadth.Options(kind="breadth", by="who")


def told(past: History, **words: Any) -> list[dict[str, Any]]:
    rows = breadth.compute(past, breadth.Options(kind="breadth", by="who", **words), "id").order_by("id").to_pyarrow().to_pylist()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_different_values_are_counted_exactly_and_blanks_are_none(past: History) -> None:
    assert told(past) == [{"article": 4.0, "kind": 4.0}, {"article": 1.0, "kind": 1.0}, {"article": 0.0, "kind": 0.0}]


def test_any_column_may_be_counted(past: History) -> None:
    assert told(past, over=["doing"])[0] == {"doing": 3.0}
