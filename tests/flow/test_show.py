"""The document of a run is what was promised."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from chaland import reading
from chaland.errors import DataError
from chaland.flow import show
from tests.flow import shop
from tests.flow.conftest import Ran

KEYS = {
    "project",
    "run",
    "engine",
    "as_of",
    "started",
    "seconds",
    "steps",
    "tables",
    "trends",
    "segments",
    "predict",
    "decide",
    "warnings",
    "notes",
    "files",
}


def test_the_document_keeps_its_schema(ran: Ran) -> None:
    jsonschema.validate(json.loads(json.dumps(ran.document, default=str)), reading.schema("show"))
    assert set(ran.document) >= KEYS


def test_read_is_accepted_and_quarantined_and_merged(ran: Ran) -> None:
    table = ran.document["tables"]["people"]
    assert table["read"] == table["accepted"] + table["quarantined"] + table["merged"] == 249
    assert sum(table["reasons"].values()) == table["quarantined"] == 6


def test_scores_of_the_audit_are_between_0_and_100(ran: Ran) -> None:
    for when in ("before", "after"):
        told = ran.document["tables"]["people"]["audit"][when]
        assert set(told) == {"accuracy", "completeness", "consistency", "validity", "uniqueness", "timeliness"}
        assert all(score is None or 0 <= score <= 100 for score in told.values())


def test_a_question_has_what_was_promised_of_it(ran: Ran) -> None:
    told: dict[str, Any] = ran.document["predict"]["leaving"]
    assert set(told) >= {
        "task",
        "rows",
        "horizon_days",
        "baseline",
        "kept",
        "candidates",
        "holdout",
        "warnings",
        "notes",
        "model",
        "parity",
    }
    assert (told["kept"], told["task"], told["holdout"]["rows"]) == ("logistic_regression", "binary", 48)
    assert Path(told["model"]).exists()
    assert (
        told["holdout"]["metrics"]["roc_auc"]["low"]
        <= told["holdout"]["metrics"]["roc_auc"]["value"]
        <= told["holdout"]["metrics"]["roc_auc"]["high"]
    )


def test_the_files_it_names_are_there(ran: Ran) -> None:
    assert Path(ran.document["files"]["report"]).exists()
    assert Path(ran.document["files"]["model_card"]["leaving"]).exists()


def test_the_last_document_is_kept(ran: Ran) -> None:
    last = show.last(shop.home(ran.data))
    assert (last["project"], last["tables"]) == (ran.document["project"], ran.document["tables"])
    assert last["run"] >= ran.document["run"]  # other tests may have run the shop again


def test_a_project_that_has_not_run_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has not run yet"):
        show.last(shop.home(tmp_path / "data"))
