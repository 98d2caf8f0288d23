"""The two engines beside each other: the same expressions over the same rows, and where their answers part."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from decimal import Decimal
from math import isnan
from typing import Any

import pyarrow as pa

from chaland.dialect import to_duckdb, to_spark

TOLERANCE = 1e-12
"""Relative: two mathematical libraries may differ in the last bit of exp, ln, log10, log2 and pow."""


def spark() -> Any:
    """A Spark session for tests: two threads, UTC, ANSI."""
    os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable, PYSPARK_DRIVER_PYTHON=sys.executable)
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    builder = SparkSession.builder.master("local[2]").appName("dialect")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    return session


class Both:
    """DuckDB and Spark over one table of rows."""

    def __init__(self, session: Any, rows: pa.Table, columns: dict[str, str]):
        import duckdb

        self._columns = columns
        self._spark = session
        self._duck = duckdb.connect()
        self._duck.execute("set TimeZone = 'UTC'")
        self.take(rows)

    def take(self, rows: pa.Table) -> None:
        """Other rows."""
        self._duck.register("rows", rows)
        self._frame = self._spark.createDataFrame(rows)
        self.rows = rows

    def differ(self, expressions: Sequence[str]) -> list[str]:
        """Where the engines part, in words; expressions are asked together, and alone where together they raise."""
        left, right = self.asked(expressions, "duck"), self.asked(expressions, "spark")
        if isinstance(left, str) or isinstance(right, str):
            if len(expressions) == 1:
                return [] if isinstance(left, str) and isinstance(right, str) else [_one_raises(expressions[0], left, right)]
            middle = len(expressions) // 2
            return [*self.differ(expressions[:middle]), *self.differ(expressions[middle:])]
        return [
            told
            for place, expression in enumerate(expressions)
            for told in self._parted(expression, left.column(place), right.column(place))
        ]

    def query(self, query: str) -> list[str]:
        """Where the rows of a whole query part."""
        tables = {"rows": self._columns}
        self._duck.register("rows", self.rows)
        left = self._duck.execute(to_duckdb(query, tables)).to_arrow_table()
        right = self._sparks(to_spark(query, tables))
        if left.column_names != right.column_names or left.num_rows != right.num_rows:
            return [f"{left.column_names} × {left.num_rows} against {right.column_names} × {right.num_rows}"]
        return [told for name in left.column_names for told in self._parted(name, left[name], right[name], told=False)]

    def _sparks(self, query: str) -> pa.Table:
        self._frame.createOrReplaceTempView("rows")
        return self._spark.sql(query).toArrow()

    def duck(self, expression: str, rows: pa.Table) -> Any:
        """What DuckDB answers over other rows, or the error."""
        self._duck.register("rows", rows)
        return self.asked([expression], "duck")

    def asked(self, expressions: Sequence[str], engine: str) -> Any:
        write = to_spark if engine == "spark" else to_duckdb
        written = [write(one, {"rows": self._columns}) for one in expressions]
        query = f"select {', '.join(f'{text} as c{place}' for place, text in enumerate(written))} from rows order by id"
        try:
            return self._sparks(query) if engine == "spark" else self._duck.execute(query).to_arrow_table()
        except Exception as error:
            return f"{type(error).__name__}: {error}".split("\n")[0][:300]

    def _parted(self, expression: str, left: pa.ChunkedArray, right: pa.ChunkedArray, told: bool = True) -> list[str]:
        found = []
        if family(left.type) != family(right.type):
            found.append(f"{expression}: {left.type} against {right.type}")
        for place, (one, other) in enumerate(zip(_values(left), _values(right), strict=True)):
            if not same(one, other):
                found.append(f"{expression}: {one!r} against {other!r} at {self._told(place) if told else place}")
        return found[:3]

    def _told(self, place: int) -> str:
        return str({name: value for name, value in self.rows.slice(place, 1).to_pylist()[0].items() if value is not None})[:600]


def _values(column: pa.ChunkedArray) -> list[Any]:
    """The values; dates and times as numbers, for Python knows none after the year 9999."""
    if pa.types.is_date(column.type):
        column = column.cast(pa.int32())
    elif pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    values: list[Any] = column.to_pylist()
    return values


def _one_raises(expression: str, left: Any, right: Any) -> str:
    return f"{expression}: {left if isinstance(left, str) else 'fine'} against {right if isinstance(right, str) else 'fine'}"


def family(kind: pa.DataType) -> str:
    """A type without what does not matter: large or small offsets."""
    return str(kind).replace("large_", "").replace("int32", "int64")


def same(one: Any, other: Any) -> bool:
    """Equal; floats to the tolerance, NaN like NaN."""
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (isnan(one) and isnan(other)) or abs(one - other) <= TOLERANCE * max(abs(one), abs(other))
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one == other and one.as_tuple().exponent == other.as_tuple().exponent
    return bool(one == other and type(one) is type(other))
