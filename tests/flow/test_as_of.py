"""The day on which we stand."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from chaland.flow import home as homes
from chaland.flow.as_of import as_of, stale, today
from chaland.flow.run import Run, opened
from chaland.spec import Project
from chaland.spec.site import Site
from tests.flow import shop

EVENTS = Project.model_validate(
    {
        "name": "shop",
        "tables": {
            "events": {
                "role": "events",
                "source": {"kind": "csv", "path": "*.csv"},
                "columns": {"at": {"type": "timestamp", "role": "time"}},
            }
        },
    }
)


def standing(run: Run, times: list[Any]) -> dt.date:
    run.lake.write(run.engine, "clean/events", run.engine.take(pa.table({"at": pa.array(times, pa.timestamp("us", "UTC"))})))
    return as_of(run)


def test_without_times_we_stand_today(tmp_path: Path) -> None:
    shop.write(tmp_path / "data", rows=5)
    run = Run(shop.spec(tmp_path / "data"), Site(), shop.home(tmp_path / "data"), shop.asked(tmp_path / "data"))
    assert as_of(run) == today(run) == dt.datetime.now(dt.UTC).date()


def test_with_times_we_stand_on_the_day_after_the_last_event(tmp_path: Path) -> None:
    with opened(EVENTS, Site(), shop.home(tmp_path), shop.asked(tmp_path)) as run:
        assert standing(run, [dt.datetime(2011, 12, 9, 12, 50, tzinfo=dt.UTC), dt.datetime(2010, 1, 1, tzinfo=dt.UTC)]) == dt.date(
            2011, 12, 10
        )


def test_we_stand_where_we_were_asked_to(tmp_path: Path) -> None:
    with opened(EVENTS, Site(), shop.home(tmp_path), shop.asked(tmp_path, as_of=dt.date(2011, 9, 11))) as run:
        assert standing(run, [dt.datetime(2011, 12, 9, tzinfo=dt.UTC)]) == dt.date(2011, 9, 11)


def remarks(run: Run) -> dict[str, list[str]]:
    homes.write_text(run.home.steps / "prepare.json", json.dumps({"facts": {}, "lake": run.site.lake.at}))
    standing(run, [dt.datetime(2011, 12, 9, tzinfo=dt.UTC)])
    return {kind: [one["code"] for one in told] for kind, told in stale(run).items()}


def test_data_whose_last_event_is_long_past_are_warned_of(tmp_path: Path) -> None:
    with opened(EVENTS, Site(), shop.home(tmp_path), shop.asked(tmp_path)) as run:
        assert remarks(run) == {"warnings": ["stale_data"], "notes": []}


def test_who_asks_for_a_day_is_told_in_a_note(tmp_path: Path) -> None:
    for day, told in ((dt.date(2011, 12, 31), []), (dt.date(2014, 1, 1), ["stale_data"])):
        with opened(EVENTS, Site(), shop.home(tmp_path), shop.asked(tmp_path, as_of=day)) as run:
            assert remarks(run) == {"warnings": [], "notes": told}
