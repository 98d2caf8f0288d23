"""Scores by fifths: exact, equal for equal values, and the same in the engine and in the graph."""

from collections.abc import Iterator
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pytest

from chaland.engines import duckdb
from chaland.learn import quintiles
from chaland.learn.assignment import assign
from chaland.learn.dataset import Feature
from chaland.learn.quintiles import GRID, SCORES, Cuts
from chaland.ports import Engine
from chaland.spec.by_rule import NAMES
from chaland.spec.site import Limits
from tests import sparking

FEATURES = [Feature(name, "number", name, name, name) for name in ("days", "orders", "spent")]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = duckdb.Adapter(duckdb.Options(), tmp_path / "staging", Limits())
    yield made
    made.close()


def customers(count: int = 500) -> pa.Table:
    """Many ties among orders, a few who never bought, and amounts that differ beyond float32."""
    draw = np.random.default_rng(3)
    orders = draw.geometric(0.4, count).astype(np.float64)
    days = draw.integers(1, 370, count).astype(np.float64)
    spent = (orders * draw.lognormal(3, 1, count)).round(2)
    never = draw.random(count) < 0.04
    return pa.table(
        {
            "who": [f"{nth:04d}" for nth in range(count)],
            "days": pa.array(np.where(never, np.nan, days), from_pandas=True),
            "orders": np.where(never, 0.0, orders),
            "spent": np.where(never, 0.0, spent),
        }
    )


def scored(engine: Engine, rows: pa.Table) -> tuple[Cuts, ir.Table]:
    table = engine.take(rows)
    cuts = Cuts.of(table, FEATURES)
    assert cuts
    return cuts, cuts.scored(table, "who")


def test_cuts_are_the_least_values_up_to_which_each_fifth_lies(engine: Engine) -> None:
    rows = pa.table(
        {"who": [*"abcdefghij"], "days": [float(n) for n in range(1, 11)], "orders": [1.0] * 7 + [2.0, 3.0, 3.0], "spent": [5.0] * 10}
    )
    cuts, table = scored(engine, rows)
    assert cuts.values == ((2.0, 4.0, 6.0, 8.0), (1.0, 1.0, 1.0, 2.0), (5.0, 5.0, 5.0, 5.0))
    told = table.order_by("who").to_pyarrow()
    assert told[SCORES[0]].to_pylist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert told[SCORES[1]].to_pylist() == [1] * 7 + [4, 5, 5]
    assert told[SCORES[2]].to_pylist() == [1] * 10


def test_equal_values_score_alike_and_more_never_scores_less(engine: Engine) -> None:
    table = scored(engine, customers())[1].join(engine.take(customers()), "who").to_pyarrow().to_pylist()
    for feature, score, sign in (("days", SCORES[0], -1), ("orders", SCORES[1], 1), ("spent", SCORES[2], 1)):
        pairs = sorted({(sign * row[feature], row[score]) for row in table if row["days"] is not None})
        assert len({value for value, _ in pairs}) == len(pairs)
        assert [score for _, score in pairs] == sorted(score for _, score in pairs)


def test_the_graph_gives_the_groups_of_the_engine(engine: Engine) -> None:
    cuts, table = scored(engine, customers())
    rows = customers()
    assert assign(cuts.to_onnx(), rows).tolist() == table.order_by("who").to_pyarrow()["group"].to_pylist()


def test_the_graph_knows_every_corner_of_the_grid() -> None:
    cuts = Cuts(tuple(FEATURES), ((1.0, 2.0, 3.0, 4.0),) * 3)
    combinations = [(r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)]
    days, orders, spent = (np.array(one) + 0.0 for one in zip(*combinations, strict=True))
    rows = pa.table({"days": 6.0 - days, "orders": orders, "spent": spent})
    expected = [quintiles.number(GRID[r][int((f + m) / 2 + 0.5) - 1]) for r, f, m in combinations]
    assert assign(cuts.to_onnx(), rows).tolist() == expected


def test_who_never_bought_is_counted_and_not_scored(engine: Engine) -> None:
    cuts, table = scored(engine, customers())
    cells = quintiles.counted(table)
    assert sum(one.customers for one in cells) == 500
    assert [one.customers for one in cells if one.recency is None] == [customers()["days"].null_count]
    groups, traits = quintiles.told(cells, customers(), assign(cuts.to_onnx(), customers()).tolist(), FEATURES)
    assert [one.id for one in groups] == sorted({one.id for one in groups})
    assert sum(one.money or 0 for one in groups) == pytest.approx(sum(customers()["spent"].to_pylist()))
    assert groups[-1].name["en"] == "Never bought"
    assert {len(trait.distances) for trait in traits} == {len(groups)}


def test_without_a_buyer_there_are_no_cuts(engine: Engine) -> None:
    rows = engine.take(pa.table({"who": ["a"], "days": pa.array([None], pa.float64()), "orders": [0.0], "spent": [0.0]}))
    assert Cuts.of(rows, FEATURES) is None


def test_numbers_of_groups_are_the_places_of_their_names() -> None:
    assert [quintiles.number(name) for name in NAMES] == list(range(1, 13))
    assert {name for row in GRID.values() for name in row} | {NAMES[-1]} == {*NAMES}


@pytest.mark.slow
@sparking.LOOPBACK
def test_spark_cuts_and_scores_alike(engine: Engine, tmp_path: Path) -> None:
    there = sparking.engine(tmp_path)
    try:
        sides = [scored(one, customers()) for one in (engine, there)]
        assert sides[0][0].values == sides[1][0].values
        rows = [table.mutate(_money=table["_money"].cast("float64")).order_by("who").to_pyarrow().to_pylist() for _, table in sides]
        assert rows[0] == rows[1]
    finally:
        there.close()


def test_groups_are_null_nowhere(engine: Engine) -> None:
    table = scored(engine, customers())[1]
    assert int(table.filter(table.group.isnull() | (table.group == ibis.literal(0))).count().to_pyarrow().as_py()) == 0
