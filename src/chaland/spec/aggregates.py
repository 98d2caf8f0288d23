"""Functions over many rows, and the measures that a project file may make of them: sum(price * quantity), count(*), sum(a) / count(*)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chaland.errors import nearest
from chaland.spec import kinds, sql
from chaland.spec.functions import MENDS, TABLE
from chaland.spec.kinds import FLOAT, INT, NUMBERS, Kind
from chaland.spec.typed import Typed

Told = tuple[str, str]
AGGREGATES = ("count", "sum", "avg", "min", "max", "median", "quantile_cont", "bool_and", "bool_or", "count_if")
"""Functions over many rows that a SELECT may use."""
BIG = kinds.decimal(38, 0)
ADDITIVE = ("count", "count_if", "sum")
"""Aggregates whose values over parts add up to the value over the whole."""
_OF_NUMBERS, _OF_TRUTHS = ("sum", "avg", "median", "quantile_cont"), ("bool_and", "bool_or", "count_if")
_MENDS = {
    **dict.fromkeys(("mean", "average"), "Write avg(…)."),
    **dict.fromkeys(("quantile", "percentile", "quantile_disc"), "Write quantile_cont(…, 0.9)."),
    **dict.fromkeys(("count_distinct", "nunique", "approx_count_distinct"), "Write count(distinct …)."),
}


class TypedRows(Typed):
    """Reads aggregates too."""

    def _read_anonymous(self, node: Any) -> Kind:
        name = node.name.lower()
        if name not in AGGREGATES:
            return super()._read_anonymous(node)
        wanted = NUMBERS if name in _OF_NUMBERS else ("bool",) if name in _OF_TRUTHS else None
        inner = [one for part in node.expressions for one in arguments(part)]
        found = [self.want(one, wanted, name) if wanted else self.read(one) for one in inner]
        if name in ("count", "count_if"):
            return INT
        if name in ("bool_and", "bool_or"):
            return kinds.BOOL
        if name == "sum":
            return summed(found[0])
        return found[0] if name in ("min", "max") else FLOAT

    def _read_filter(self, node: Any) -> Kind:
        self.want(node.expression.this, ("bool",), "FILTER")
        return self.read(node.this)

    def _read_star(self, _: Any) -> Kind:
        return kinds.ANY


def arguments(node: Any) -> Sequence[Any]:
    """The arguments inside DISTINCT, or the argument itself."""
    return node.expressions if type(node).__name__ == "Distinct" else [node]


def summed(kind: Kind) -> Kind:
    """The kind of a sum: whole numbers and decimals keep every digit."""
    return BIG if kind == INT else kinds.decimal(38, kind.scale) if kind.name == "decimal" else kind


def faults(text: str, columns: Mapping[str, str]) -> list[Told]:
    """What is wrong with a measure over these columns (name → type): what is said, and the mend."""
    if not text.strip():
        return [("an empty measure", "As: count(*), or sum(price * quantity).")]
    try:
        tree = sql.parsed(f"({text}\n)")
    except SyntaxError as error:
        return [(f"not SQL: {error.msg}", "One measure in DuckDB's dialect, as: sum(price * quantity).")]
    strange = list(dict.fromkeys(_strange(tree, columns))) or list(dict.fromkeys(_outside(tree)))
    if strange:
        return strange
    typed = TypedRows(sql.of_names(columns))
    kind = typed.read(tree)
    if not typed.told and kind.name not in (*NUMBERS, "any"):
        return [(f"a measure is a number, and this is {kind.called}", "As: count(*), or sum(price * quantity).")]
    return typed.told


def kind_of(text: str, columns: Mapping[str, str]) -> Kind:
    """The kind of a measure without faults."""
    return TypedRows(sql.of_names(columns)).read(sql.parsed(f"({text}\n)"))


def is_additive(text: str) -> bool:
    """Whether the measure over the whole is the sum of the measures over its parts, so that shares make sense and nothing is zero.

    Of what is no SQL nothing is said: true.
    """
    try:
        return _adds_up(sql.parsed(f"({text}\n)"))
    except SyntaxError:
        return True


def _adds_up(node: Any) -> bool:
    name = type(node).__name__
    if name in ("Paren", "Filter", "Neg"):
        return _adds_up(node.this)
    if name in ("Add", "Sub"):
        return _adds_up(node.left) and _adds_up(node.right)
    if name in ("Mul", "Div"):
        number, other = (
            (node.left, node.right) if name == "Mul" and type(node.left.unnest()).__name__ == "Literal" else (node.right, node.left)
        )
        return type(number.unnest()).__name__ == "Literal" and _adds_up(other)
    return name == "Anonymous" and node.name.lower() in ADDITIVE and not any(type(part).__name__ == "Distinct" for part in node.expressions)


def _strange(tree: Any, columns: Mapping[str, str]) -> Iterator[Told]:
    """Parts that cannot stand in a measure, columns and functions that are not there."""
    known = {name.lower() for name in columns}
    for node in tree.walk():
        name = type(node).__name__
        if name == "Column":
            yield from sql.strange_column(node, columns, known)
        elif name == "Anonymous":
            yield from _strange_function(node)
        elif name == "Window":
            yield "a window inside a measure", "A measure is one number per group: sum(…), count(*) …"
        elif name in ("Select", "Subquery", "Union", "Exists"):
            yield "a query inside a measure", "Make a table of kind sql, and measure that."
        elif name not in ("Filter", "Where", "Distinct", "Star") and not sql.is_structure(node):
            yield (
                f"{name.lower()!r} cannot stand in a measure",
                "Only aggregates, columns, values, operators, CASE, CAST and listed functions.",
            )


def _strange_function(node: Any) -> Iterator[Told]:
    name, count = node.name.lower(), len(node.expressions)
    if name not in AGGREGATES and name not in TABLE:
        yield f"the function {name!r} cannot be used here", _MENDS.get(name) or MENDS.get(name) or nearest(name, (*AGGREGATES, *TABLE))
    elif name in AGGREGATES and count != (2 if name == "quantile_cont" else 1):
        yield f"{name} takes {_taken(name)}, and here are {count}", ""


def _taken(name: str) -> str:
    return (
        "a number and a share, as 0.9"
        if name == "quantile_cont"
        else "one argument, or * to count rows"
        if name == "count"
        else "one argument"
    )


def _outside(tree: Any) -> Iterator[Told]:
    """Columns that stand outside of any aggregate, and aggregates inside others."""
    if not any(_is_aggregate(node) for node in tree.walk()):
        yield "a measure needs a function over many rows", f"There is: {', '.join(AGGREGATES)}."
        return
    for node in tree.walk():
        above = next((one for one in _above(node) if _is_aggregate(one)), None)
        if type(node).__name__ == "Column" and above is None:
            yield f"{node.name!r} stands outside of an aggregate", f"Write sum({node.name}), max({node.name}) …"
        elif _is_aggregate(node) and above is not None:
            yield f"{node.name.lower()} stands inside {above.name.lower()}", "Make a table of kind sql of the inner one, and measure that."


def _above(node: Any) -> Iterator[Any]:
    """What a part is inside of; the condition of a FILTER is inside of what it filters."""
    while node.parent is not None:
        node, came_from = node.parent, node
        yield node.this if type(node).__name__ == "Filter" and node.this is not came_from else node


def _is_aggregate(node: Any) -> bool:
    return type(node).__name__ == "Anonymous" and node.name.lower() in AGGREGATES
