"""The shipped marketplace project: logs of other shapes, and the real one to the last cut line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import chaland
from chaland.flow import show
from chaland.flow.home import Home
from chaland.flow.run import Asked, opened, perform
from chaland.spec import Site

USUAL = """event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
2019-10-01 00:00:00 UTC,view,1,2053013555631882655,appliances.kitchen.mixer,Bosch,35.79,u1,s1
2019-10-01 00:00:05 UTC,cart,1,2053013555631882655,appliances.kitchen.mixer,bosch,35.79,u1,s1
2019-10-01 00:01:00 UTC,purchase,1,2053013555631882655,appliances.kitchen.mixer,bosch,35.79,u1,s1
2019-10-01 00:01:00 UTC,view,2,2172371436436455783,,,0.00,u2,s2
2019-10-01 00:01:00 UTC,view,2,2172371436436455783,,,0.00,u2,s2
2019-10-01 00:02:00 UTC,view,2,217237"""
CODED = """timestamp,visitorid,event,itemid
1569888000000,u1,0,1
1569888005000,u1,1,1
1569888060000,u1,2,1
1569888060117,u2,view,2
"""


def prepared(data: Path, home: Path) -> tuple[dict[str, Any], Any, list[dict[str, str]]]:
    """What `prepare` found, the lake, and the warnings."""
    project = chaland.read("marketplace")
    with opened(project, Site(), Home(home, project.name), Asked(data)) as run:
        facts = {one.name: one.facts for one in perform(run, ["ingest", "prepare"])}
    return facts["prepare"]["tables"], chaland.open_lake("marketplace", home=home), list(show._warnings(facts))


def visitors(lake: Any) -> list[tuple[int, ...]]:
    rows = lake.table("clean/visitors").order_by("events").to_pyarrow().to_pylist()
    return [tuple(row[name] for name in ("events", "views", "carts", "purchases", "products")) for row in rows]


@pytest.mark.parametrize(("name", "log", "spent"), [("2019-10.csv", USUAL, "35.79"), ("coded.csv", CODED, "0.00")])
def test_the_same_visitors_come_of_a_usual_and_of_a_coded_log(tmp_path: Path, name: str, log: str, spent: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / name).write_text(log)
    facts, lake, _ = prepared(tmp_path / "data", tmp_path / "home")
    assert visitors(lake) == [(1, 1, 0, 0, 1), (3, 1, 1, 1, 1)]
    assert str(lake.table("clean/visitors").spent.sum().to_pyarrow().as_py()) == spent
    last = lake.table("clean/events").time.max().to_pyarrow().as_py()
    assert last.isoformat(timespec="milliseconds") == (
        "2019-10-01T00:01:00.000+00:00" if name != "coded.csv" else "2019-10-01T00:01:00.117+00:00"
    )
    assert facts["visitors"]["read"] == 2


def test_a_cut_last_line_is_quarantined_and_nobody_is_made_of_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "2019-10.csv").write_text(USUAL)
    facts, lake, warnings = prepared(tmp_path / "data", tmp_path / "home")
    assert [facts["events"][part] for part in ("read", "accepted", "merged", "reasons")] == [6, 4, 1, {"cut": 1}]
    assert [warning["code"] for warning in warnings] == ["truncated_file"]
    kept = lake.table("clean/events").order_by("_line").to_pyarrow().to_pylist()
    assert {row["category"] for row in kept} == {2053013555631882655, 2172371436436455783}
    assert [row["main_category"] for row in kept] == ["appliances"] * 3 + [None]


@pytest.mark.slow
def test_the_real_log_is_accounted_for_to_the_last_line(real_data: Path, tmp_path: Path) -> None:
    facts, lake, warnings = prepared(real_data / "marketplace/rees46_ibrhmspl", tmp_path)
    events = facts["events"]
    assert [events[part] for part in ("read", "accepted", "quarantined", "merged")] == [17_435, 17_429, 1, 5]
    assert facts["visitors"]["accepted"] == 4_504
    assert [warning["code"] for warning in warnings] == ["truncated_file"]
    counted = lake.table("clean/visitors")
    sums = counted.agg(views=counted.views.sum(), carts=counted.carts.sum(), purchases=counted.purchases.sum()).to_pyarrow().to_pylist()[0]
    # Before cleaning 17,056, 165 and 214: four views and one cart were there twice, and one view is cut.
    assert sums == {"views": 17_051, "carts": 164, "purchases": 214}
    assert lake.table("clean/events").category.max().to_pyarrow().as_py() == 2_172_371_436_436_455_782


@pytest.mark.slow
def test_real_visitors_settle_at_six_events_and_everybody_has_a_group(real_data: Path, tmp_path: Path) -> None:
    project = chaland.read("marketplace")
    with opened(project, Site(), Home(tmp_path, project.name), Asked(real_data / "marketplace/rees46_ibrhmspl")) as run:
        told = list(perform(run, ["ingest", "prepare", "features", "segment"]))[-1].facts["segments"]["habits"]
    assert (told["minimum_events"], told["settling"]["above"], told["settling"]["below"]) == (6, 898, 3606)
    assert sum(one["size"] for one in told["groups"]) == 4504
    assert all(kept["same"] > kept["by_chance"] + 0.2 for kept in told["settling"]["kept"].values())
    assert told["validation"]["folds"]["agreement"] > 0.5
    assert told["validation"]["months"]["each"] == []
    assert told["beyond_chance"] is False
