"""From how many events on a profile is one is told, and everybody is put into a group all the same."""

from __future__ import annotations

from pathlib import Path

from chaland.flow.run import Asked, Run, opened, perform
from chaland.reading import read_project
from tests.flow import clicks
from tests.flow.conftest import Ran
from tests.flow.shop import SITE


def test_a_habit_that_is_planted_settles_and_noise_does_not_hide_it(clicked: Ran) -> None:
    told = clicked.document["segments"]["habits"]
    assert told["minimum_events"] in (2, 4, 6, 8, 12, 16)
    curve = {one["events"]: one["reliability"] for one in told["settling"]["curve"]}
    assert curve[told["minimum_events"]] >= 0.7 > min(curve.values(), default=0) or told["minimum_events"] == 2
    assert [one["customers"] for one in told["settling"]["curve"]] == sorted(
        (one["customers"] for one in told["settling"]["curve"]), reverse=True
    )


def test_everybody_has_a_group_though_few_were_learnt_from(clicked: Ran, clicking: Run) -> None:
    told = clicked.document["segments"]["habits"]
    groups = clicking.lake.table(clicking.engine, "segments/habits").to_pyarrow()["group"]
    assert len(groups) == 260
    assert groups.null_count == 0
    assert told["settling"]["below"] + told["settling"]["above"] == 260 == sum(one["size"] for one in told["groups"])


def test_halves_of_a_customer_agree_more_than_those_of_strangers(clicked: Ran) -> None:
    kept = clicked.document["segments"]["habits"]["settling"]["kept"]["above"]
    assert kept["same"] > kept["by_chance"] + 0.3


def test_each_feature_has_its_points_in_the_lake(clicking: Run) -> None:
    rows = clicking.lake.table(clicking.engine, "settling/habits").to_pyarrow().to_pylist()
    assert {"price_mean", "funnel_buy"} <= {row["feature"] for row in rows}
    assert all(row["customers"] >= 30 and row["reliability"] <= 1 for row in rows)


def test_a_number_that_is_said_is_kept_and_one_that_nothing_reaches_is_told(tmp_path: Path) -> None:
    data = clicks.write(tmp_path / "data", visitors=80)
    told = []
    for words in ("minimum_events = 5", 'minimum_events = "auto"\nreliability = 0.999'):
        text = clicks.PROJECT.replace('minimum_events = "auto"', words).replace('["folds", "months"]', "[]")
        (data / "clicks.toml").write_text(text)
        with opened(read_project(data / "clicks.toml"), SITE, clicks.home(data), Asked(data)) as run:
            told.append([one.facts for one in perform(run, ["ingest", "prepare", "features", "segment"])][-1]["segments"]["habits"])
    assert [one["minimum_events"] for one in told] == [5, None]
    assert [[note["code"] for note in one["notes"]] for one in told] == [[], ["unsettled"]]
