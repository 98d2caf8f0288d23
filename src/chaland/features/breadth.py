"""How wide a customer looks: exactly how many different products, brands, categories."""

from __future__ import annotations

import ibis.expr.types as ir

from chaland.features import Counted, Made, numbers, told
from chaland.history import WHO, History
from chaland.spec import Table
from chaland.spec.base import Words

NEEDS: dict[str, set[str]] = {"transactions": {"time"}}
ROLES = ("product", "category", "channel", "place")


class Options(Counted):
    """What a project may say of this family."""

    PARTS = ("over",)

    over: Words = ()
    """The columns whose different values are counted; default: those of role product, category, channel and place."""


def describe(options: Options, past: History) -> list[Made]:
    """The features that `compute` will make, in their order."""
    table = past.specs[options.linked(past.specs) or ""]
    return numbers(options, {name: _titles(table, name) for name in _over(options, table)})


def compute(past: History, options: Options, key: str) -> ir.Table:
    """How many different values of each column there are; a null is none, and who has no rows has 0."""
    made = describe(options, past)
    name = options.linked(past.specs) or ""
    source = past.tables[name]
    counted = [_different(source.select(**{WHO: source[options.by or key]}, value=source[one.name]), one.name) for one in made]
    return told(past, key, counted, made, [one.name for one in made])


def _different(pairs: ir.Table, name: str) -> ir.Table:
    """First each pair of customer and value once, then the counting: much faster than a distinct count over many rows, and as exact."""
    once = pairs.filter(pairs.value.notnull() & pairs[WHO].notnull()).distinct()
    return once.group_by(WHO).agg(**{name: once.count()})


def _over(options: Options, table: Table) -> list[str]:
    return list(options.over) or [name for name, column in table.columns.items() if column.role in ROLES]


def _titles(table: Table, name: str) -> tuple[str, str]:
    title = table.columns[name].title if name in table.columns else None
    plain = name.replace("_", " ")
    en, fr = (title.en, title.fr) if title else (plain, plain)
    return f"Different: {en}", f"Différents : {fr}"
