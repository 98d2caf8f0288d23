"""When in the year."""

import math
from typing import Any

import pytest

from chaland.conformance.features import FeatureConformance
from chaland.features import seasonality
from chaland.history import History


class TestSeasonality(FeatureConformance):
    module = seasonality
    options = seasonality.Options(kind="seasonality", by="who")


def told(past: History, **words: Any) -> list[dict[str, Any]]:
    rows = (
        seasonality.compute(past, seasonality.Options(kind="seasonality", by="who", **words), "id").order_by("id").to_pyarrow().to_pylist()
    )
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_the_year_is_a_circle_of_twelve_months(past: History) -> None:
    ada, bob, cy = told(past)
    sines = [math.sin(math.tau * month / 12) for month in (0, 4, 5)]
    assert ada["month_sine"] == pytest.approx(sum(sines) / 3)
    assert bob["month_cosine"] == pytest.approx(math.cos(math.tau * 5 / 12))
    assert set(cy.values()) == {None}


def test_each_quarter_has_its_share_of_the_orders(past: History) -> None:
    ada = told(past)[0]
    assert [ada[f"quarter_{q}"] for q in (1, 2, 3, 4)] == [1 / 3, 2 / 3, 0.0, 0.0]
