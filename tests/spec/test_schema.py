"""JSON Schemas: valid themselves, true of what ships, and the same as before unless somebody says so (CHALAND_GOLDEN=1 writes them anew)."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from chaland.reading import schema

ROOT = Path(__file__).parent.parent.parent
GOLDEN = ROOT / "tests" / "golden"


@pytest.mark.parametrize("what", ["project", "site", "show", "error"])
def test_a_schema_is_the_golden_one(what):
    made = json.dumps(schema(what), ensure_ascii=False, indent=1) + "\n"
    file = GOLDEN / f"schema_{what}.json"
    if os.environ.get("CHALAND_GOLDEN"):
        file.write_text(made, encoding="utf-8")
    assert made == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("what", ["project", "site", "show", "error"])
def test_a_schema_is_valid_itself(what):
    Draft202012Validator.check_schema(schema(what))


@pytest.mark.parametrize(("what", "folder"), [("project", "projects"), ("site", "sites")])
def test_a_schema_is_true_of_every_file_that_ships(what, folder):
    files = sorted((ROOT / folder).glob("*.toml"))
    judge = Draft202012Validator(schema(what))
    told = {file.name: [error.message for error in judge.iter_errors(tomllib.loads(file.read_text(encoding="utf-8")))] for file in files}
    assert files
    assert told == {file.name: [] for file in files}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "csv"},
        {"kind": "cvs", "path": "*.csv"},
        {"kind": "csv", "path": "*.csv", "separatr": ";"},
    ],
)
def test_an_editor_is_told_of_wrong_words_beside_a_kind(wrong):
    document = {"name": "shop", "tables": {"t": {"role": "customers", "source": wrong, "columns": {"a": {"from": "A", "title": "A"}}}}}
    judge = Draft202012Validator(schema("project"))
    assert not judge.is_valid(document)
    document["tables"]["t"]["source"] = {"kind": "csv", "path": ["a.csv"]}
    assert judge.is_valid(document)


def test_every_word_of_a_project_is_explained():
    made = schema("project")
    silent = [
        f"{owner}.{word}"
        for owner, one in made["$defs"].items()
        for word, prop in one.get("properties", {}).items()
        if "description" not in prop
    ]
    assert silent == []
