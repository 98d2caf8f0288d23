"""A site without a word is this machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from chaland.errors import SpecError
from chaland.reading import read_site
from chaland.spec import Site
from chaland.spec.site import Learn


def test_nothing_said_is_the_embedded_engine_and_store_and_any_tracker():
    site = Site()
    assert (site.engine.kind, site.tracker, site.stores["default"].kind) == ("duckdb", None, "sqlite")


def test_words_beside_a_kind_are_kept_as_written():
    assert Site.model_validate({"engine": {"kind": "duckdb", "threads": 2}}).engine.options() == {"threads": 2}


@pytest.mark.parametrize("at", ["lake", "/data/lake", "s3://bucket", "s3://my.bucket-1/some/prefix"])
def test_a_lake_lies_in_a_folder_or_on_s3(at: str) -> None:
    assert Site.model_validate({"lake": {"at": at, "endpoint": "http://127.0.0.1:9000", "region": "eu-west-3"}}).lake.at == at


@pytest.mark.parametrize(
    "lake",
    [
        {"at": "s3://MADEUPKEY:made-up-secret@bucket/prefix"},
        {"at": "gs://made-up-secret"},
        {"at": ""},
        {"endpoint": "http://MADEUPKEY:made-up-secret@127.0.0.1:9000"},
        {"endpoint": "http://127.0.0.1:9000/?key=made-up-secret"},
        {"secret_access_key": "made-up-secret"},
        {"region": "made-up-secret/"},
    ],
)
def test_a_key_in_a_site_file_is_refused_and_not_repeated(lake: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text("[lake]\n" + "".join(f"{word} = {json.dumps(value)}\n" for word, value in lake.items()))
    with pytest.raises(SpecError) as told:
        read_site(tmp_path / "site.toml")
    assert told.value.exit_code == 2
    if "region" not in lake:
        assert "made-up" not in f"{told.value}{told.value.document()}"


@pytest.mark.parametrize("words", [{"part": 0}, {"part": 1.5}, {"driver_rows": 0}, {"where": "moon"}, {"parts": 0.1}])
def test_learning_happens_somewhere_on_somebody(words: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Learn.model_validate(words)


def test_learning_stays_in_this_process_until_the_site_says_otherwise() -> None:
    assert (Learn().where, Learn().driver_rows, Learn().part) == ("auto", 2_000_000, None)
