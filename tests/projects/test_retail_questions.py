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
    segments = {"classic": project.segments["classic"], "unscaled": TRAP}
    return project.model_copy(update={"predict": {"quiet": quiet}, "segments": segments})


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    if "CHALAND_DATA" not in os.environ:
        pytest.skip("CHALAND_DATA is not set")
    data = Path(os.environ["CHALAND_DATA"]) / "retail" / "online_retail_memphis03" / "bronze" / "raw_data.parquet"
    home = Home(tmp_path_factory.mktemp("home"), "retail")
    with opened(asked_for(), Site(), home, Asked(data, as_of=DAY)) as run:
        outcomes = perform(run, ["ingest", "prepare", "features", "segment", "train"])
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


def test_groups_that_only_money_makes_are_refused(facts: dict[str, Any]) -> None:
    unscaled = facts["segment"]["segments"]["unscaled"]
    first = unscaled["considered"][0]
    assert (first["k"], first["silhouette"]) == (2, pytest.approx(0.985, abs=0.005))
    assert round(first["smallest"] * 4338) == 8
    assert unscaled["k"] != 2
    assert "small_groups" in [warning["code"] for warning in unscaled["warnings"]]
