"""A table's own answers."""

from __future__ import annotations

from chaland.spec import Table

TABLE = {"role": "customers", "source": {"kind": "csv", "path": "*.csv"}, "columns": {"a": {"role": "key"}, "b": {"placeholders": "?"}}}


def test_placeholders_of_a_table_are_those_of_its_columns_that_name_none():
    columns = Table.model_validate({**TABLE, "placeholders": ["NA", "-"]}).columns
    assert (columns["a"].placeholders, columns["b"].placeholders) == (("NA", "-"), ("?",))


def test_roles_are_found():
    table = Table.model_validate(TABLE)
    assert (table.key(), table.with_role("time")) == ("a", None)


def test_words_beside_a_kind_are_kept_as_written():
    assert Table.model_validate(TABLE).source.options() == {"path": "*.csv"}


def test_a_rule_may_be_one_text():
    assert Table.model_validate({**TABLE, "rules": {"ok": "a = b"}}).rules["ok"].broken == "reject"
