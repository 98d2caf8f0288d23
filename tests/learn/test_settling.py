"""How settled profiles are is told by the correlation of halves, brought to the whole."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from chaland.engines import duckdb
from chaland.learn import settling
from chaland.learn.dataset import Feature
from chaland.learn.settling import LEVELS, Point, Settling
from chaland.ports import Engine
from chaland.spec.site import Limits

FEATURES = [Feature(name, "number", name, name, name) for name in ("price", "flat", "rare")]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = duckdb.Adapter(duckdb.Options(), tmp_path / "staging", Limits())
    yield made
    made.close()


def point(events: int, reliability: float, feature: str = "price") -> Point:
    return Point(feature, events, 50, reliability, reliability)


def test_the_correlation_is_that_of_logarithms_and_blanks_are_left_out(engine: Engine) -> None:
    draw = np.random.default_rng(1)
    level = draw.lognormal(3, 1, 400)
    odd, even = level * draw.lognormal(0, 0.5, 400), level * draw.lognormal(0, 0.5, 400)
    blank = draw.random(400) < 0.2
    rows = {"_events": [4] * 400, "odd_price": pa.array(np.where(blank, np.nan, odd), from_pandas=True), "even_price": even}
    rows |= {f"{side}_flat": np.full(400, 2.0) for side in ("odd", "even")}
    rows |= {f"{side}_rare": pa.array([1.0] * 9 + [None] * 391) for side in ("odd", "even")}
    [told] = settling.points(engine.take(pa.table(rows)), FEATURES)
    expected = np.corrcoef(np.log1p(odd[~blank]), np.log1p(even[~blank]))[0, 1]
    assert (told.feature, told.events, told.customers) == ("price", 4, int((~blank).sum()))
    assert told.correlation == pytest.approx(expected, abs=1e-7)
    assert told.reliability == pytest.approx(2 * expected / (1 + expected), abs=1e-7)


def test_a_correlation_hangs_on_no_order_of_adding(engine: Engine) -> None:
    """Halves that hardly go together: almost all cancels out, and of floats another rest is left in another order."""
    draw = np.random.default_rng(2)
    rows = pa.table({"_events": [2] * 3_000, "odd_price": draw.lognormal(9, 2, 3_000), "even_price": draw.lognormal(9, 2, 3_000)})
    [first] = settling.points(engine.take(rows), FEATURES[:1])
    assert abs(first.correlation) < 0.05
    for seed in range(5):
        again = rows.take(np.random.default_rng(seed).permutation(3_000))
        assert settling.points(engine.take(again), FEATURES[:1]) == [first]


def test_the_minimum_is_the_least_number_from_which_all_hold() -> None:
    told = Settling((point(2, 0.8), point(4, 0.6), point(6, 0.75), point(8, 0.9)), 0.7)
    assert told.minimum() == 6
    assert Settling((point(2, 0.8), point(4, 0.6)), 0.7).minimum() is None
    assert Settling((), 0.7).minimum() is None


def test_the_profile_is_the_mean_of_its_features() -> None:
    told = Settling((point(2, 0.8), point(2, 0.4, "other")), 0.5)
    assert told.whole() == [{"events": 2, "customers": 50, "features": 2, "reliability": 0.6}]
    assert [one["events"] for one in told.by_feature([Feature("price", "number", "price", "Price", "Prix")])] == [2]


def test_strangers_are_compared_within_a_number_of_events() -> None:
    rows = [{"band": 0, "odd": 1, "even": 1, "customers": 10}, {"band": 1, "odd": 2, "even": 2, "customers": 10}]
    assert settling.kept(rows) == {"customers": 20, "same": 1.0, "by_chance": 1.0}
    mixed = [{"band": 0, "odd": 1, "even": 1, "customers": 2}, {"band": 0, "odd": 2, "even": 2, "customers": 2}]
    assert settling.kept(mixed) == {"customers": 4, "same": 1.0, "by_chance": round(1 / 3, 4)}
    assert settling.kept([]) is None


def test_bands_follow_the_numbers_that_are_looked_at(engine: Engine) -> None:
    rows = engine.take(pa.table({"of": pa.array([2, 3, 4, 7, 128, 5000], pa.int64())}))
    told = rows.select("of", band=settling.band(rows.of)).order_by("of").to_pyarrow()["band"].to_pylist()
    assert told == [0, 0, 1, 2, len(LEVELS) - 1, len(LEVELS) - 1]
