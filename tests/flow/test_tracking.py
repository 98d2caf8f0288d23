"""What a run writes down, and that no tracker can end a run."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chaland.errors import PartMissing
from chaland.flow import show, tracking, whole
from chaland.flow.home import Home
from chaland.flow.run import Asked
from chaland.reading import find_project, read_project
from chaland.spec import Site
from chaland.spec.site import Part
from tests.flow import shop
from tests.flow.conftest import Ran
from tests.flow.report import sample

PLOTS = [f"plots/leaving.{kind}.{form}" for kind in ("calibration", "gain", "importance", "pr", "roc") for form in ("csv", "svg")]
REPORT = ["report/audit.json", "report/report.html", "report/show.json"]


@dataclass(frozen=True)
class Tracked:
    """A run that MLflow wrote down: its home, its document, its run in MLflow, and the files it keeps."""

    home: Home
    document: dict[str, Any]
    run: Any
    files: Path


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> Tracked:
    """The made-up shop on a site that says nothing, read back through MLflow's own client."""
    client_of = pytest.importorskip("mlflow", reason="mlflow is not installed").MlflowClient
    data = tmp_path_factory.mktemp("tracked") / "data"
    shop.write(data, rows=120)
    document = whole.run(shop.spec(data), Site(), shop.home(data), shop.asked(data)).document
    client = client_of(tracking_uri=document["files"]["runs"].rpartition(" ")[2])
    found = client.search_runs([client.get_experiment_by_name("chaland").experiment_id])
    assert len(found) == 1
    return Tracked(shop.home(data), document, found[0], Path(found[0].info.artifact_uri.removeprefix("file://")))


def _kept(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def _lines(ran: Ran) -> list[dict[str, Any]]:
    file = shop.home(ran.data).runs / ran.document["run"] / "values.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_site_that_says_nothing_gets_mlflow_where_it_is_installed() -> None:
    pytest.importorskip("mlflow", reason="mlflow is not installed")
    assert tracking.chosen(Site()).kind == "mlflow"


def test_a_site_that_says_nothing_gets_files_where_mlflow_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    assert tracking.chosen(Site()).kind == "files"


def test_the_tracker_that_a_site_names_is_obeyed() -> None:
    part = Part.model_validate({"kind": "files", "path": "elsewhere"})
    assert tracking.chosen(Site(tracker=part)) == part


def test_a_tracker_that_is_named_and_not_installed_is_told_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    shop.write(tmp_path / "data", rows=60)
    with pytest.raises(PartMissing) as told:
        whole.run(
            shop.spec(tmp_path / "data"), Site(tracker=Part(kind="mlflow")), shop.home(tmp_path / "data"), shop.asked(tmp_path / "data")
        )
    assert (told.value.next, shop.home(tmp_path / "data").folder.exists()) == ("pip install 'chaland[mlflow]'", False)


def test_a_tracker_that_fails_is_a_warning_and_the_run_is_kept(tmp_path: Path) -> None:
    data, said = shop.write(tmp_path / "data", rows=60).parent, list[str]()
    place, site = shop.home(data), Site(tracker=Part.model_validate({"kind": "files", "path": "blocked"}))
    place.make()
    (place.folder / "blocked").write_text("a file where a folder belongs")
    report = whole.run(shop.spec(data), site, place, Asked(data, warn=said.append), ["ingest", "prepare"])
    assert show.last(place) == report.document
    assert [line for line in said if "tracker" in line and "the run is kept" in line] != []


def test_a_run_that_goes_well_warns_of_no_tracker(tmp_path: Path) -> None:
    data, said = shop.write(tmp_path / "data", rows=60).parent, list[str]()
    whole.run(shop.spec(data), shop.SITE, shop.home(data), Asked(data, warn=said.append), ["ingest", "prepare"])
    assert [line for line in said if "tracker" in line] == []


def test_mlflow_holds_the_words_that_the_run_was_given(tracked: Tracked) -> None:
    told = tracked.run.data.params
    asked = {"leaving.target": "kind = column, of = left", "leaving.candidates": "logistic_regression", "leaving.metric": "roc_auc"}
    assert {name: told[name] for name in asked} == asked
    assert (told["engine"], told["as_of"], told["leaving.seed"], told["leaving.folds"]) == ("duckdb", tracked.document["as_of"], "0", "5")
    assert float(told["leaving.kept.threshold"]) == tracked.document["predict"]["leaving"]["threshold"]


def test_mlflow_holds_what_the_run_found(tracked: Tracked) -> None:
    told, found = tracked.run.data.metrics, tracked.document["predict"]["leaving"]
    held = found["holdout"]["metrics"]["roc_auc"]
    assert [told[f"leaving.holdout{end}/roc_auc"] for end in ("", ".low", ".high")] == [held["value"], held["low"], held["high"]]
    first = found["candidates"][0]
    assert told[f"leaving.validation.{first['name']}/f1"] == first["metrics"]["f1"]["value"]
    table = tracked.document["tables"]["people"]
    assert told["people.rows/read"] == table["read"] == sum(told[f"people.rows/{fate}"] for fate in ("accepted", "quarantined", "merged"))
    assert told["people.audit.before/validity"] == table["audit"]["before"]["validity"]
    assert {name for name in told if name.startswith("seconds/")} >= {"seconds/train", "seconds/total"}


def test_mlflow_keeps_models_pictures_report_and_audit(tracked: Tracked) -> None:
    kept = _kept(tracked.files)
    grouped = [file for file in kept if file.split("/")[1].startswith("habits")]
    assert [file for file in kept if file not in grouped] == ["models/leaving.md", "models/leaving.onnx", *PLOTS, *REPORT]
    assert (tracked.files / "models/leaving.onnx").read_bytes() == (tracked.home.models / "leaving.onnx").read_bytes()
    assert json.loads((tracked.files / "report/audit.json").read_text())["people"]["reasons"]["visits.max"] == 1


def test_a_run_in_mlflow_is_over_and_lasted_as_long_as_it_did(tracked: Tracked) -> None:
    told = tracked.run.info
    assert (told.status, told.run_name) == ("FINISHED", tracked.document["run"])
    assert (told.end_time - told.start_time) / 1000 >= tracked.document["seconds"]


def test_the_command_to_look_stays_with_the_run(tracked: Tracked) -> None:
    assert " ui --backend-store-uri sqlite:///" in tracked.document["files"]["runs"]
    assert show.last(tracked.home) == tracked.document


def test_files_hold_the_same_in_json_lines(ran: Ran) -> None:
    first, second = _lines(ran)
    assert first["parameters"]["leaving.metric"] == "roc_auc"
    assert second["values"] == tracking.values(ran.document)
    kept = shop.home(ran.data).runs / ran.document["run"] / "files"
    assert set(_kept(kept)) >= {"models/leaving.onnx", *PLOTS, *REPORT}


def test_a_value_is_a_number_or_a_short_text(ran: Ran) -> None:
    strange = {name: value for name, value in tracking.values(ran.document).items() if not isinstance(value, int | float | str)}
    assert strange == {}
    assert max(len(value) for value in tracking.values(ran.document).values() if isinstance(value, str)) < 200


def test_a_question_without_a_model_says_so() -> None:
    document = sample.document()
    document["predict"]["churn"] |= {"kept": None, "warnings": [{"code": "no_signal", "said": "…"}]}
    told = tracking.values(document)
    assert (told["churn.kept"], told["churn.warnings"]) == ("none", "no_signal")


def test_segments_tell_how_many_how_apart_and_how_steady() -> None:
    told = tracking.values(sample.document())
    assert [told[f"usage/{word}"] for word in ("k", "silhouette", "stability")] == [2, 0.21, 0.83]
    assert told["usage.share/group 0"] == 0.6


def test_parameters_are_the_words_of_the_project_file() -> None:
    told = tracking.parameters(sample.document(), read_project(find_project("telco")))
    assert (told["project"], told["usage.groups"], told["churn.target"]) == ("telco", "3 to 8", "kind = column, of = churned")


def test_a_model_that_an_earlier_project_file_left_is_not_of_this_run(ran: Ran) -> None:
    left = shop.home(ran.data).models / "earlier.onnx"
    left.write_bytes(b"left")
    try:
        again = whole.run(shop.spec(ran.data), shop.SITE, shop.home(ran.data), shop.asked(ran.data)).document
    finally:
        left.unlink()
    assert "models/earlier.onnx" not in _kept(shop.home(ran.data).runs / again["run"] / "files")
