from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chaland.conformance.trackers import TrackerConformance
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


class TestMLflow(TrackerConformance):
    @pytest.fixture
    def tracker(self, home):
        return Adapter(Options(experiment="of this test"), home)

    @pytest.fixture
    def open_tracker(self, tracker, home):
        return lambda: Adapter(Options(experiment="of this test"), home)

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
