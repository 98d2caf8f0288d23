"""The same answers on DuckDB and on Spark: every entry of the list over awkward rows, whole queries, and expressions drawn at random."""

from __future__ import annotations

import os
import random
import re

import pyarrow as pa
import pytest

from chaland.dialect import to_duckdb, to_spark
from chaland.dialect.spelling import KEPT_HIGH, KEPT_LOW, PLACE
from chaland.errors import SpecError
from chaland.spec.functions import TABLE
from tests.dialect.awkward import COLUMNS, EXPRESSIONS, RAISING, TYPES, VALUES, listed, rows
from tests.dialect.engines import Both
from tests.dialect.inventing import expression

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
LISTED = listed(EXPRESSIONS)
AT_ONCE = 32
DRAWN = int(os.environ.get("CHALAND_FUZZ", "200"))
"""How many expressions are drawn; more by hand."""
ODD = frozenset(KEPT_LOW + KEPT_HIGH)
QUERIES = [
    'select *, (i + 1) as "next" from rows order by id',
    "select s, count(*) as n, sum(i) as total, min(x) as least, max(cents) as most from rows group by s order by s",
    'select count(*) filter (where not (i > 0)) as "n", count(distinct s) as d, sum(cents) as money, avg(cents) as mean from rows',
    "select median(i) as m, quantile_cont(i, 0.25) as q, bool_and(b) as every, bool_or(b) as any_ from rows",
    "with small as (select id, i % 3 as g from rows where i < 50) select g, count(*) as n from small group by g having count(*) > 1 order by g",
    "select id, i from rows order by i desc, id limit 5",
    "select id, s from rows order by s, id",
    "select id, x from rows order by x, id",
    "select id, x from rows order by x desc nulls first, id limit 7",
    "select one.id, two.s from rows as one join rows as two on one.id = two.id + 1 order by one.id",
    "select id, day from rows where day >= '2024-01-01' and s is not null union all select id, born from rows where b order by 1, 2",
    "select distinct lower(z) as w from rows order by w",
    "select id, i * 2 as twice, twice / 4 as half from rows order by id",
    "select max(i * 2) as m, max(b) as t, max(day) as d from rows",
    # Groups of one row, some of which hold nothing at all.
    "select id, count_if(b) as n, count_if(c) filter (where b) as m, count(b) as k, bool_and(b) as e, bool_or(c) as o from rows group by id order by id",
    "select id, sum(i) as s, sum(cents) filter (where i > 0) as p, avg(x) as a, median(i) as d, min(s) as l from rows group by id order by id",
    "select count_if(b) as n, sum(i) as s, avg(x) as a, median(x) as d, bool_or(b) as o from rows where id < 0",
]


@pytest.mark.parametrize("start", range(0, len(LISTED), AT_ONCE))
def test_every_entry_of_the_list_gives_the_same_answers(both: Both, start: int) -> None:
    assert both.differ(LISTED[start : start + AT_ONCE]) == []


def test_every_function_is_asked_of_both_engines() -> None:
    assert [name for name in TABLE if not any(re.search(rf"\b{name}\(", one) for one in LISTED)] == []


@pytest.mark.parametrize("raising", listed(RAISING))
def test_what_raises_on_one_engine_raises_on_the_other_on_the_same_rows(session: object, raising: str) -> None:
    name = next(name for name in VALUES if re.search(rf"\b{name}\b", raising))
    duck = Both(session, _of(name, raising, VALUES[name]), COLUMNS)
    alone = {value: _of(name, raising, [value]) for value in VALUES[name]}
    raises = [value for value, one in alone.items() if isinstance(duck.duck(raising, one), str)]
    duck.take(_of(name, raising, [value for value in alone if value not in raises]))
    assert raises
    assert duck.differ([raising]) == []
    for value in random.Random(raising).sample(raises, min(2, len(raises))):
        duck.take(alone[value])
        assert isinstance(duck.asked([raising], "spark"), str)


def _of(name: str, raising: str, values: list[object]) -> pa.Table:
    """Rows with these values in one column, the first of its values in another that is named, and nulls in the rest."""
    others = {other: VALUES[other][2] for other in VALUES if other != name and re.search(rf"\b{other}\b", raising)}
    columns = {other: pa.array([others.get(other)] * len(values), TYPES[other][1]) for other in VALUES}
    return pa.table({"id": pa.array(range(len(values)), pa.int64()), **columns, name: pa.array(values, TYPES[name][1])})


@pytest.mark.parametrize("query", QUERIES)
def test_a_whole_query_gives_the_same_rows(both: Both, query: str) -> None:
    assert both.query(query) == []


@pytest.mark.parametrize("seed", range(4))
def test_expressions_drawn_at_random_give_the_same_answers(session: object, seed: int) -> None:
    draw = random.Random(1000 + seed)
    drawn = [expression(draw) for _ in range(DRAWN // 4)]
    both = Both(session, rows(40, seed), COLUMNS)
    found = [told for start in range(0, len(drawn), AT_ONCE) for told in both.differ(drawn[start : start + AT_ONCE])]
    assert found == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select reverse(s) from rows", "the function 'reverse' cannot be used here"),
        ("select s + 1 as n from rows", "'s' is a text, and + wants a number"),
        ("select * from nowhere", "there is no table 'nowhere'"),
        ("select * from read_csv('x')", "no files or functions"),
        ("drop table rows", "'drop' is not on the list"),
        ("select row_number() over () as n from rows", "'window' is not on the list"),
        ("select * from rows using sample 3", "'sample' is not on the list"),
        ("select (select 1) as n from rows", "is not on the list"),
        ("select ((", "not SQL"),
        ("s ~ 'a'", "is not on the list"),
    ],
)
def test_what_is_not_on_the_list_is_refused_by_both(sql: str, said: str) -> None:
    for write in (to_spark, to_duckdb):
        with pytest.raises(SpecError) as told:
            write(sql, {"rows": COLUMNS})
        assert said in str(told.value)


def test_without_types_an_expression_is_written_as_it_stands() -> None:
    assert to_spark("lower(s) = 'it''s \\ back'").endswith(r"= 'it\'s \\ back')")


def test_letters_change_case_alike_whatever_the_letter(session: object) -> None:
    every = (sign for sign in range(1, PLACE) if not 0xD800 <= sign <= 0xDFFF)
    signs = [sign for sign in every if chr(sign) in ODD or chr(sign).lower() != chr(sign).upper() or chr(sign).isspace()]
    table = pa.table({"id": pa.array(signs, pa.int64()), "s": [f"a{chr(sign)}" for sign in signs]})
    both = Both(session, table, {"id": "int64", "s": "string"})
    assert both.differ(["lower(s)", "upper(s)", "length(trim(s))", "length(ltrim(right(s, 1)))"]) == []
