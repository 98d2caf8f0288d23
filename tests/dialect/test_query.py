"""Whole queries written for each engine. That their rows are equal is tested in test_dialect.py."""

from __future__ import annotations

import pytest

from chaland.dialect import to_duckdb, to_spark
from chaland.errors import SpecError

TABLES = {"rows": {"n": "int64", "s": "string"}, "more": {"n": "int64", "x": "float64"}}


def test_a_star_stays_and_what_is_new_keeps_its_name() -> None:
    assert to_spark('select *, (n + 1) as "next" from rows', TABLES) == "SELECT *, ((`n` + cast(1 as bigint))) AS `next` FROM rows"


def test_nulls_come_last_unless_the_query_says_otherwise() -> None:
    assert to_spark("select n from rows order by n", TABLES).endswith("NULLS LAST")
    assert to_spark("select n from rows order by n nulls first", TABLES).endswith("ORDER BY `n`")


def test_columns_of_inner_queries_are_known_outside() -> None:
    told = to_spark("with a as (select n * 2 as m from rows) select m / 2 as h from (select m from a) as b", TABLES)
    assert "cast(`m` as double)" in told


def test_a_sum_of_whole_numbers_is_wide_on_both() -> None:
    for write in (to_spark, to_duckdb):
        assert "as decimal(38, 0)" in write("select sum(n) as total from rows", TABLES)


def test_columns_of_two_tables_are_told_apart() -> None:
    with pytest.raises(SpecError, match="is a text"):
        to_spark("select one.s + 1 as q from rows as one join more as two on one.n = two.n", TABLES)
