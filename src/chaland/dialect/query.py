"""A whole SELECT: each expression in it is read with the columns that it sees, and written for one engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chaland.dialect.casts import type_name
from chaland.dialect.writing import Writer
from chaland.errors import Fault, SpecError, nearest
from chaland.spec import kinds
from chaland.spec.functions import TABLE
from chaland.spec.kinds import ANY, FLOAT, INT, Kind
from chaland.spec.typed import Typed

Columns = Mapping[str, Kind]
BIG = kinds.decimal(38, 0)
AGGREGATES = ("count", "sum", "avg", "min", "max", "median", "quantile_cont", "bool_and", "bool_or", "count_if")
"""Functions over many rows that a SELECT may use."""
_CLAUSES = frozenset(
    (
        "expressions",
        "from_",
        "from",
        "joins",
        "where",
        "group",
        "having",
        "qualify",
        "order",
        "limit",
        "offset",
        "distinct",
        "with_",
        "with",
    )
)
_IN_ORDER = ("Group", "Order")


class TypedRows(Typed):
    """Reads aggregates too."""

    def _read_anonymous(self, node: Any) -> Kind:
        name = node.name.lower()
        if name not in AGGREGATES:
            return super()._read_anonymous(node)
        found = [self.read(one) for part in node.expressions for one in _parts(part)]
        if name in ("count", "count_if"):
            return INT
        if name in ("bool_and", "bool_or"):
            return kinds.BOOL
        if name == "sum":
            return _summed(found[0])
        return found[0] if name in ("min", "max") else FLOAT

    def _read_filter(self, node: Any) -> Kind:
        self.want(node.expression.this, ("bool",), "FILTER")
        return self.read(node.this)

    def _read_star(self, _: Any) -> Kind:
        return ANY


def _parts(node: Any) -> Sequence[Any]:
    return node.expressions if type(node).__name__ == "Distinct" else [node]


def _summed(kind: Kind) -> Kind:
    return BIG if kind == INT else kinds.decimal(38, kind.scale) if kind.name == "decimal" else kind


class RowsWriter(Writer):
    """Writes aggregates too."""

    def _write_anonymous(self, node: Any) -> str:
        name = node.name.lower()
        if name not in AGGREGATES:
            return super()._write_anonymous(node)
        distinct = "distinct " if any(type(part).__name__ == "Distinct" for part in node.expressions) else ""
        parts = [one for part in node.expressions for one in _parts(part)]
        return self._aggregate(name, distinct, parts)

    def _aggregate(self, name: str, distinct: str, parts: Sequence[Any]) -> str:
        kind = self.kind(parts[0]) if parts else ANY
        if name == "sum" and kind.name in ("int", "decimal"):
            whole = _summed(kind)
            return (
                f"cast(sum({distinct}{self.write(parts[0])}) as {type_name(whole, self._spark)})"
                if not self._spark
                else self._sum(parts[0], whole)
            )
        if name in ("avg", "median") or name == "quantile_cont":
            texts = [self.as_kind(parts[0], FLOAT), *(part.sql(dialect="duckdb") for part in parts[1:])]
        else:
            texts = [self.write(parts[0]) if parts else "*", *(part.sql(dialect="duckdb") for part in parts[1:])]
        called = {"quantile_cont": "percentile"}.get(name, name) if self._spark else name
        return f"{called}({distinct}{', '.join(texts)})"

    def _sum(self, part: Any, whole: Kind) -> str:
        return f"cast(sum(cast({self.write(part)} as {type_name(whole, True)})) as {type_name(whole, True)})"

    def _write_filter(self, node: Any) -> str:
        return f"{self.write(node.this)} filter (where {self.truth(node.expression.this)})"

    def _write_star(self, _: Any) -> str:
        return "*"


class Query:
    """Writes queries over tables whose columns are known."""

    def __init__(self, tables: Mapping[str, Columns], spark: bool):
        self._tables = {name.lower(): columns for name, columns in tables.items()}
        self._spark = spark

    def expression(self, tree: Any) -> str:
        """One expression over the columns of all tables."""
        return self._expression(tree, {name: kind for columns in self._tables.values() for name, kind in columns.items()})[0]

    def write(self, tree: Any) -> str:
        """A whole query."""
        made = tree.copy()
        self._query(made, self._tables)
        text: str = made.sql(dialect="spark" if self._spark else "duckdb")
        return text

    def _query(self, node: Any, tables: Mapping[str, Columns]) -> Columns:
        """Rewrites a query in place; the columns it gives."""
        from sqlglot import exp

        tables = {**tables, **self._named(node, tables)}
        if isinstance(node, exp.SetOperation):
            columns = self._query(node.left, tables)
            self._query(node.right, tables)
            return columns
        if isinstance(node, exp.Subquery):
            return self._query(node.this, tables)
        if not isinstance(node, exp.Select):
            raise _not_listed(type(node).__name__.lower())
        return self._select(node, tables)

    def _named(self, node: Any, tables: Mapping[str, Columns]) -> Mapping[str, Columns]:
        found: dict[str, Columns] = {}
        for one in node.ctes:
            found[one.alias.lower()] = self._query(one.this, {**tables, **found})
        return found

    def _select(self, node: Any, tables: Mapping[str, Columns]) -> Columns:
        odd = [name for name, value in node.args.items() if value and name not in _CLAUSES]
        if odd:
            raise _not_listed(odd[0])
        seen = dict(self._seen(node, tables))
        given = self._projected(node, seen)
        for join in node.args.get("joins") or ():
            self._put(join.args.get("on"), seen)
        for clause in ("where", "having", "qualify"):
            self._put(node.args[clause].this if node.args.get(clause) else None, {**given, **seen})
        self._ordered(node, {**given, **seen})
        return given

    def _seen(self, node: Any, tables: Mapping[str, Columns]) -> Iterator[tuple[str, Kind]]:
        from sqlglot import exp

        sources = [node.args.get("from_") or node.args.get("from"), *(node.args.get("joins") or ())]
        for source in (source.this for source in sources if source):
            if isinstance(source, exp.Subquery):
                columns = self._query(source, tables)
            elif isinstance(source, exp.Table) and source.name.lower() in tables:
                columns = tables[source.name.lower()]
            elif isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
                raise SpecError(f"there is no table {source.name!r}", next=nearest(source.name, tables))
            else:
                raise _not_listed(source.sql(dialect="duckdb")[:40])
            for name, kind in columns.items():
                yield name, kind
                yield f"{source.alias_or_name}.{name}".lower(), kind

    def _projected(self, node: Any, seen: Columns) -> Columns:
        from sqlglot import exp

        given: dict[str, Kind] = {}
        for one in node.expressions:
            if isinstance(one, exp.Star):
                given |= {name: kind for name, kind in seen.items() if "." not in name}
                continue
            name, inner = one.alias_or_name or one.sql(dialect="duckdb"), one.unalias()
            text, given[name] = self._expression(inner, {**given, **seen})
            one.replace(exp.alias_(_raw(text), name, quoted=True))
        return given

    def _ordered(self, node: Any, seen: Columns) -> None:
        for clause in ("group", "order"):
            found = node.args.get(clause)
            for one in [*found.expressions] if found else ():
                inner = one.this if type(one).__name__ == "Ordered" else one
                if type(inner).__name__ != "Literal":
                    self._put(inner, seen)

    def _put(self, node: Any, seen: Columns) -> None:
        if node is not None:
            node.replace(_raw(self._expression(node, seen)[0]))

    def _expression(self, node: Any, seen: Columns) -> tuple[str, Kind]:
        for inner in node.walk():
            name = type(inner).__name__.lower()
            if not hasattr(RowsWriter, f"_write_{name}") and name not in _SILENT:
                raise _not_listed(name)
        typed = TypedRows(seen)
        kind = typed.read(node)
        if typed.told:
            raise SpecError("the SQL cannot run alike on every engine", faults=[Fault((), *told) for told in typed.told])
        return RowsWriter(typed.kinds, self._spark).write(node), kind


_SILENT = frozenset(("identifier", "datatype", "datatypeparam", "var", "distinct", "where", "if"))


def _raw(text: str) -> Any:
    from sqlglot import exp

    return exp.Var(this=text)


def _not_listed(what: str) -> SpecError:
    return SpecError(f"{what!r} is not on the list of what every engine does alike", next=nearest(what, (*TABLE, *AGGREGATES)))
