"""The known shop on its last day: who goes quiet, as the literature has it, and which groups there are."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import chaland
from chaland.flow.home import Home
from chaland.flow.run import Asked, opened, perform
from chaland.spec import Project, Segments, Site

DAY = dt.date(2011, 12, 10)
TRAP = Segments(features=("classic",), groups=(2, 3), scale="none", logarithm="never", directions=False, judge="silhouette")


def asked_for() -> Project:
    """The shipped project, with one algorithm, and the trap beside its segments."""
    project = chaland.read("retail")
    quiet = project.predict["quiet"].model_copy(update={"candidates": ("gradient_boosting",)})
    segments = {"classic": project.segments["classic"], "rfm": project.segments["rfm"], "unscaled": TRAP}
    return project.model_copy(update={"predict": {"quiet": quiet}, "segments": segments})


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    if "CHALAND_DATA" not in os.environ:
        pytest.skip("CHALAND_DATA is not set")
    data = Path(os.environ["CHALAND_DATA"]) / "retail" / "online_retail_memphis03" / "bronze" / "raw_data.parquet"
    home = Home(tmp_path_factory.mktemp("home"), "retail")
    with opened(asked_for(), Site(), home, Asked(data, as_of=DAY)) as run:
        outcomes = perform(run, ["ingest", "prepare", "features", "segment", "lifetime", "train"])
        yield {outcome.name: outcome.facts for outcome in outcomes}


def test_training_stands_ninety_days_before(facts: dict[str, Any]) -> None:
    quiet = facts["train"]["predict"]["quiet"]
    assert (quiet["stands_at"], quiet["rows"], quiet["horizon_days"]) == ("2011-09-11", 3370, 90)
    confusion = quiet["holdout"]["confusion"]
    assert sum(confusion[1]) / 3370 == pytest.approx(0.43, abs=0.001)


def test_the_model_beats_recency_on_that_day_and_forward(facts: dict[str, Any]) -> None:
    quiet = facts["train"]["predict"]["quiet"]
    ahead = quiet["forward"][0]
    assert quiet["candidates"][0]["metrics"]["roc_auc"]["value"] >= 0.745
    assert (ahead["learned_at"], ahead["measured_at"], ahead["rows"]) == ("2011-06-13", "2011-09-11", 3370)
    assert ahead["metrics"]["roc_auc"]["value"] >= 0.735
    assert ahead["baseline"]["name"] == "recency"
    assert ahead["baseline"]["metrics"]["roc_auc"]["value"] == pytest.approx(0.684, abs=0.001)
    assert quiet["baseline"]["name"] == "recency"
    assert quiet["baseline"]["metrics"]["roc_auc"]["value"] == pytest.approx(0.684, abs=0.005)


def test_two_groups_by_recency_frequency_and_money(facts: dict[str, Any]) -> None:
    classic = facts["segment"]["segments"]["classic"]
    assert (classic["k"], classic["silhouette"]) == (2, pytest.approx(0.434, abs=0.005))


def test_names_by_fifths_account_for_every_customer_and_all_the_money(facts: dict[str, Any]) -> None:
    told = facts["segment"]["segments"]["rfm"]
    sizes = {one["name"]["en"]: (one["size"], one["money"]) for one in told["groups"]}
    assert sum(size for size, _ in sizes.values()) == 4338
    assert round(sum(money for _, money in sizes.values()), 2) == 8_887_208.89
    assert (sizes["Champions"], sizes["Lost"]) == ((630, 4_531_882.41), (330, 48_092.81))
    assert told["cuts"]["frequency"] == [1.0, 2.0, 3.0, 6.0]
    assert told["agreement"]["classic"] == pytest.approx(0.192, abs=0.01)


def test_groups_that_only_money_makes_are_refused(facts: dict[str, Any]) -> None:
    unscaled = facts["segment"]["segments"]["unscaled"]
    first = unscaled["considered"][0]
    assert (first["k"], first["silhouette"]) == (2, pytest.approx(0.985, abs=0.005))
    assert round(first["smallest"] * 4338) == 8
    assert unscaled["k"] != 2
    assert "small_groups" in [warning["code"] for warning in unscaled["warnings"]]


def test_purchases_are_foretold_better_than_by_recency_and_money_is_not(facts: dict[str, Any]) -> None:
    value = facts["lifetime"]["lifetime"]["value"]
    assert (value["customers"], value["returned"], value["kept"]) == (4338, 2790, {"purchases": True, "value": False})
    latest, earlier = value["forward"]
    assert [(one["learned_at"], one["customers"]) for one in (latest, earlier)] == [("2011-09-11", 3370), ("2011-06-13", 2821)]
    for one, model, recency in ((latest, 0.863, 0.994), (earlier, 0.737, 0.843)):
        assert one["metrics"]["purchases"]["scaled_rmse"]["value"] == pytest.approx(model, abs=0.002)
        assert one["baseline"]["metrics"]["purchases"]["scaled_rmse"]["value"] == pytest.approx(recency, abs=0.002)
        assert one["metrics"]["value"]["covered"]["value"] > 0.93
    assert value["against"]["purchases"]["recency"]["high"] < 0 < value["against"]["value"]["recency"]["high"]
    assert value["totals"]["purchases"]["value"] == pytest.approx(4643, abs=5)
    assert value["totals"]["value"]["value"] is None
    assert value["heuristic"]["value"] == pytest.approx(2_185_372, abs=2_000)
