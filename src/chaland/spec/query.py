"""A whole SELECT over named tables, read before any row is: what each of its columns is, where it comes from, and what does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chaland.errors import SpecError, nearest
from chaland.spec.aggregates import AGGREGATES, TypedRows, arguments
from chaland.spec.functions import TABLE
from chaland.spec.kinds import Kind
from chaland.spec.sql import parsed
from chaland.spec.typed import Typed

Told = tuple[str, str]
Origin = tuple[str, str]

PASSING = ("min", "max", "coalesce", "ifnull", "nullif", "greatest", "least")
"""Functions that give one of their arguments as it was."""
_POWERS = ("exp", "ln", "log", "log2", "log10", "pow", "power")
_ADDING = {"sum": ("float",), "avg": ("float", "decimal"), "quantile_cont": ("float", "decimal")}
_CLAUSES = frozenset(
    (
        *("expressions", "from_", "from", "joins", "where", "group", "having", "qualify", "order", "limit", "offset"),
        *("distinct", "with_", "with"),
    )
)
_MENDS = {
    **dict.fromkeys(("subquery", "exists", "any", "all"), "Write the inner query as a table, WITH a AS (select …), and JOIN it."),
    "window": "Group by in an inner query, and join it with the rows.",
}
_SILENT = frozenset(("identifier", "datatype", "datatypeparam", "var", "distinct", "where", "if"))


@dataclass(frozen=True)
class Given:
    """What a column of a query is, and the (table, column) pairs whose values it passes on as they are; none where it makes them anew.

    `loose` is a float whose last digits may differ from engine to engine: floats added in another order, or a power of another library.
    """

    kind: Kind
    origins: frozenset[Origin] = frozenset()
    loose: bool = False


Columns = Mapping[str, Given]


class Query:
    """Reads queries over tables whose columns are known; SpecError where a query uses what not every engine does alike.

    Whoever writes queries for an engine inherits it, and is handed each expression with the columns that it sees.
    """

    def __init__(self, tables: Mapping[str, Columns]):
        self._tables = {name.lower(): columns for name, columns in tables.items()}
        self.used: list[str] = []

    def columns(self, node: Any) -> Columns:
        """The columns that a query gives."""
        return self._query(node, self._tables)

    def expressed(self, node: Any, seen: Columns) -> Given:
        """An expression is met, among these columns."""
        self.listed(node, TypedRows)
        typed = TypedRows({name: one.kind for name, one in seen.items()})
        kind = typed.read(node)
        self.fits(typed)
        return Given(kind, passed(node, seen), kind.name == "float" and _is_loose(node, typed.kinds, seen))

    def put(self, node: Any, seen: Columns) -> None:
        """An expression that gives no column is met."""
        self.expressed(node, seen)

    def projected(self, node: Any, name: str, seen: Columns) -> Given:
        """An expression that gives a column is met; `node` may have an alias."""
        return self.expressed(node.unalias(), seen)

    def listed(self, node: Any, by: type) -> None:
        """Raises SpecError where a part of an expression is none that `by` knows."""
        verb = "read" if by is TypedRows else "write"
        for inner in node.walk():
            name = type(inner).__name__.lower()
            if not hasattr(by, f"_{verb}_{name}") and name not in _SILENT:
                raise not_listed(name)

    def fits(self, typed: Typed) -> None:
        """Raises SpecError where parts of an expression do not go together."""
        if typed.told:
            said, mend = typed.told[0]
            raise SpecError(said, next=mend)

    def _query(self, node: Any, tables: Mapping[str, Columns]) -> Columns:
        from sqlglot import exp

        tables = {**tables, **self._named(node, tables)}
        if isinstance(node, exp.SetOperation):
            first, other = self._query(node.left, tables), self._query(node.right, tables)
            return _stacked(first, other)
        if isinstance(node, exp.Subquery):
            return self._query(node.this, tables)
        if not isinstance(node, exp.Select):
            raise not_listed(type(node).__name__.lower())
        return self._select(node, tables)

    def _named(self, node: Any, tables: Mapping[str, Columns]) -> Mapping[str, Columns]:
        found: dict[str, Columns] = {}
        for one in node.ctes:
            found[one.alias.lower()] = self._query(one.this, {**tables, **found})
        return found

    def _select(self, node: Any, tables: Mapping[str, Columns]) -> Columns:
        odd = [name for name, value in node.args.items() if value and name not in _CLAUSES]
        if odd:
            raise not_listed(odd[0])
        seen = dict(self._seen(node, tables))
        given = self._projected(node, seen)
        for join in node.args.get("joins") or ():
            self._put(join.args.get("on"), seen)
        for clause in ("where", "having", "qualify"):
            self._put(node.args[clause].this if node.args.get(clause) else None, {**given, **seen})
        self._ordered(node, {**given, **seen})
        return given

    def _seen(self, node: Any, tables: Mapping[str, Columns]) -> Iterator[tuple[str, Given]]:
        sources = [node.args.get("from_") or node.args.get("from"), *(node.args.get("joins") or ())]
        for source in (source.this for source in sources if source):
            for name, one in self._source(source, tables).items():
                yield name, one
                yield f"{source.alias_or_name}.{name}".lower(), one

    def _source(self, source: Any, tables: Mapping[str, Columns]) -> Columns:
        from sqlglot import exp

        if isinstance(source, exp.Subquery):
            return self._query(source, tables)
        if isinstance(source, exp.Table) and source.name.lower() in tables:
            self.used.append(source.name.lower())
            return tables[source.name.lower()]
        if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
            raise SpecError(f"there is no table {source.name!r}", next=nearest(source.name, tables))
        raise SpecError("a query reads tables of the project, and no files or functions", next=f"There is: {', '.join(tables)}.")

    def _projected(self, node: Any, seen: Columns) -> Columns:
        from sqlglot import exp

        given: dict[str, Given] = {}
        for one in node.expressions:
            if isinstance(one, exp.Star):
                given |= {name: kind for name, kind in seen.items() if "." not in name}
                continue
            name = one.alias_or_name or one.sql(dialect="duckdb")
            given[name] = self.projected(one, name, {**given, **seen})
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
            self.put(node, seen)


def not_listed(what: str) -> SpecError:
    """What is said of a part that not every engine does alike."""
    return SpecError(
        f"{what!r} is not on the list of what every engine does alike", next=_MENDS.get(what) or nearest(what, (*TABLE, *AGGREGATES))
    )


def passed(node: Any, seen: Columns) -> frozenset[Origin]:
    """The columns whose values an expression gives as they were: a column alone, the least of one, the first of several."""
    bare = node.unnest()
    if type(bare).__name__ == "Column":
        found = seen.get(f"{bare.table}.{bare.name}".lower() if bare.table else bare.name.lower())
        return found.origins if found else frozenset()
    if type(bare).__name__ == "Filter":
        return passed(bare.this, seen)
    if type(bare).__name__ != "Anonymous" or bare.name.lower() not in PASSING:
        return frozenset()
    return _all([passed(one, seen) for part in bare.expressions for one in arguments(part)])


def _is_loose(node: Any, kinds: Mapping[int, Kind], seen: Columns) -> bool:
    """Whether a float hangs on the order in which floats are added, on a library of powers and logarithms, or on another that does."""
    for inner in node.walk():
        name = inner.name.lower() if type(inner).__name__ == "Anonymous" else type(inner).__name__.lower()
        added = _ADDING.get(name, ())
        if name in _POWERS or any(kinds[id(one)].name in added for part in (inner.expressions if added else ()) for one in arguments(part)):
            return True
        if (
            name == "column"
            and (found := seen.get(f"{inner.table}.{inner.name}".lower() if inner.table else inner.name.lower()))
            and found.loose
        ):
            return True
    return False


def _all(origins: Sequence[frozenset[Origin]]) -> frozenset[Origin]:
    """The origins of values that come from one of several places; none where one of them makes its own."""
    return frozenset().union(*origins) if all(origins) else frozenset()


def _stacked(first: Columns, other: Columns) -> Columns:
    """The columns of one query above another."""
    if len(first) != len(other):
        raise SpecError("queries of different width stand above each other", next="Name as many columns in both.")
    pairs = zip(first.items(), other.values(), strict=True)
    return {name: Given(one.kind, _all([one.origins, under.origins]), one.loose or under.loose) for (name, one), under in pairs}


class Checked(Query):
    """Reads a query as a person wrote it, and gathers what is wrong with it as faults."""

    def __init__(self, tables: Mapping[str, Columns]):
        super().__init__(tables)
        self.told: list[Told] = []

    def fits(self, typed: Typed) -> None:
        """What does not go together is gathered."""
        self.told += [one for one in typed.told if one not in self.told]

    def expressed(self, node: Any, seen: Columns) -> Given:
        """Columns that nobody has are told."""
        for column in node.find_all(_column()):
            self._known(column, seen)
        return super().expressed(node, seen)

    def _known(self, column: Any, seen: Columns) -> None:
        name = f"{column.table}.{column.name}".lower() if column.table else column.name.lower()
        if type(column.this).__name__ == "Star":
            self._say(f"{column.sql(dialect='duckdb')!r}: a star for one table", "Write the columns' names.")
        elif name not in {one.lower() for one in seen}:
            self._say(f"there is no column {name!r}", nearest(name, [one for one in seen if ("." in one) == bool(column.table)]))

    def _say(self, said: str, mend: str) -> None:
        if (said, mend) not in self.told:
            self.told.append((said, mend))

    def _select(self, node: Any, tables: Mapping[str, Columns]) -> Columns:
        given = super()._select(node, tables)
        self._shape(node)
        return given

    def _shape(self, node: Any) -> None:
        """What engines refuse, or leave to chance, in the shape of one SELECT."""
        if node.args.get("limit") or node.args.get("offset"):
            self._say("LIMIT leaves to chance which rows stay where several are equal", "Say with WHERE which rows are meant.")
        joins = node.args.get("joins") or ()
        if joins and any(type(one).__name__ == "Star" for one in node.expressions):
            self._say("a star over a join gives columns twice", "Write the columns' names.")
        for join in joins:
            if not join.args.get("on") and not join.args.get("using") and join.kind.lower() != "cross":
                self._say("a join without a condition", "Write JOIN … USING (column), ON …, or CROSS JOIN.")
        self._grouped(node)

    def _grouped(self, node: Any) -> None:
        """Columns beside aggregates must be grouped by."""
        group = node.args.get("group")
        if (group and group.args.get("all")) or not (group or any(_is_aggregate(one) for part in node.expressions for one in part.walk())):
            return
        keys = {text for one in group.expressions for text in (_plain(one), one.name)} if group else set()
        for place, one in enumerate(node.expressions, 1):
            if not keys & {str(place), one.alias_or_name} - {""}:
                for column in _alone(one.unalias(), keys):
                    self._say(f"{column!r} is neither grouped by nor in an aggregate", f"Add it to GROUP BY, or write max({column}).")


def _column() -> Any:
    from sqlglot import exp

    return exp.Column


def _is_aggregate(node: Any) -> bool:
    return type(node).__name__ == "Anonymous" and node.name.lower() in AGGREGATES


def _plain(node: Any) -> str:
    text: str = node.sql(dialect="duckdb", comments=False)
    return text


def _alone(node: Any, keys: set[str]) -> Iterator[str]:
    """The columns of an expression that stand in no aggregate and in nothing that is grouped by."""
    if (
        _is_aggregate(node)
        or type(node).__name__ == "Filter"
        or _plain(node) in keys
        or (type(node).__name__ == "Column" and node.name in keys)
    ):
        return
    if type(node).__name__ == "Column":
        yield _plain(node)
        return
    for inner in node.iter_expressions():
        yield from _alone(inner, keys)


def checked(text: str, tables: Mapping[str, Columns]) -> tuple[Columns, list[Told]]:
    """The columns that a query gives over these tables, and what is wrong with it: what is said, and the mend."""
    from sqlglot import exp

    try:
        tree = parsed(text)
    except SyntaxError as error:
        return {}, [
            (f"not SQL: {error.msg}", "One SELECT in DuckDB's dialect, as: select customer, sum(amount) as spent from lines group by 1.")
        ]
    if not isinstance(tree, exp.Query):
        return {}, [("a SELECT is wanted", "As: select customer, sum(amount) as spent from lines group by 1.")]
    query = Checked(tables)
    try:
        return query.columns(tree), query.told
    except SpecError as error:
        return {}, [*query.told, (error.said, error.next)]


def tables_of(text: str) -> list[str]:
    """The names of the tables that a query reads, each once, in the order in which they are met; none where it is no SQL."""
    from sqlglot import exp

    try:
        tree = parsed(text)
    except SyntaxError:
        return []
    inner = {one.alias.lower() for one in tree.find_all(exp.CTE)}
    return list(dict.fromkeys(name for one in tree.find_all(exp.Table) if (name := one.name.lower()) not in inner))
