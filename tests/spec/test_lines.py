"""Every key of a TOML text is found where it stands."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from chaland.spec.lines import Lines

TEXT = '''# a comment with [brackets] and = signs
name = "shop"          # another
title.en = "Shop"
"odd key" = 1

[tables.people]
role = """customers
[not.a.header]
x = 1"""
source = { kind = "csv", "path" = '*.csv', deep = { er = [1, 2] } }

[tables.people.columns]
id = { from = [
    "ID",
    'id = { x',    # two
  ], type = "int" }
born = 2020-01-01

[[lists]]
a = 1
[[lists]]
b = [[1], [2, 3]]
[lists.sub]
c = true
'''


def keys_of(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from keys_of(inner, (*path, key))
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield (*path, str(number))
            yield from keys_of(inner, (*path, str(number)))


def test_every_key_that_toml_knows_has_its_own_place():
    lines = Lines(TEXT)
    places = {path: lines.place(path) for path in keys_of(tomllib.loads(TEXT))}
    assert places[("name",)] == (2, 1)
    assert places[("title", "en")] == (3, 7)
    assert places[("odd key",)] == (4, 1)
    assert places[("tables", "people", "role")] == (7, 1)
    assert places[("tables", "people", "source")] == (10, 1)
    assert places[("tables", "people", "source", "path")] == (10, 26)
    assert places[("tables", "people", "source", "deep", "er", "1")] == (10, TEXT.splitlines()[9].index("2]") + 1)
    assert places[("tables", "people", "columns", "id", "from", "1")] == (15, 5)
    assert places[("tables", "people", "columns", "id", "type")] == (16, 6)
    assert places[("lists", "1", "b", "1", "0")] == (22, 12)
    assert places[("lists", "1", "sub", "c")] == (24, 1)
    assert None not in places.values()


def test_a_key_that_is_not_written_is_placed_at_the_nearest_above_it():
    assert Lines(TEXT).place(("tables", "people", "columns", "id", "role")) == (13, 1)
    assert Lines(TEXT).place(("nothing",)) is None


def test_windows_line_ends_do_not_move_the_places():
    assert Lines(TEXT.replace("\n", "\r\n")).place(("lists", "1", "sub", "c")) == (24, 1)


VALUES = st.recursive(
    st.one_of(st.integers(), st.booleans(), st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abc\"'.=#[{ é", min_size=1, max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


def written(value) -> str:
    import json

    if isinstance(value, dict):
        return "{ " + ", ".join(f"{written(key)} = {written(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


@given(st.dictionaries(st.text("abc\"'.=#[{ é", min_size=1, max_size=4), VALUES, max_size=4))
def test_whatever_toml_reads_has_all_its_keys_placed(document):
    text = "".join(f"{written(key)} = {written(value)}\n" for key, value in document.items())
    assert tomllib.loads(text) == document
    lines = Lines(text)
    assert all(path in lines._places for path in keys_of(document))
