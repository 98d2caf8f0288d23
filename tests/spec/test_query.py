"""A SELECT is read before any row is."""

from __future__ import annotations

import pytest

from chaland.spec.kinds import named
from chaland.spec.query import Given, checked, tables_of

TABLES = {
    "lines": {
        name: Given(named(kind), frozenset({("lines", name)}))
        for name, kind in {"customer": "string", "invoice": "string", "day": "date", "price": "decimal(18, 4)", "quantity": "int"}.items()
    },
    "people": {name: Given(named("string"), frozenset({("people", name)})) for name in ("customer", "city")},
}


def faults(text: str) -> list[str]:
    return [f"{said} | {mend}" for said, mend in checked(text, TABLES)[1]]


def kinds(text: str) -> dict[str, str]:
    given, told = checked(text, TABLES)
    assert told == []
    return {name: f"{one.kind.name}{one.kind.scale or ''}" for name, one in given.items()}


def origins(text: str) -> dict[str, list[tuple[str, str]]]:
    return {name: sorted(one.origins) for name, one in checked(text, TABLES)[0].items()}


def test_the_columns_of_a_query_and_their_kinds_are_known():
    text = "select customer, max(day) as last, count(*) as n, sum(quantity * price) as spent, avg(quantity) as mean from lines group by 1"
    assert kinds(text) == {"customer": "string", "last": "date", "n": "int", "spent": "decimal4", "mean": "float"}


def test_inner_queries_joins_and_stars_are_followed():
    text = "with a as (select customer, sum(quantity) filter (where day > '2026-01-01') as n from lines group by customer) select a.customer, city, n from a join people as p on a.customer = p.customer"
    assert kinds(text) == {"customer": "string", "city": "string", "n": "decimal"}
    assert list(kinds("select * from lines")) == [*TABLES["lines"]]


def test_values_that_pass_through_keep_their_origin():
    assert origins("select min(customer) as a, coalesce(invoice, null) as b, upper(customer) as c, l.day as d from lines as l") == {
        "a": [("lines", "customer")],
        "b": [],
        "c": [],
        "d": [("lines", "day")],
    }
    stacked = "select customer from lines union all select customer from people"
    assert origins(stacked) == {"customer": [("lines", "customer"), ("people", "customer")]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("select from lines where", "not SQL"),
        ("drop table lines", "a SELECT is wanted"),
        ("select a from nobody", "there is no table 'nobody'"),
        ("select a from read_csv('x.csv')", "a query reads tables of the project, and no files or functions"),
        ("select a from 'x.csv'", "there is no table 'x.csv'"),
        ("select custmer from lines", "there is no column 'custmer' | Did you mean 'customer'?"),
        ("select customer from lines where today() > day", "the function 'today' cannot be used here | The result would change from run to run."),
        ("select row_number() over (order by day) as n from lines", "'window' is not on the list"),
        ("select customer from lines where customer in (select customer from people)", "'subquery' is not on the list of what every engine does alike | Write the inner query as a table"),
        ("select customer, day from lines group by customer", "'day' is neither grouped by nor in an aggregate | Add it to GROUP BY, or write max(day)."),
        ("select customer, count(*) as n from lines", "'customer' is neither grouped by nor in an aggregate"),
        ("select * from lines limit 5", "LIMIT leaves to chance"),
        ("select * from lines join people on lines.customer = people.customer", "a star over a join gives columns twice"),
        ("select l.* from lines as l", "'l.*': a star for one table"),
        ("select customer + 1 as x from lines", "'customer' is a text, and + wants a number"),
        ("select customer from lines union all select customer, city from people", "queries of different width"),
        ("select city from lines join people", "a join without a condition"),
    ],
)  # fmt: skip
def test_what_no_engine_or_not_every_engine_does_is_told(text: str, told: str):
    assert any(one.startswith(told) for one in faults(text)), faults(text)


def test_several_faults_of_a_query_are_told_at_once():
    assert len(faults("select custmer, pric from lines")) == 2


def test_comments_and_keys_by_place_or_alias_are_understood():
    assert faults("select lower(customer) as who, day as d, count(*) as n from lines -- why\ngroup by who, 2") == []


def test_the_tables_of_a_query_are_those_it_does_not_make_itself():
    assert tables_of("with a as (select 1 from lines) select 1 from a join people as p on true") == ["people", "lines"]
    assert tables_of("nonsense (") == []
