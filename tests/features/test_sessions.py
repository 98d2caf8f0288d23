"""Visits."""

from typing import Any

from chaland.conformance.features import FeatureConformance
from chaland.features import sessions
from chaland.history import History


class TestSessions(FeatureConformance):
    module = sessions
    options = sessions.Options(kind="sessions", by="who")


def told(past: History, **words: Any) -> list[dict[str, Any]]:
    rows = sessions.compute(past, sessions.Options(kind="sessions", by="who", **words), "id").order_by("id").to_pyarrow().to_pylist()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_visits_are_told_apart_by_their_column(past: History) -> None:
    ada, bob, cy = told(past)
    assert ada == {"sessions": 4.0, "events": 1.5, "minutes": 2.5}
    assert bob == {"sessions": 1.0, "events": 1.0, "minutes": 0.0}
    assert cy == {"sessions": 0.0, "events": None, "minutes": None}


def test_or_by_a_pause(past: History) -> None:
    assert [told(past, gap=gap)[0] for gap in (15, 30)] == [
        {"sessions": 4.0, "events": 1.5, "minutes": 2.5},
        {"sessions": 3.0, "events": 2.0, "minutes": 10.0},
    ]
