"""What families of features share, and that every one of them is the same on both engines."""

from pathlib import Path
from typing import Any

import pytest

from chaland.errors import SpecError
from chaland.features import basket, breadth, funnel, mix, numbers, price, returns, rfm, rhythm, seasonality, sessions, tempo, trend
from chaland.history import History
from tests import sparking
from tests.features import purchases

KINDS: list[tuple[Any, dict[str, Any]]] = [
    (rfm, {}),
    (tempo, {}),
    (basket, {}),
    (trend, {"days": 31}),
    (seasonality, {}),
    (returns, {"when": "returned"}),
    (funnel, {"stages": ("view", "cart", "purchase")}),
    (sessions, {}),
    (sessions, {"gap": 15}),
    (breadth, {}),
    (mix, {"depth": 1, "top": 2}),
    (rhythm, {}),
    (price, {}),
]


def made(past: History) -> list[list[dict[str, Any]]]:
    words = [(module, module.Options(kind=module.__name__.rpartition(".")[2], by="who", **said)) for module, said in KINDS]
    return [module.compute(past, options, "id").order_by("id").to_pyarrow().to_pylist() for module, options in words]


@sparking.LOOPBACK
def test_every_kind_is_the_same_on_spark(past: History, tmp_path: Path) -> None:
    engine = sparking.engine(tmp_path / "spark")
    there = made(purchases.history(engine, purchases.BEFORE + purchases.LATER).before(purchases.DAY))
    engine.close()
    assert there == [[pytest.approx(row) for row in rows] for rows in made(past)]


def test_money_in_floats_is_added_up_exactly(past: History) -> None:
    floats = {**past.tables, "lines": past.tables["lines"].mutate(value=past.tables["lines"].value.cast("float64"))}
    assert made(History(floats, past.specs, end=past.end)) == made(past)


def test_a_feature_that_is_not_made_is_named() -> None:
    with pytest.raises(SpecError, match="makes no 'recencey'") as caught:
        numbers(rfm.Options(kind="rfm", columns=("recencey",)), rfm.TITLES)
    assert caught.value.next == "Did you mean 'recency'?"
