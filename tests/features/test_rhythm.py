"""When in the week."""

from typing import Any

from chaland.conformance.features import FeatureConformance
from chaland.features import rhythm
from chaland.history import History


class TestRhythm(FeatureConformance):
    module = rhythm
    options = rhythm.Options(kind="rhythm", by="who")


def told(past: History, **words: Any) -> list[dict[str, Any]]:
    rows = rhythm.compute(past, rhythm.Options(kind="rhythm", by="who", **words), "id").order_by("id").to_pyarrow().to_pylist()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_nights_and_weekends_are_those_of_utc(past: History) -> None:
    assert told(past) == [{"night": 2 / 6, "weekend": 3 / 6}, {"night": 1.0, "weekend": 1.0}, {"night": None, "weekend": None}]


def test_the_night_is_as_long_as_it_is_said(past: History) -> None:
    assert told(past, night=(9, 13))[0]["night"] == 4 / 6
