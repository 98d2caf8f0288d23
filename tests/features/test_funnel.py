"""How far visitors go."""

from typing import Any

from chaland.conformance.features import FeatureConformance
from chaland.features import funnel
from chaland.history import History


class TestFunnel(FeatureConformance):
    module = funnel
    options = funnel.Options(kind="funnel", by="who", stages=("view", "cart", "purchase"))


def told(past: History, **words: Any) -> list[dict[str, Any]]:
    rows = (
        funnel.compute(past, funnel.Options(kind="funnel", by="who", stages=("view", "cart", "purchase"), **words), "id")
        .order_by("id")
        .to_pyarrow()
        .to_pylist()
    )
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_each_stage_is_counted_and_stands_against_the_one_before(past: History) -> None:
    ada, bob, cy = told(past)
    assert ada == {"view": 4.0, "cart": 1.0, "purchase": 1.0, "cart_rate": 0.25, "purchase_rate": 1.0, "conversion": 0.25}
    assert bob == {"view": 0.0, "cart": 0.0, "purchase": 1.0, "cart_rate": None, "purchase_rate": None, "conversion": None}
    assert cy == {"view": 0.0, "cart": 0.0, "purchase": 0.0, "cart_rate": None, "purchase_rate": None, "conversion": None}


def test_a_word_outside_the_way_is_only_counted(past: History) -> None:
    options = funnel.Options(kind="funnel", by="who", stages=("view", "purchase"), others=("cart",))
    assert [one.name for one in funnel.describe(options, past)] == ["view", "purchase", "cart", "purchase_rate"]
