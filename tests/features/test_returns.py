"""What came back."""

from typing import Any

from chaland.conformance.features import FeatureConformance
from chaland.features import returns
from chaland.history import History


class TestReturns(FeatureConformance):
    module = returns
    options = returns.Options(kind="returns", by="who", when="returned")


def told(past: History, **words: Any) -> list[dict[str, Any]]:
    rows = (
        returns.compute(past, returns.Options(kind="returns", by="who", when="returned", **words), "id")
        .order_by("id")
        .to_pyarrow()
        .to_pylist()
    )
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_returns_stand_against_what_was_bought(past: History) -> None:
    ada, bob, cy = told(past)
    assert ada == {"returns": 1.0, "returned": 0.0, "share": 1 / 3, "money_share": 0.0}
    assert bob == {"returns": 1.0, "returned": 0.3, "share": None, "money_share": None}
    assert cy == {"returns": 0.0, "returned": 0.0, "share": None, "money_share": None}


def test_returns_may_lie_in_a_table_of_their_own(past: History) -> None:
    lines, spec = past.tables["lines"], past.specs["lines"]
    apart = {"people": past.tables["people"], "lines": lines.filter(~lines.returned), "back": lines.filter(lines.returned)}
    both = History(apart, {"people": past.specs["people"], "lines": spec, "back": spec}, end=past.end)
    options = returns.Options(kind="returns", by="who", table="back")
    assert returns.compute(both, options, "id").order_by("id").to_pyarrow().drop_columns("id").to_pylist() == told(past)
