"""Expressions written for each engine. That their values are equal is tested in test_dialect.py."""

from __future__ import annotations

import pytest

from chaland.dialect import to_duckdb, to_spark
from chaland.dialect.writing import SPELT
from chaland.spec.functions import TABLE

COLUMNS = {"rows": {"n": "int", "x": "float", "money": "decimal(18, 2)", "s": "string", "day": "date", "Odd name": "int"}}


def test_every_listed_function_is_spelt() -> None:
    assert {*TABLE} == SPELT


@pytest.mark.parametrize(
    ("text", "spark"),
    [
        ("n / 2", "(cast(`n` as double) / nullif(cast(cast(2 as bigint) as double), 0e0))"),
        ("day - day", "cast(datediff(`day`, `day`) as bigint)"),
        ("s like 'a\\_'", r"(`s` like 'a\\\\_')"),
        ("-9223372036854775808", "cast(-9223372036854775808 as bigint)"),
        ('"Odd name" + 1', "(`Odd name` + cast(1 as bigint))"),
        ("day > '2024-01-01'", "(`day` > cast('2024-01-01' as date))"),
        ("case when null then 1 end", "case  when cast(null as boolean) then cast(1 as bigint) end"),
        ("money + null", "cast(null as decimal(18, 2))"),
    ],
)
def test_an_expression_is_written_for_spark(text: str, spark: str) -> None:
    assert to_spark(text, COLUMNS) == spark


def test_duckdb_is_told_what_it_would_do_otherwise() -> None:
    assert to_duckdb("n % n", COLUMNS) == 'case when "n" = -1 then "n" - "n" else ("n" % nullif("n", cast(0 as bigint))) end'
