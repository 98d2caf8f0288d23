"""The made-up marketplace: as skewed as real logs, with the truth beside it."""

from __future__ import annotations

import csv
import itertools
import json
import math
import statistics
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from chaland.simulate import marketplace

ROWS = 20_000


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marketplace")
    marketplace.simulate(ROWS, 3, folder)
    return folder


def lines(out: Path) -> list[str]:
    return [line for path in sorted(out.glob("*.csv"), reverse=True) for line in path.read_text().splitlines()[1:]]


def events(out: Path) -> list[dict[str, str]]:
    """The events that a reader should accept: no copies, not the line that is cut."""
    whole = [line for line in dict.fromkeys(lines(out)) if line.count(",") == 8]
    return [dict(zip(marketplace.HEADER, line.split(","), strict=True)) for line in whole]


def facts(out: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((out / "truth/facts.json").read_text())
    return told


def test_the_counts_beside_the_files_are_those_of_the_files(out: Path) -> None:
    told, found = facts(out), events(out)
    assert (told["read"], told["accepted"], told["quarantined"]) == (len(lines(out)), len(found), 1)
    assert told["read"] == told["accepted"] + told["quarantined"] + told["merged"] == ROWS
    counts = Counter(event["event_type"] for event in found)
    assert {name: counts[name] for name in marketplace.EVENTS} == {name: told[name] for name in marketplace.EVENTS}
    assert told["visitors"] == len({event["user_id"] for event in found})
    bought = sum(round(100 * float(event["price"])) for event in found if event["event_type"] == "purchase")
    assert told["cents_bought"] == bought


def test_the_same_seed_writes_the_same_bytes_and_another_others(tmp_path: Path) -> None:
    one, same, other = (
        [path.read_bytes() for path in marketplace.simulate(500, seed, tmp_path / name)] for seed, name in ((1, "a"), (1, "b"), (2, "c"))
    )
    assert (one == same, one == other) == (True, False)


def test_nearly_all_events_are_views_and_few_products_are_most_looked_at(out: Path) -> None:
    found = events(out)
    assert 0.97 < sum(event["event_type"] == "view" for event in found) / len(found) < 0.99
    looked = sorted(Counter(event["product_id"] for event in found).values(), reverse=True)
    assert sum(looked[: len(looked) // 10]) > 0.3 * len(found)


def test_sessions_are_about_few_things_as_in_a_real_log(out: Path) -> None:
    """The real day: 3.44 events a session, the product of the event before in .34 of them, the category in .88; a median pause of 33 seconds."""
    sessions: dict[str, list[dict[str, str]]] = {}
    for event in sorted(events(out), key=lambda one: one["event_time"]):
        sessions.setdefault(event["user_session"], []).append(event)
    pairs = [pair for one in sessions.values() for pair in itertools.pairwise(one)]
    same = {name: sum(a[name] == b[name] for a, b in pairs) / len(pairs) for name in ("product_id", "category_id")}
    assert 3.1 < len(events(out)) / len(sessions) < 3.8
    assert 0.28 < same["product_id"] < 0.42
    assert 0.75 < same["category_id"] < 0.95
    bought = [(a, b) for a, b in pairs if b["event_type"] == "purchase"]
    assert all(a["product_id"] == b["product_id"] for a, b in bought)
    pauses = sorted((datetime.fromisoformat(b["event_time"][:19]) - datetime.fromisoformat(a["event_time"][:19])).seconds for a, b in pairs)
    assert 28 < pauses[len(pauses) // 2] < 38


def test_visitors_stay_near_their_price(out: Path) -> None:
    """Of all differences of prices, .26 lie within the visitors with several sessions of the real day."""
    prices: dict[str, list[float]] = {}
    for event in events(out):
        if float(event["price"]):
            prices.setdefault(event["user_id"], []).append(math.log(float(event["price"])))
    every = statistics.pvariance([price for one in prices.values() for price in one])
    assert statistics.mean(statistics.pvariance(one) for one in prices.values() if len(one) > 2) < 0.5 * every


def test_the_last_line_is_cut_in_the_number_of_its_visitor(out: Path) -> None:
    last = (out / "2019-Nov.csv").read_text()
    assert not last.endswith("\n")
    assert (last.rsplit("\n", 1)[1].count(","), len(last.rsplit(",", 1)[1])) == (7, 5)


def test_each_month_has_a_file_with_only_its_own_days(out: Path) -> None:
    for name, month in (("2019-Oct.csv", "2019-10"), ("2019-Nov.csv", "2019-11")):
        times = [line[:19] for line in (out / name).read_text().splitlines()[1:]]
        assert times == sorted(times)
        assert {time[:7] for time in times[:-1]} == {month}


def test_every_visitor_has_a_kind_and_kinds_differ_in_what_they_do(out: Path) -> None:
    with (out / "truth/visitors.csv").open() as file:
        kind = {row["user_id"]: row["kind"] for row in csv.DictReader(file)}
    found = events(out)
    assert {event["user_id"] for event in found} == set(kind)
    done, bought, night = (Counter(kind[event["user_id"]] for event in found if what(event)) for what in (bool, _buys, _at_night))
    assert bought["loyal_buyer"] / done["loyal_buyer"] > 5 * bought["window_shopper"] / done["window_shopper"]
    assert night["night_owl"] / done["night_owl"] > 0.5 > night["loyal_buyer"] / done["loyal_buyer"]


def _buys(event: dict[str, str]) -> bool:
    return event["event_type"] == "purchase"


def _at_night(event: dict[str, str]) -> bool:
    return int(event["event_time"][11:13]) < 5 or int(event["event_time"][11:13]) >= 22


@pytest.mark.parametrize("rows", [1, 2, 17])
def test_a_handful_of_events_can_be_asked_for(rows: int, tmp_path: Path) -> None:
    marketplace.simulate(rows, 0, tmp_path)
    assert facts(tmp_path)["read"] == len(lines(tmp_path)) == rows
