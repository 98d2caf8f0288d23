"""DuckDB's SQL, as far as it is on the list, written so that DuckDB and Spark (ANSI on, UTC) give the same answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Columns = Mapping[str, str]


def to_spark(sql: str, tables: Mapping[str, Columns] | None = None) -> str:
    """A SELECT, or one expression, in Spark's SQL.

    `tables`: the types of the columns of each table, as Ibis, SQL or a project file write them; an expression sees the columns of all.
    Raises SpecError where something in it is not on the list.
    """
    return _written(sql, tables or {}, spark=True)


def to_duckdb(sql: str, tables: Mapping[str, Columns] | None = None) -> str:
    """The same SQL for DuckDB, where it alone would not mean what the list says: x / 0 is null, whole numbers have 64 bits."""
    return _written(sql, tables or {}, spark=False)


def _written(sql: str, tables: Mapping[str, Columns], spark: bool) -> str:
    from sqlglot import exp

    from chaland.dialect.query import Query
    from chaland.errors import SpecError
    from chaland.spec.sql import parsed

    try:
        tree = parsed(sql)
    except SyntaxError as error:
        raise SpecError(f"not SQL: {error.msg}", next="Write it in DuckDB's dialect.") from None
    query = Query({name: _kinds(columns) for name, columns in tables.items()}, spark)
    return query.write(tree) if isinstance(tree, exp.Query) else query.expression(tree)


def _kinds(columns: Columns) -> Any:
    from chaland.spec.kinds import named

    return {name: named(text) for name, text in columns.items()}
