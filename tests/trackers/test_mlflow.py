from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chaland.conformance.trackers import TrackerConformance
from chaland.errors import PartMissing
from chaland.trackers.mlflow import QUIET, RUN, Adapter, Options

pytest.importorskip("mlflow", reason="mlflow is not installed")


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory):
    """MLflow's tables, made once: that takes seconds."""
    home = tmp_path_factory.mktemp("mlflow")
    Adapter(Options(), home)
    return home


@pytest.fixture
def home(empty_home, tmp_path):
    shutil.copytree(empty_home, tmp_path / "home")
    # the experiment remembers where its artifacts lie, so each copy gets one of its own
    return tmp_path / "home"


def _found(tracker, run):
    return tracker._client.search_runs([tracker._experiment], filter_string=f"tags.`{RUN}` = '{run}'")[0]


class TestMLflow(TrackerConformance):
    @pytest.fixture
    def tracker(self, home):
        return Adapter(Options(experiment="of this test"), home)

    @pytest.fixture
    def open_tracker(self, tracker, home):
        return lambda: Adapter(Options(experiment="of this test"), home)

    @pytest.fixture
    def given(self, tracker):
        return lambda run, name: _found(tracker, run).data.params.get(name)

    @pytest.fixture
    def noted(self, tracker):
        def read(run, name):
            client, found = tracker._client, tracker._client.search_runs([tracker._experiment], filter_string=f"tags.`{RUN}` = '{run}'")
            if not found:
                return []
            numbers = [metric.value for metric in client.get_metric_history(found[0].info.run_id, name)]
            texts = sorted((key, value) for key, value in found[0].data.tags.items() if key == name or key.startswith(f"{name}."))
            return numbers or [value for _, value in texts]

        return read

    @pytest.fixture
    def kept(self, tracker, home):
        def read(run, path):
            found = tracker._client.search_runs([tracker._experiment], filter_string=f"tags.`{RUN}` = '{run}'")
            file = home / "mlflow" / "artifacts" / found[0].info.run_id / "artifacts" / path
            return file.read_bytes() if file.exists() else None

        return read


def test_a_run_that_is_written_down_has_its_own_start_and_is_over(home):
    tracker = Adapter(Options(experiment="of its own"), home)
    tracker.begin("one", datetime(2026, 1, 31, 12, tzinfo=UTC), {"seed": 0})
    tracker.note("one", {"rows": 1})
    told = _found(tracker, "one").info
    assert (told.status, told.start_time, told.end_time > told.start_time) == ("FINISHED", 1769860800000, True)


def test_a_missing_package_is_told_with_the_line_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(PartMissing) as told:
        Adapter(Options(), tmp_path)
    assert (told.value.next, list(tmp_path.iterdir())) == ("pip install 'chaland[mlflow]'", [])


def test_the_command_to_look_names_the_database_that_was_written(home):
    uri = Options().look(home).rpartition(" ")[2]
    assert Path(uri.removeprefix("sqlite:///")) == home / "mlflow" / "mlflow.db"
    assert (home / "mlflow" / "mlflow.db").exists()


def test_tables_are_made_aside_and_nothing_half_made_is_left(empty_home):
    assert [file.name for file in (empty_home / "mlflow").iterdir()] == ["mlflow.db"]


def test_a_first_run_says_nothing_of_tables_being_made(tmp_path):
    code = "import pathlib, sys; from chaland.trackers.mlflow import Adapter, Options; Adapter(Options(), pathlib.Path(sys.argv[1])).note('one', {'a': 1})"
    told = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert (told.stdout, told.stderr) == ("", "")


def test_mlflow_is_loaded_only_when_a_tracker_is_opened():
    code = "import sys, chaland.trackers.mlflow; print('mlflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_telemetry_is_off_before_mlflow_is_loaded(home):
    code = (
        "import os, pathlib, sys\n"
        "from chaland.trackers.mlflow import Adapter, Options\n"
        "Adapter(Options(), pathlib.Path(sys.argv[1]))\n"
        "from mlflow.telemetry.utils import is_telemetry_disabled\n"
        "print(is_telemetry_disabled())"
    )
    told = subprocess.run([sys.executable, "-c", code, str(home)], capture_output=True, text=True, check=True)
    assert told.stdout.strip().endswith("True")
    assert QUIET["MLFLOW_DISABLE_TELEMETRY"] == "true"


def test_all_that_mlflow_writes_lies_in_the_home(home, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    models = tmp_path / "models"
    models.mkdir()
    (models / "card.md").write_text("x")
    tracker = Adapter(Options(experiment="another"), home)
    tracker.note("one", {"rows": 1, "no number": float("nan")})
    tracker.keep("one", models)
    assert list(Path.cwd().rglob("*")) == []
    assert len(list((home / "mlflow" / "artifacts").rglob("card.md"))) == 1
