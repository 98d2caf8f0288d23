"""Tables that SQL makes of others hang together."""

from __future__ import annotations

from typing import Any

import pytest

from chaland.spec import Table
from chaland.spec.made import faults, in_order, loose, made_of, origin, sealed, tells_of_days

LINES = {
    "role": "transactions",
    "source": {"kind": "csv", "path": "*.csv"},
    "columns": {"customer": {"privacy": "identifier"}, "quantity": {"type": "int"}, "price": {"type": "decimal", "scale": 4}, "gender": {"privacy": "sensitive"}},
    "derive": {"who": "customer", "amount": "quantity * price"},
}  # fmt: skip
PEOPLE = {
    "role": "customers",
    "source": {"kind": "sql", "query": "select customer, sum(amount) as spent from lines group by customer"},
    "columns": {"customer": {"role": "key"}, "spent": {"type": "decimal"}},
}


def project(**tables: Any) -> dict[str, Table]:
    return {name: Table.model_validate(table) for name, table in {"people": PEOPLE, "lines": LINES, **tables}.items()}


def asking(query: str, **columns: Any) -> dict[str, Any]:
    return {"role": "reference", "source": {"kind": "sql", "query": query}, "columns": columns}


def told(tables: dict[str, Table], *doubtful: str) -> dict[str, str]:
    return {".".join(fault.keys[1:]): f"{fault.said} | {fault.hint}" for fault in faults(tables, frozenset(doubtful))}


def test_tables_come_after_those_they_are_made_of():
    tables = project(top=asking("select spent from people", spent={"type": "decimal"}))
    assert in_order(tables) == ["lines", "people", "top"]
    assert (made_of(tables, "top"), made_of(tables, "lines")) == (["people"], [])
    assert told(tables) == {}


def test_a_circle_is_told_and_does_not_go_round_for_ever():
    tables = project(a=asking("select x from b", x={}), b=asking("select x from a", x={}))
    assert told(tables)["a.source.query"] == "it is made of itself: 'a' of 'b' of 'a' | One of them must be made of others only."
    assert set(in_order(tables)) == {"lines", "people", "a", "b"}
    assert "one.source.query" in told(project(one=asking("select x from one", x={})))


def test_what_was_a_pseudonym_before_is_one_already():
    tables = project(
        again=asking("select customer as c from people", c={"privacy": "identifier"}),
        new=asking("select customer || '!' as c, who as d, min(who) as e from lines group by 1, 2", c={"privacy": "identifier"}, d={"privacy": "identifier"}, e={"privacy": "identifier"}),
    )  # fmt: skip
    assert [sealed(tables, name) for name in ("people", "again", "lines")] == [{"customer"}, {"c"}, frozenset()]
    assert sealed(tables, "new") == {"d", "e"}


def test_the_origin_of_a_key_is_where_it_is_read():
    tables = project(again=asking("select customer as c, 1 as one from people", c={}, one={"type": "int"}))
    assert [origin(tables, "again", column) for column in ("c", "one")] == [("lines", "customer"), ("again", "one")]


@pytest.mark.parametrize(
    ("query", "columns", "where", "said"),
    [
        ("select quantty from lines", {"quantty": {}}, "t.source.query", "there is no column 'quantty' | Did you mean 'quantity'?"),
        ("select quantity from linse", {"quantity": {}}, "t.source.query", "there is no table 'linse' | Did you mean 'lines'?"),
        ("select quantity from lines", {"quantity": {}}, "t.columns.quantity", "the query gives a whole number, and the column is a string"),
        ("select price from lines", {"price": {"type": "int"}}, "t.columns.price.type", "the query gives a decimal, and the column is a int"),
        ("select quantity / 2 as h from lines", {"h": {"type": "decimal"}}, "t.columns.h.type", "the query gives a number, and the column is a decimal"),
        ("select quantity from lines", {"qty": {"type": "int"}}, "t.columns.qty", "the query gives no column 'qty'"),
        ("select customer from lines", {"customer": {"from": "x"}}, "t.columns.customer.from", "the query names the columns"),
        ("select quantity from lines", {"quantity": {"type": "int", "words": {"1": "2"}}}, "t.columns.quantity.words", "the query gives a whole number, which is not spelt"),
        ("select gender as g from lines", {"g": {}}, "t.columns.g", "it holds 'gender' of 'lines', which is sensitive"),
    ],
)  # fmt: skip
def test_columns_agree_with_what_the_query_gives(query: str, columns: dict[str, Any], where: str, said: str):
    assert told(project(t=asking(query, **columns)))[where].startswith(said)


def test_a_query_over_a_table_with_faults_of_its_own_is_not_judged():
    tables = project(t=asking("select quantty from lines", quantty={}))
    assert told(tables, "lines") == {}


@pytest.mark.parametrize(
    ("computed", "is_loose"),
    [
        ("avg(price)", True),
        ("sum(cast(price as double))", True),
        ("ln(sum(quantity))", True),
        ("max(cast(price as double) ** 2)", True),
        ("avg(quantity)", False),
        ("sum(quantity) / count(*)", False),
        ("max(cast(price as double))", False),
    ],
)
def test_floats_that_engines_compute_in_their_own_ways_are_no_part_of_a_made_key(computed: str, is_loose: bool):
    text = f"select customer, {computed} as level from lines group by customer"
    made, beside = asking(text, customer={}, level={"type": "float"}), asking("select level from made", level={"type": "float"})
    keyed = asking(text, customer={"role": "key"}, level={"type": "float"})
    assert loose(project(made=made), "made") == ({"level"} if is_loose else set())
    found = told(project(made=made, beside=beside, keyed=keyed))
    assert [place for place in found if place.endswith("level")] == (["made.columns.level", "beside.columns.level"] if is_loose else [])
    assert (
        told(project(made=asking(text.replace(computed, f"cast({computed} as decimal(18, 4))"), level={"type": "decimal", "scale": 4})))
        == {}
    )


def test_a_table_tells_of_days_where_any_that_it_is_made_of_has_a_time():
    dated = LINES | {"columns": LINES["columns"] | {"day": {"type": "date", "role": "time"}}}
    assert [tells_of_days(project(lines=lines), "people") for lines in (LINES, dated)] == [False, True]
