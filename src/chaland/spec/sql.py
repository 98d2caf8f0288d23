"""SQL that a project file may hold: one scalar expression in DuckDB's dialect over the columns of one row.

Statements, queries, aggregates, windows and functions outside the list are refused, and parts that do not go together, so that an
expression can neither read a file nor look at another row, fails before a row is read, and means the same on every engine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from chaland.errors import nearest
from chaland.spec.functions import MENDS, TABLE
from chaland.spec.kinds import ANY, Kind, named
from chaland.spec.typed import Typed

FUNCTIONS = tuple(TABLE)
"""The functions that an expression may use."""

LONGEST = 10_000
Told = tuple[str, str]

_ONE_ROW = "An expression sees one row: use greatest or least across columns, and features for what needs many rows."
_MANY_ROWS = frozenset(
    (
        *("count", "sum", "avg", "mean", "min", "max", "median", "mode", "quantile", "quantile_cont", "quantile_disc"),
        *(
            "stddev",
            "variance",
            "list",
            "array_agg",
            "string_agg",
            "first",
            "last",
            "any_value",
            "row_number",
            "rank",
            "dense_rank",
            "lag",
            "lead",
            "arg_max",
            "arg_min",
            "count_if",
        ),
    )
)
_KEPT_PARSERS = ("CAST", "TRY_CAST", "EXTRACT")


def faults(text: str, columns: Collection[str] | Mapping[str, str], truth: bool = False) -> list[Told]:
    """What is wrong with an expression over these columns: what is said, and the mend.

    `columns` may map names to types (as a project file writes them), so that parts which do not go together are told.
    `truth`: the expression must be true or false.
    """
    if not text.strip():
        return [("an empty expression", "")]
    if len(text) > LONGEST:
        return [(f"an expression has at most {LONGEST} signs, and this has {len(text)}", "")]
    try:
        tree = parsed(f"({text}\n)")
    except SyntaxError as error:
        return [(f"not SQL: {error.msg}", "One expression in DuckDB's dialect, as: day_minutes + eve_minutes > 0.")]
    strange = [*_strange(tree, columns)]
    return list(dict.fromkeys(strange or _unfit(tree, of_names(columns), truth)))


def kind_of(text: str, columns: Mapping[str, str]) -> str:
    """The type of what an expression without faults gives; 'any' where that cannot be told."""
    try:
        kind = Typed(of_names(columns)).read(parsed(f"({text}\n)"))
    except SyntaxError:
        return "any"
    return f"decimal({kind.digits}, {kind.scale})" if kind.name == "decimal" else kind.name


def of_names(columns: Collection[str] | Mapping[str, str]) -> dict[str, Kind]:
    """The kinds of columns; unknown where only their names are given."""
    return {name: named(columns[name]) if isinstance(columns, Mapping) else ANY for name in columns}


def parsed(text: str) -> Any:
    """The tree of one expression or query, with every function by the name that was written."""
    import sqlglot
    from sqlglot.errors import ParseError, TokenError

    try:
        trees = sqlglot.parse(text, read=_as_written())
    except ParseError as error:
        told = error.errors[0] if error.errors else {}
        raise SyntaxError(_plain(told.get("description") or str(error), told.get("highlight"))) from None
    except (TokenError, RecursionError):
        raise SyntaxError("a quote or bracket is opened and never closed, or it is nested too deep") from None
    if len(trees) != 1 or not isinstance(trees[0], sqlglot.exp.Expression):
        raise SyntaxError("one expression is wanted, and this is several")
    return trees[0]


@cache
def _as_written() -> Any:
    """DuckDB's dialect without knowledge of functions: sqlglot would rename them, and forget what was written."""
    from sqlglot.dialects.duckdb import DuckDB

    class AsWritten(DuckDB):  # type: ignore[misc]
        class Parser(DuckDB.Parser):  # type: ignore[misc]
            FUNCTIONS: dict[str, Any] = {}  # noqa: RUF012
            FUNCTION_PARSERS = {name: DuckDB.Parser.FUNCTION_PARSERS[name] for name in _KEPT_PARSERS}  # noqa: RUF012

    return AsWritten


def _plain(description: str, near: str | None) -> str:
    if description.startswith("Required keyword"):
        description = "something is missing"
    said = description.rstrip(".").replace("Invalid expression / Unexpected token", "something unexpected")
    said = said[:1].lower() + said[1:]
    return f"{said} at {near!r}" if near and near.strip(")\n") else said


def _unfit(tree: Any, columns: Mapping[str, Kind], truth: bool) -> list[Told]:
    typed = Typed(columns)
    kind = typed.read(tree)
    if kind.name == "interval":
        return [*typed.told, ("a span of time has no column type", "Write date_diff('day', start, end).")]
    if kind.name == "null" and not typed.told:
        return [("it is always null, and of no type", "Write CAST(NULL AS DOUBLE), or leave it out.")]
    if truth and (kind.name not in ("bool", "any") or _is_computed(tree)):
        return [*typed.told, ("a rule must be true or false", "Compare with something, as: total >= 0.")]
    return typed.told


def _is_computed(tree: Any) -> bool:
    """Whether an expression is no truth, whatever its columns are."""
    from sqlglot import exp

    return isinstance(tree.unnest(), (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.Literal, exp.DPipe))


def _strange(tree: Any, columns: Collection[str]) -> Iterator[Told]:
    known = {name.lower() for name in columns}
    for node in tree.walk():
        if node.comments:
            yield "a comment inside an expression", "Put it after # on a line of its own."
        yield from _strange_node(node, columns, known)


def _strange_node(node: Any, columns: Collection[str], known: set[str]) -> Iterator[Told]:
    from sqlglot import exp

    if isinstance(node, exp.Column):
        yield from strange_column(node, columns, known)
    elif isinstance(node, (exp.Query, exp.Exists, exp.Any, exp.All)):
        yield "a query inside an expression", _ONE_ROW
    elif isinstance(node, (exp.AggFunc, exp.Window, exp.Filter, exp.Distinct)):
        yield "an aggregate or window", _ONE_ROW
    elif isinstance(node, exp.Func) and not isinstance(node, _structure()):
        yield from _strange_function(node)
    elif isinstance(node, (exp.Alias, exp.Tuple)):
        yield "two expressions side by side", "Join them with an operator: +, and, or …"
    elif not isinstance(node, (*_structure(), exp.Func)):
        yield (
            f"{type(node).__name__.lower()!r} cannot stand in an expression",
            "Only columns, values, operators, CASE, CAST and listed functions.",
        )


def strange_column(node: Any, columns: Collection[str], known: set[str]) -> Iterator[Told]:
    """What is wrong with a column's name in an expression over `columns`; `known` are their names in small letters."""
    if node.table:
        yield f"{node.sql(dialect='duckdb')!r} names a table", "Write the column's name alone."
    elif node.name.lower() not in known:
        quoted = bool(node.this.args.get("quoted"))
        hint = nearest(node.name, columns)
        yield (
            f"there is no column {node.name!r}",
            f"A text stands in single quotes: '{node.name}'." if quoted and not hint.startswith("Did") else hint,
        )


def _strange_function(node: Any) -> Iterator[Told]:
    name = (node.name if type(node).__name__ == "Anonymous" else node.sql_names()[0]).lower()
    if name in _MANY_ROWS:
        yield "an aggregate or window", _ONE_ROW
    elif name not in TABLE or type(node).__name__ != "Anonymous":
        mend = "The result would change from run to run." if name.startswith("current") else MENDS.get(name) or nearest(name, FUNCTIONS)
        yield f"the function {name!r} cannot be used here", mend


def is_structure(node: Any) -> bool:
    """Whether a node is what an expression is built of beside columns and functions."""
    return isinstance(node, _structure())


@cache
def _structure() -> tuple[Any, ...]:
    """What an expression is built of beside columns and functions."""
    from sqlglot import exp

    values = (exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.DataType, exp.DataTypeParam, exp.Interval, exp.Var)
    shapes = (exp.Paren, exp.Not, exp.Neg, exp.Between, exp.In, exp.Case, exp.If, exp.Cast, exp.TryCast, exp.Extract)
    signs = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Pow, exp.DPipe, exp.And, exp.Or, exp.Is, exp.Like, exp.ILike)
    compared = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Escape)
    return (*values, *shapes, *signs, *compared)
