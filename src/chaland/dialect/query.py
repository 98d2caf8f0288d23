"""A whole SELECT written for one engine: each expression in it is read with the columns that it sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chaland.dialect.casts import type_name
from chaland.dialect.writing import Writer
from chaland.errors import Fault, SpecError
from chaland.spec import query
from chaland.spec.aggregates import AGGREGATES, TypedRows, arguments, summed
from chaland.spec.kinds import ANY, FLOAT, Kind
from chaland.spec.query import Columns, Given
from chaland.spec.typed import Typed


class RowsWriter(Writer):
    """Writes aggregates too."""

    def _write_anonymous(self, node: Any) -> str:
        return self._aggregate(node, "") if node.name.lower() in AGGREGATES else super()._write_anonymous(node)

    def _write_filter(self, node: Any) -> str:
        return self._aggregate(node.this, f" filter (where {self.truth(node.expression.this)})")

    def _write_star(self, _: Any) -> str:
        return "*"

    def _aggregate(self, node: Any, only: str) -> str:
        """An aggregate over the rows that `only` lets pass; sums of whole numbers and decimals keep every digit."""
        name, inner = node.name.lower(), [one for part in node.expressions for one in arguments(part)]
        distinct = "distinct " if any(type(part).__name__ == "Distinct" for part in node.expressions) else ""
        kind = self.kind(inner[0]) if inner else ANY
        if name == "sum" and kind.name in ("int", "decimal"):
            whole = type_name(summed(kind), self._spark)
            what = f"cast({self.write(inner[0])} as {whole})" if self._spark else self.write(inner[0])
            return f"cast(sum({distinct}{what}){only} as {whole})"
        if name == "count_if":
            # DuckDB's own counts in 128 bits, and is null where nothing was true or false.
            return f"count(case when {self.write(inner[0])} then 1 end){only}"
        first = self.as_kind(inner[0], FLOAT) if name in ("avg", "median", "quantile_cont") else self.write(inner[0]) if inner else "*"
        called = {"quantile_cont": "percentile"}.get(name, name) if self._spark else name
        return f"{called}({distinct}{', '.join([first, *(part.sql(dialect='duckdb') for part in inner[1:])])}){only}"


class Query(query.Query):
    """Writes queries over tables whose columns are known."""

    def __init__(self, tables: Mapping[str, Mapping[str, Kind]], spark: bool):
        super().__init__({name: {column: Given(kind) for column, kind in columns.items()} for name, columns in tables.items()})
        self._spark = spark

    def expression(self, tree: Any) -> str:
        """One expression over the columns of all tables."""
        return self._written(tree, {name: one for columns in self._tables.values() for name, one in columns.items()})[0]

    def write(self, tree: Any) -> str:
        """A whole query."""
        made = tree.copy()
        self.columns(made)
        text: str = made.sql(dialect="spark" if self._spark else "duckdb")
        return text

    def put(self, node: Any, seen: Columns) -> None:
        """The expression, written in its place."""
        node.replace(_raw(self._written(node, seen)[0]))

    def projected(self, node: Any, name: str, seen: Columns) -> Given:
        """The column, written in its place under its name."""
        from sqlglot import exp

        text, kind = self._written(node.unalias(), seen)
        node.replace(exp.alias_(_raw(text), name, quoted=True))
        return Given(kind)

    def fits(self, typed: Typed) -> None:
        """Raises SpecError with all that does not go together."""
        if typed.told:
            raise SpecError("the SQL cannot run alike on every engine", faults=[Fault((), *told) for told in typed.told])

    def _written(self, node: Any, seen: Columns) -> tuple[str, Kind]:
        self.listed(node, RowsWriter)
        typed = TypedRows({name: one.kind for name, one in seen.items()})
        kind = typed.read(node)
        self.fits(typed)
        return RowsWriter(typed.kinds, self._spark).write(node), kind


def _raw(text: str) -> Any:
    from sqlglot import exp

    return exp.Var(this=text)
