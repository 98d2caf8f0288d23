"""Answers that lie behind the day on which one stands, or that nobody has seen yet, are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chaland.flow import hindsight
from chaland.flow.origins import Origins
from chaland.flow.run import Run, asking, opened, perform
from chaland.reading import read_project
from tests.flow import shop, visits

PROJECT = (
    visits.PROJECT.replace("count(*) as visits from", "count(*) as visits, count(*) > 9 as often from")
    + """
[predict.often]
target = { kind = "column", of = "often" }
features = ["profile", "rfm"]
"""
)
OFTEN = '[tables.people.columns]\noften    = { type = "bool" }\n'


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    data = visits.write(tmp_path_factory.mktemp("visits") / "data", people=40)
    (data / "visits.toml").write_text(PROJECT.replace("[tables.people.columns]\n", OFTEN), encoding="utf-8")
    project = read_project(data / "visits.toml")
    with opened(project, shop.SITE, visits.home(data), shop.asked(data)) as current:
        list(perform(current, ["ingest", "prepare", "features"]))
    with asking(project, shop.SITE, visits.home(data), shop.asked(data)) as looking:
        yield looking


def told(run: Run, question: str, as_of: dt.date | None = None) -> list[dict[str, str]]:
    stood = replace(run, asked=replace(run.asked, as_of=as_of))
    return hindsight.warnings(Origins(stood, stood.project.predict[question]))


def test_an_answer_of_the_same_days_as_its_features_is_told_with_their_names(run: Run) -> None:
    [warning] = told(run, "often")
    assert warning["code"] == "leak.future"
    assert "'often' is computed of the days up to the one on which we stand, and so are 'last_day', 'visits', 'rfm'" in warning["said"]


def test_an_answer_that_lies_ahead_raises_nothing(run: Run) -> None:
    assert told(run, "quiet") == []


@pytest.mark.parametrize(("silent", "warned"), [(0, 0), (6, 0), (7, 1), (90, 1)])
def test_a_week_without_any_event_at_the_end_of_the_answers_is_told(run: Run, silent: int, warned: int) -> None:
    found = told(run, "quiet", visits.LAST + dt.timedelta(days=1 + silent))
    assert len(found) == warned
    assert all(f"in {min(silent, 60)} of the 60 days" in one["said"] for one in found)


def test_an_answer_that_was_read_from_a_file_without_days_raises_nothing(ran: object, looking: Run) -> None:
    assert hindsight.warnings(Origins(looking, looking.project.predict["leaving"])) == []
