"""What was expected is held against what came, as one would by hand; nobody's future is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from chaland.history import WHO, History
from chaland.learn import foreseen, histories
from chaland.learn.foreseen import Measured, Window
from chaland.spec.lifetime import Lifetime
from tests.features import purchases
from tests.learn import lives

WORDS = Lifetime(by="who", days=90)
DAY = date(2023, 10, 28)
STANDS = 300


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pa.Table]:
    """Every customer of a crowd with what was expected and what came, and its sums over parts."""
    engine = purchases.engine(tmp_path_factory.mktemp("foreseen"))
    yield compared(engine, lives.lived(1_000, 390, 4).table())
    engine.close()


def compared(engine: object, lines: pa.Table) -> object:
    table = engine.take(lines.rename_columns(["who", "at", "value"]))  # type: ignore[attr-defined]
    every = History(
        {"people": table.select(id=table.who).distinct(), "lines": table}, {"people": purchases.PEOPLE, "lines": purchases.LINES}
    )
    counted = histories.counted(every.before(DAY), WORDS, "id")
    kinds = histories.kinds(counted)
    told = engine.take(histories.outlooks(kinds.histories, lives.TRUTH.outlook(kinds.histories, 90.0, 0)))  # type: ignore[attr-defined]
    window = Window(every.after(DAY - timedelta(days=90), 90), every.after(DAY, 90), WORDS, "id", 90, 100.0)
    return engine.pin(window.compared(histories.expected(counted, told, lives.TRUTH)))  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def plain(rows: object) -> dict[str, np.ndarray]:
    told = rows.order_by(WHO).to_pyarrow()  # type: ignore[attr-defined]
    return {name: told[name].to_numpy(zero_copy_only=False) for name in told.column_names}


def test_what_came_is_what_happened_in_the_days_ahead(plain: dict[str, np.ndarray]) -> None:
    repeats, last, age, _, later, paid = lives.lived(1_000, 390, 4).until(STANDS)
    for mine, truth in ((plain["frequency"], repeats), (plain["recency"], last), (plain["age"], age), (plain["purchases"], later)):
        assert sorted(mine.tolist()) == sorted(truth.tolist())
    assert plain["value"].sum() == pytest.approx(paid.sum(), rel=1e-4)


def test_the_rivals_are_what_they_are_called(plain: dict[str, np.ndarray]) -> None:
    own = plain["frequency"] / plain["age"] * 90
    lately = plain["age"] - plain["recency"] <= 90
    assert plain["own_rate_purchases"] == pytest.approx(own)
    assert plain["recency_purchases"] == pytest.approx(np.where(lately, own, 0.0))
    assert plain["recency_value"] == pytest.approx(np.where(lately, own * plain["spent"] / 10_000 / (plain["frequency"] + 1), 0.0))
    assert plain["again_purchases"].sum() > 0
    assert (plain["again_purchases"] <= plain["frequency"] + 1).all()
    assert set(plain["nobody_purchases"]) == {0.0}


def test_measures_are_those_of_the_rows(rows: object, plain: dict[str, np.ndarray]) -> None:
    found = Measured.of([foreseen.parts(rows)], 0)  # type: ignore[arg-type]
    for name in ("model", "recency", "again", "nobody"):
        error = plain[f"{name}_purchases"] - plain["purchases"]
        metrics = found.metrics(name)["purchases"]
        expected = {
            "mae": np.abs(error).mean(),
            "rmse": np.sqrt((error**2).mean()),
            "scaled_rmse": np.sqrt((error**2 / (plain["frequency"] + 1)).mean()),
            "bias": error.mean(),
            "ratio": plain[f"{name}_purchases"].sum() / plain["purchases"].sum(),
        }
        assert {metric: one["value"] for metric, one in metrics.items()} == pytest.approx(expected, rel=1e-8)
        assert all(one["low"] <= one["value"] <= one["high"] for one in metrics.values())


def test_the_true_model_beats_every_rival_and_its_intervals_hold(rows: object, plain: dict[str, np.ndarray]) -> None:
    found = Measured.of([foreseen.parts(rows)], 0)  # type: ignore[arg-type]
    assert all(found.behind(rival, "purchases")["high"] < 0 for rival in foreseen.RIVALS)
    told = found.metrics("model")["value"]
    assert 0.93 <= told["covered"]["value"] <= 0.99
    best = np.argsort(-plain["model_value"])[: len(plain["value"]) // 10]
    assert told["top_tenth"]["value"] == pytest.approx(plain["value"][best].sum() / plain["value"].sum(), rel=0.02)


def test_nobody_buys_looks_good_by_the_mean_absolute_error_only(rows: object) -> None:
    found = Measured.of([foreseen.parts(rows)], 0)  # type: ignore[arg-type]
    model, nobody = (found.metrics(name)["purchases"] for name in ("model", "nobody"))
    assert nobody["mae"]["value"] < 1.2 * model["mae"]["value"]
    assert nobody["scaled_rmse"]["value"] > 1.2 * model["scaled_rmse"]["value"]


def test_groups_hold_everybody_and_the_calibrated_model_lies_within_their_intervals(rows: object, plain: dict[str, np.ndarray]) -> None:
    groups = foreseen.by_group(rows)  # type: ignore[arg-type]
    assert [one["repeats"] for one in groups] == list(range(8))
    assert (groups[-1]["or_more"], sum(one["customers"] for one in groups)) == (True, len(plain["value"]))
    held = [one["observed_purchases"]["low"] <= one["expected_purchases"] <= one["observed_purchases"]["high"] for one in groups]
    assert sum(held) >= 7


def test_several_windows_count_a_customer_in_one_part(rows: object) -> None:
    one = foreseen.parts(rows)  # type: ignore[arg-type]
    both = Measured.of([one, one.slice(1)], 0)
    assert len(both.sums["customers"]) == one.num_rows
    assert both.customers == sum(one["customers"].to_pylist()) + sum(one["customers"].to_pylist()[1:])


def test_another_future_changes_what_came_and_not_what_was_expected(tmp_path: Path, rows: object) -> None:
    lines = lives.lived(1_000, 390, 4).table()
    kept = lines.filter(pa.compute.less(lines["day"], pa.scalar(DAY)))
    twin = pa.table({"who": kept["who"], "day": pa.array([DAY] * len(kept), pa.date32()), "amount": kept["amount"]})
    engine = purchases.engine(tmp_path)
    other = compared(engine, pa.concat_tables([kept, twin]))
    names = [WHO, "alive", "expected_purchases", "expected_value", "recency_value", "again_value"]
    mine, theirs = (one.order_by(WHO).select(*names, "purchases").to_pyarrow().to_pydict() for one in (rows, other))  # type: ignore[attr-defined]
    engine.close()
    assert mine.pop("purchases") != theirs.pop("purchases")
    assert mine == theirs
