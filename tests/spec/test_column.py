"""A column's own answers."""

from __future__ import annotations

from chaland.spec import Column


def test_a_column_without_from_has_its_own_name_in_the_files():
    assert (Column().names("state"), Column.model_validate({"from": "State"}).names("state")) == (("state",), ("State",))


def test_what_happens_to_a_broken_value_is_said_once_or_per_rule():
    assert Column.model_validate({"broken": "null"}).on_broken("max") == "null"
    assert Column.model_validate({"broken": {"max": "null"}}).on_broken("min") == "reject"
