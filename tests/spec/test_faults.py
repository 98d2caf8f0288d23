"""A document against a spec: every fault at once, in plain words."""

from __future__ import annotations

import pytest

from chaland.spec import Project, Site
from chaland.spec.faults import fit, unknown_word, without, words
from chaland.spec.table import Table

TABLE = {"role": "customers", "source": {"kind": "csv"}, "columns": {"a": {}}}


def told(document, model=Site) -> dict[str, str]:
    return {".".join(fault.keys): f"{fault.said} | {fault.hint}" for fault in fit(model, document)[1]}


def test_what_fits_has_no_fault():
    made, faults = fit(Table, TABLE)
    assert (made, faults) == (Table.model_validate(TABLE), [])


def test_what_is_left_after_a_fault_still_makes_a_spec():
    made, faults = fit(Site, {"lake": {"keep_days": -1}, "limits": {"workers": 3}})
    assert made is not None
    assert (made.lake.keep_days, made.limits.workers, len(faults)) == (30, 3, 1)


def test_without_a_word_that_must_be_there_nothing_is_made():
    made, faults = fit(Table, {**TABLE, "role": None})
    assert (made, [fault.keys for fault in faults][:1]) == (None, [("role",)])


@pytest.mark.parametrize(
    ("document", "keys", "said"),
    [
        ({"engin": {}}, "engin", "unknown word 'engin' | Did you mean 'engine'?"),
        ({"engine": {}}, "engine.kind", "'kind' is missing | Which adapter."),
        ({"engine": "duckdb"}, "engine", "must be a table { … }, and is 'duckdb'"),
        ({"limits": {"workers": "2"}}, "limits.workers", "must be a whole number, and is '2'"),
        ({"limits": {"workers": True}}, "limits.workers", "must be a number, and is true"),
        ({"limits": {"workers": 2.0}}, "limits.workers", "must be a whole number, and is 2.0"),
        ({"limits": {"seconds": 0}}, "limits.seconds", "must be greater than 0, and is 0"),
        ({"limits": {"workers": 65}}, "limits.workers", "must be 64 or less, and is 65"),
        ({"stores": {"Main": {"kind": "sqlite"}}}, "stores.Main", "'Main' cannot be a name"),
        ({"stores": []}, "stores", "must be a table { … }, and is []"),
        ({"format": 2}, "format", "this file has format 2, and this chaland reads format 1"),
    ],
)
def test_each_fault_is_said_in_plain_words(document, keys, said):
    assert told(document)[keys].startswith(said)


@pytest.mark.parametrize(
    ("column", "keys", "said"),
    [
        ({"broken": "rejct"}, "broken", "'rejct' is not one of its words | Did you mean 'reject'?"),
        ({"broken": {"mxa": "null"}}, "broken.mxa", "'mxa' is not one of its words | Did you mean 'max'?"),
        ({"min": True}, "min", "must be a number, and is true"),
        ({"from": ["a", 1]}, "from.1", "must be a text in quotes, and is 1"),
        ({"words": {"a": 1}}, "words.a", "must be a text in quotes, and is 1"),
        ({"thousands": "ab"}, "thousands", "takes at most 1 character, and is 'ab'"),
        ({"title": {"en": "A"}}, "title.fr", "'fr' is missing | French."),
        ({"privacy": "secret"}, "privacy", "'secret' is not one of its words"),
    ],
)
def test_branches_of_one_word_are_told_together(column, keys, said):
    found = told({**TABLE, "columns": {"a": column}}, Table)
    assert len(found) == 1
    assert found[f"columns.a.{keys}"].startswith(said)


def test_a_fault_deep_in_a_project_does_not_hide_the_others():
    document = {
        "name": "Shop",
        "tables": {"t": {**TABLE, "rol": 1, "columns": {"a": {"scale": 13, "typ": "int"}}}},
        "segments": {"s": {"features": []}},
    }
    assert set(told(document, Project)) == {
        "name",
        "tables.t.rol",
        "tables.t.columns.a.scale",
        "tables.t.columns.a.typ",
        "segments.s.features",
    }


def test_values_are_taken_out_by_their_path():
    assert without({"a": {"b": [1, 2], "c": 3}}, [("a", "b", "0"), ("a", "c")]) == {"a": {"b": [2]}}


def test_words_are_told_as_they_are_written():
    assert "from" in words(Table.model_fields["columns"].annotation.__args__[1])
    assert unknown_word("form", ["from", "to"]) == ("unknown word 'form'", "Did you mean 'from'?")
