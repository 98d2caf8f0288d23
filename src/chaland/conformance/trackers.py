"""The laws of a tracker. Inherit them in a test, say how a tracker is opened and how what it wrote is read:

class TestFiles(TrackerConformance):
    @pytest.fixture
    def open_tracker(self, tmp_path):
        return lambda: Adapter(Options(), tmp_path)

    @pytest.fixture
    def given(self, tmp_path):
        return lambda run, name: …    # the parameter of that name as text, or None

    @pytest.fixture
    def noted(self, tmp_path):
        return lambda run, name: …    # the values of that name, oldest first

    @pytest.fixture
    def kept(self, tmp_path):
        return lambda run, path: …    # the bytes of a kept file, or None
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chaland.ports import Tracker

Open = Callable[[], Tracker]
Given = Callable[[str, str], str | None]
Noted = Callable[[str, str], list[Any]]
Kept = Callable[[str, str], bytes | None]
STARTED = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


class TrackerConformance:
    """Laws that hold of every tracker."""

    @pytest.fixture
    def open_tracker(self) -> Open:
        raise NotImplementedError("give a fixture `open_tracker` that returns a function without arguments")

    @pytest.fixture
    def given(self) -> Given:
        raise NotImplementedError("give a fixture `given` that returns a function (run, name) -> the parameter as text, or None")

    @pytest.fixture
    def noted(self) -> Noted:
        raise NotImplementedError("give a fixture `noted` that returns a function (run, name) -> values, oldest first")

    @pytest.fixture
    def kept(self) -> Kept:
        raise NotImplementedError("give a fixture `kept` that returns a function (run, path) -> bytes or None")

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """A folder with a file, and a file in a folder."""
        (tmp_path / "models" / "deep").mkdir(parents=True)
        (tmp_path / "models" / "card.md").write_text("été", encoding="utf-8")
        (tmp_path / "models" / "deep" / "model.onnx").write_bytes(b"\x00\xff")
        return tmp_path / "models"

    def test_it_is_a_tracker(self, open_tracker: Open) -> None:
        assert isinstance(open_tracker(), Tracker)

    def test_a_run_that_was_never_noted_has_no_values(self, open_tracker: Open, noted: Noted) -> None:
        open_tracker().note("other", {"rows": 1})
        assert noted("never", "rows") == []

    def test_numbers_and_texts_are_written_down(self, open_tracker: Open, noted: Noted) -> None:
        open_tracker().note("one", {"roc_auc": 0.1, "rows": 3333, "kept": "été"})
        assert (noted("one", "roc_auc"), noted("one", "rows"), noted("one", "kept")) == ([0.1], [3333], ["été"])

    def test_a_later_value_stands_beside_the_earlier(self, open_tracker: Open, noted: Noted) -> None:
        open_tracker().note("one", {"rows": 2, "kept": "a"})
        open_tracker().note("one", {"rows": 1, "kept": "b"})
        assert (noted("one", "rows"), noted("one", "kept")) == ([2, 1], ["a", "b"])

    def test_runs_are_strangers_to_one_another(self, open_tracker: Open, noted: Noted) -> None:
        tracker = open_tracker()
        tracker.note("one", {"rows": 1})
        tracker.note("two", {"rows": 2})
        assert (noted("one", "rows"), noted("two", "rows")) == ([1], [2])

    def test_parameters_are_written_down(self, open_tracker: Open, given: Given) -> None:
        open_tracker().begin("one", STARTED, {"seed": 0, "churn.metric": "été", "share": 0.25})
        assert [given("one", name) for name in ("seed", "churn.metric", "share", "never")] == ["0", "été", "0.25", None]

    def test_a_parameter_stands_as_first_given(self, open_tracker: Open, given: Given) -> None:
        open_tracker().begin("one", STARTED, {"seed": 1})
        open_tracker().begin("one", STARTED, {"seed": 2, "later": 3})
        assert given("one", "seed") == "1"

    def test_parameters_and_values_of_one_name_are_two_things(self, open_tracker: Open, given: Given, noted: Noted) -> None:
        tracker = open_tracker()
        tracker.begin("one", STARTED, {"rows": 1})
        tracker.note("one", {"rows": 2})
        assert (given("one", "rows"), noted("one", "rows")) == ("1", [2])

    def test_many_and_long_words_are_no_fault(self, open_tracker: Open, given: Given, noted: Noted) -> None:
        tracker = open_tracker()
        tracker.begin("one", STARTED, {f"p{number}": "long " * 3000 for number in range(210)})
        tracker.note("one", {f"v{number}": number for number in range(1100)} | {f"t{number}": "x" for number in range(110)})
        assert (given("one", "p209") or "").startswith("long long")
        assert (noted("one", "v1099"), noted("one", "t109")) == ([1099], ["x"])

    def test_no_values_are_no_fault(self, open_tracker: Open, noted: Noted) -> None:
        open_tracker().note("one", {})
        assert noted("one", "rows") == []

    def test_a_name_may_hold_dots_and_slashes(self, open_tracker: Open, noted: Noted) -> None:
        open_tracker().note("one", {"predict.churn/roc_auc": 0.5})
        assert noted("one", "predict.churn/roc_auc") == [0.5]

    def test_the_files_of_a_folder_are_kept_under_its_name(self, open_tracker: Open, kept: Kept, folder: Path) -> None:
        open_tracker().keep("one", folder)
        assert (kept("one", "models/card.md"), kept("one", "models/deep/model.onnx")) == ("été".encode(), b"\x00\xff")

    def test_kept_files_outlive_the_folder_they_came_from(self, open_tracker: Open, kept: Kept, folder: Path) -> None:
        open_tracker().keep("one", folder)
        (folder / "card.md").unlink()
        assert kept("one", "models/card.md") == "été".encode()

    def test_keeping_again_keeps_the_newer_files(self, open_tracker: Open, kept: Kept, folder: Path) -> None:
        tracker = open_tracker()
        tracker.keep("one", folder)
        (folder / "card.md").write_bytes(b"new")
        tracker.keep("one", folder)
        assert kept("one", "models/card.md") == b"new"

    def test_kept_files_belong_to_their_run(self, open_tracker: Open, kept: Kept, folder: Path) -> None:
        tracker = open_tracker()
        tracker.note("two", {"rows": 1})
        tracker.keep("one", folder)
        assert kept("two", "models/card.md") is None
