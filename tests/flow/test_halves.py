"""Odd and even rows of each customer, in their order, for each number of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaland.flow import halves
from chaland.flow.as_of import as_of
from chaland.flow.customers import history
from chaland.flow.run import Asked, Run, opened, perform
from chaland.spec import Site
from chaland.spec.site import Part
from tests import sparking
from tests.flow import clicks

FAMILIES = ("price",)
Pairs = list[dict[str, object]]


def pairs(run: Run) -> Pairs:
    past = history(run).before(as_of(run))
    rows = halves.rows_of(run, FAMILIES, past)
    both = halves.halved(run, FAMILIES, past, rows, (2, 4))
    return sorted(both.to_pyarrow().to_pylist(), key=lambda row: (row["_who"], row["_events"]))


def test_halves_are_the_odd_and_the_even_rows_in_the_order_of_time(clicking: Run) -> None:
    events = clicking.lake.table(clicking.engine, "clean/events").to_pyarrow().to_pylist()
    told = pairs(clicking)
    who = next(row["_who"] for row in told if row["_of"] == 7)
    mine = [float(row["price"]) for row in sorted(events, key=lambda row: (row["time"], row["_line"])) if row["who"] == who]
    for row in [row for row in told if row["_who"] == who]:
        looked = mine[: row["_events"] or None]
        for side, prices in (("odd", looked[::2]), ("even", looked[1::2])):
            assert row[f"{side}_price_mean"] == pytest.approx(sum(prices) / len(prices))
            assert row[f"{side}_price_highest"] == max(prices)


def test_a_number_is_looked_at_for_those_only_who_have_as_many(clicking: Run) -> None:
    told = pairs(clicking)
    assert {row["_events"] for row in told} == {halves.ALL, 2, 4}
    assert all(row["_of"] >= (row["_events"] or 2) for row in told)


@pytest.mark.slow
@sparking.LOOPBACK
def test_spark_halves_and_settles_alike(tmp_path: Path) -> None:
    sparking.needed()
    sparking.session()
    told = []
    for kind in ("duckdb", "spark"):
        data = clicks.write(tmp_path / kind / "data", visitors=60)
        site = Site(engine=Part(kind=kind), tracker=Part(kind="files"))
        with opened(clicks.spec(data), site, clicks.home(data), Asked(data)) as run:
            run.__dict__["secret"] = b"0123456789abcdef0123456789abcdef"
            facts = [one.facts for one in perform(run, ["ingest", "prepare", "features", "segment"])][-1]["segments"]["habits"]
            told.append({name: facts[name] for name in ("k", "minimum_events", "settling", "validation", "beyond_chance")})
    assert told[0] == told[1]
