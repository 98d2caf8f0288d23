"""Ibis for Spark with the meaning it has on DuckDB: NaN is no null, times have a zone, and rows come back as Arrow."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.schema as sch
import ibis.expr.types as ir
import pyarrow as pa
import sqlglot.expressions as sge
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as pt

from chaland.spark import batches
from chaland.spec.patterns import for_java

ibis.pyspark  # noqa: B018  (loads Ibis's own backend, and with it the options that its compiler asks for)

from ibis.backends.pyspark import Backend as IbisBackend  # noqa: E402
from ibis.backends.pyspark.datatypes import PySparkType  # noqa: E402
from ibis.backends.sql.compilers.pyspark import PySparkCompiler  # noqa: E402

UNKNOWN = set("\a\v\f")


class Compiler(PySparkCompiler):  # type: ignore[misc]
    """Ibis's compiler for Spark, where it gives what DuckDB gives."""

    __slots__ = ()

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:
        """Text with letters whose escapes Spark does not know (it reads \\v as v) is written in hexadecimal digits."""
        if dtype.is_string() and UNKNOWN & set(value):
            return self.f.anon.decode(self.f.unhex(value.encode().hex()), "UTF-8")
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_Strip(self, op: Any, *, arg: Any) -> Any:
        """Without blanks around it."""
        blanks = self.f.anon.decode(self.f.unhex(string.whitespace.encode().hex()), "UTF-8")
        return sge.Trim(this=arg, expression=blanks)

    def visit_Substring(self, op: Any, *, arg: Any, start: Any, length: Any) -> Any:
        """Without writing the text out twice where the start is known."""
        if isinstance(op.start, ops.Literal) and op.start.value >= 0:
            return self.f.substring(arg, op.start.value + 1, *([] if length is None else [length]))
        return super().visit_Substring(op, arg=arg, start=start, length=length)

    def visit_ExtractSecond(self, op: Any, *, arg: Any) -> Any:
        """The whole seconds within the minute."""
        return self.f.anon.second(arg)

    def visit_IsNull(self, op: Any, *, arg: Any) -> Any:
        """NaN is a number."""
        return arg.is_(sge.null())

    def visit_NotNull(self, op: Any, *, arg: Any) -> Any:
        """NaN is a number."""
        return sge.not_(arg.is_(sge.null()))

    def visit_ExtractMicrosecond(self, op: Any, *, arg: Any) -> Any:
        """The microseconds within the second."""
        return self.cast(self.f.anon.pmod(self.f.anon.unix_micros(arg), 1_000_000), op.dtype)

    def visit_ExtractEpochSeconds(self, op: Any, *, arg: Any) -> Any:
        """Whole seconds since 1970; the part of a second is dropped towards the past."""
        return self.f.anon.unix_seconds(self.cast(arg, dt.Timestamp("UTC")))

    def visit_RegexSearch(self, op: Any, *, arg: Any, pattern: Any) -> Any:
        """As RE2 reads it."""
        return arg.rlike(_as_re2(pattern))

    def visit_RegexExtract(self, op: Any, *, arg: Any, pattern: Any, index: Any) -> Any:
        """As RE2 reads it; nothing where nothing matches."""
        return self.f.anon.regexp_extract(arg, _as_re2(pattern), index)

    def visit_RegexReplace(self, op: Any, *, arg: Any, pattern: Any, replacement: Any) -> Any:
        """As RE2 reads it."""
        return self.f.anon.regexp_replace(arg, _as_re2(pattern), replacement)

    def visit_Lowercase(self, op: Any, *, arg: Any) -> Any:
        """Letter by letter: Java makes a final sigma of a last one, and two letters of a dotted capital I."""
        return self.f.lower(self.f.anon.translate(arg, "Σİ", "σi"))

    def visit_DateTruncate(self, op: Any, *, arg: Any, unit: Any) -> Any:
        """A day stays a day."""
        return self.f.anon.trunc(arg, unit.singular)


def _as_re2(pattern: Any) -> Any:
    """The pattern as Java reads it alike."""
    return sge.convert(for_java(pattern.this)) if isinstance(pattern, sge.Literal) and pattern.is_string else pattern


class Backend(IbisBackend):  # type: ignore[misc]
    """Ibis's backend for Spark, faithful both ways."""

    compiler = Compiler()

    def get_schema(self, table_name: str, *, catalog: str | None = None, database: str | None = None) -> sch.Schema:
        """The columns of a view; instants have the zone UTC."""
        return schema_of(self._session.table(f"`{table_name}`"))

    def _get_schema_using_query(self, query: str) -> sch.Schema:
        return schema_of(self.raw_sql(query))

    def frame(self, expr: ir.Table) -> DataFrame:
        """The expression as a data frame, columns typed as Ibis says."""
        self._run_pre_execute_hooks(expr)
        made: DataFrame = self._session.sql(self.compile(expr))
        return made

    def to_pyarrow(self, expr: ir.Expr, /, *, params: Any = None, limit: Any = None, **words: Any) -> Any:
        """All rows, in memory here."""
        table = expr.as_table()
        found = self.frame(table.limit(limit) if limit else table).toArrow()
        return expr.__pyarrow_result__(_as(found, table.schema().to_pyarrow()))

    def to_pyarrow_batches(self, expr: ir.Expr, /, *, params: Any = None, limit: Any = None, chunk_size: int = 50_000, **words: Any) -> Any:
        """Rows as they come, one partition at a time."""
        table = expr.as_table()
        schema = table.schema().to_pyarrow()
        frame = self.frame(table.limit(limit) if limit else table)
        return pa.RecordBatchReader.from_batches(schema, _batches(frame, schema))

    def execute(self, expr: ir.Expr, /, *, params: Any = None, limit: Any = None, **words: Any) -> Any:
        """All rows, as pandas."""
        return expr.__pandas_result__(self.to_pyarrow(expr.as_table(), limit=limit).to_pandas())


def connected(session: SparkSession) -> Backend:
    """The backend of a session."""
    backend = Backend()
    backend.do_connect(session)
    return backend


def schema_of(frame: DataFrame) -> sch.Schema:
    """The columns of a data frame as Ibis has them."""
    return sch.Schema({field.name: _kind(field.dataType) for field in frame.schema})


def _kind(kind: pt.DataType) -> dt.DataType:
    return dt.Timestamp("UTC") if isinstance(kind, pt.TimestampType) else PySparkType.to_ibis(kind)


def struct_of(schema: pa.Schema) -> pt.StructType:
    """An Arrow schema as Spark's, every column nullable."""
    from pyspark.sql.pandas.types import from_arrow_type

    return pt.StructType([pt.StructField(field.name, from_arrow_type(batches.plain(field.type)), True) for field in schema])


def _as(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    return rows.cast(pa.schema([field.with_nullable(True) for field in schema]))


def _batches(frame: DataFrame, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    packed = frame.mapInArrow(batches.packed, "batch binary")
    for row in packed.toLocalIterator():
        with pa.ipc.open_stream(pa.py_buffer(row.batch)) as reader:
            for table in (pa.Table.from_batches([batch]) for batch in reader):
                yield from _as(table, schema).to_batches()
