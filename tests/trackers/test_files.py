from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from chaland.conformance.trackers import TrackerConformance
from chaland.errors import PartMissing
from chaland.trackers.files import Adapter, Options


def _lines(home, run):
    file = home / "runs" / run / "values.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


class TestFiles(TrackerConformance):
    @pytest.fixture
    def open_tracker(self, tmp_path):
        return lambda: Adapter(Options(), tmp_path)

    @pytest.fixture
    def given(self, tmp_path):
        return lambda run, name: next(
            (str(line["parameters"][name]) for line in _lines(tmp_path, run) if name in line.get("parameters", {})), None
        )

    @pytest.fixture
    def noted(self, tmp_path):
        return lambda run, name: [line["values"][name] for line in _lines(tmp_path, run) if name in line.get("values", {})]

    @pytest.fixture
    def kept(self, tmp_path):
        def read(run, path):
            file = tmp_path / "runs" / run / "files" / path
            return file.read_bytes() if file.exists() else None

        return read


def test_a_run_says_when_it_started_in_utc(tmp_path):
    Adapter(Options(), tmp_path).begin("one", datetime(2026, 1, 31, 13, tzinfo=timezone(timedelta(hours=1))), {})
    assert _lines(tmp_path, "one")[0]["started"] == "2026-01-31T12:00:00+00:00"


def test_what_is_written_down_is_for_its_owner_alone(tmp_path):
    Adapter(Options(), tmp_path).note("one", {"rows": 1})
    assert stat.S_IMODE((tmp_path / "runs/one/values.jsonl").stat().st_mode) == 0o600


def test_notes_taken_at_once_do_not_mix(tmp_path):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: Adapter(Options(), tmp_path).note("one", {"text": str(number) * 5000}), range(40)))
    assert len(_lines(tmp_path, "one")) == 40


@pytest.mark.parametrize("run", ["../out", "", "a/b", ".hidden"])
def test_a_run_cannot_be_named_out_of_its_folder(tmp_path, run):
    with pytest.raises(ValueError, match="name"):
        Adapter(Options(), tmp_path).note(run, {"rows": 1})


def test_a_home_that_cannot_be_written_is_a_part_missing(tmp_path):
    (tmp_path / "runs").write_text("a file where a folder belongs")
    with pytest.raises(PartMissing, match="one"):
        Adapter(Options(), tmp_path).note("one", {"rows": 1})


def test_keeping_a_folder_that_is_not_there_keeps_the_earlier_copy(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models/card.md").write_text("first")
    tracker = Adapter(Options(), tmp_path)
    tracker.keep("one", tmp_path / "models")
    (tmp_path / "models/card.md").unlink()
    (tmp_path / "models").rmdir()
    with pytest.raises(PartMissing):
        tracker.keep("one", tmp_path / "models")
    assert (tmp_path / "runs/one/files/models/card.md").read_text() == "first"
