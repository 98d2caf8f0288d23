"""SQL that a project file may hold: one scalar expression in DuckDB's dialect over the columns of one row.

Statements, queries, aggregates, windows and functions outside the list are refused, so that an expression can neither read
a file nor look at another row, and means the same on every engine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from chaland.errors import nearest

FUNCTIONS = (
    *("abs", "ceil", "exp", "floor", "greatest", "least", "ln", "mod", "pow", "power", "round", "sign", "sqrt"),
    *("coalesce", "ifnull", "nullif"),
    *("concat", "contains", "ends_with", "left", "length", "lower", "ltrim", "replace", "reverse", "right", "rtrim"),
    *("starts_with", "strpos", "substr", "substring", "trim", "upper"),
    *("date_diff", "date_part", "date_trunc", "day", "hour", "make_date", "minute", "month", "quarter", "second", "year"),
)
"""The functions that an expression may use."""

LONGEST = 10_000
Told = tuple[str, str]

_ALIASES = frozenset(
    {
        "ceiling",
        "char_length",
        "datefromparts",
        "datediff",
        "date_from_parts",
        "endswith",
        "log",
        "startswith",
        "str_position",
        "timestamp_trunc",
    }
)
_ONE_ROW = "An expression sees one row: use greatest or least across columns, and features for what needs many rows."
_MENDS = {
    "now": "The result would change from run to run.",
    "rand": "The result would change from run to run.",
    "iif": "Write CASE WHEN … THEN … ELSE … END.",
}


def faults(text: str, columns: Collection[str], truth: bool = False) -> list[Told]:
    """What is wrong with an expression over these columns: what is said, and the mend. `truth`: it must be true or false."""
    if not text.strip():
        return [("an empty expression", "")]
    if len(text) > LONGEST:
        return [(f"an expression has at most {LONGEST} signs, and this has {len(text)}", "")]
    try:
        tree = _parsed(text)
    except SyntaxError as error:
        return [(f"not SQL: {error.msg}", "One expression in DuckDB's dialect, as: day_minutes + eve_minutes > 0.")]
    return list(dict.fromkeys([*_strange(tree, columns), *(_not_a_truth(tree) if truth else ())]))


def _parsed(text: str) -> Any:
    """The tree of an expression; the brackets make a statement, or a second expression, a syntax error."""
    import sqlglot
    from sqlglot.errors import ParseError, TokenError

    try:
        trees = sqlglot.parse(f"({text}\n)", read="duckdb")
    except ParseError as error:
        told = error.errors[0] if error.errors else {}
        raise SyntaxError(_plain(told.get("description") or str(error), told.get("highlight"))) from None
    except (TokenError, RecursionError):
        raise SyntaxError("a quote or bracket is opened and never closed, or it is nested too deep") from None
    if len(trees) != 1 or not isinstance(trees[0], sqlglot.exp.Expression):
        raise SyntaxError("one expression is wanted, and this is several")
    return trees[0]


def _plain(description: str, near: str | None) -> str:
    if description.startswith("Required keyword"):
        description = "something is missing"
    said = description.rstrip(".").replace("Invalid expression / Unexpected token", "something unexpected")
    said = said[:1].lower() + said[1:]
    return f"{said} at {near!r}" if near and near.strip(")\n") else said


def _strange(tree: Any, columns: Collection[str]) -> Iterator[Told]:
    known = {name.lower() for name in columns}
    for node in tree.walk():
        if node.comments:
            yield "a comment inside an expression", "Put it after # on a line of its own."
        yield from _strange_node(node, columns, known)


def _strange_node(node: Any, columns: Collection[str], known: set[str]) -> Iterator[Told]:
    from sqlglot import exp

    if isinstance(node, exp.Column):
        yield from _strange_column(node, columns, known)
    elif isinstance(node, (exp.Query, exp.Exists, exp.Any, exp.All)):
        yield "a query inside an expression", _ONE_ROW
    elif isinstance(node, (exp.AggFunc, exp.Window)):
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


def _strange_column(node: Any, columns: Collection[str], known: set[str]) -> Iterator[Told]:
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
    names = [node.name] if type(node).__name__ == "Anonymous" else node.sql_names()
    names = [name.lower() for name in names]
    if not {*FUNCTIONS, *_ALIASES} & {*names}:
        mend = _MENDS.get(names[0]) or (
            "The result would change from run to run." if names[0].startswith("current") else nearest(names[0], FUNCTIONS)
        )
        yield f"the function {names[0]!r} cannot be used here", mend


def _not_a_truth(tree: Any) -> Iterator[Told]:
    from sqlglot import exp

    bare = tree.unnest()
    if isinstance(bare, (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.Literal, exp.DPipe)):
        yield "a rule must be true or false", "Compare with something, as: total >= 0."


def _structure() -> tuple[Any, ...]:
    """What an expression is built of beside columns and functions."""
    from sqlglot import exp

    values = (exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.DataType, exp.DataTypeParam, exp.Interval, exp.Var)
    shapes = (exp.Paren, exp.Not, exp.Neg, exp.Between, exp.In, exp.Case, exp.If, exp.Cast, exp.TryCast, exp.Extract)
    signs = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Pow, exp.DPipe, exp.And, exp.Or, exp.Is, exp.Like, exp.ILike)
    compared = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
    return (*values, *shapes, *signs, *compared)
