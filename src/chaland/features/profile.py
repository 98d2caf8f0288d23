"""What is known of a customer: the columns of the customers table, as numbers and words."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
from pydantic import ConfigDict

from chaland.features import Made
from chaland.history import History
from chaland.spec import Column, Features, Table

NEEDS: dict[str, set[str]] = {"customers": set()}


class Options(Features):
    """What a project may say of this family."""

    model_config = ConfigDict(extra="forbid")


def describe(options: Features, past: History) -> list[Made]:
    """The features that `compute` will make, in their order."""
    _, _, table = past.customers()
    return [_made(name, column) for name, column in _chosen(options, table).items()]


def _made(name: str, column: Column) -> Made:
    plain = name.replace("_", " ")
    title_en, title_fr = (column.title.en, column.title.fr) if column.title else (plain, plain)
    return Made(name, "number" if _is_number(column) else "word", name, title_en, title_fr)


def compute(past: History, options: Features, key: str | tuple[str, ...]) -> ir.Table:
    """One row per customer: the `key` column or columns, then each chosen column as a float or a text.

    Truths become 0 and 1, ordinals their rank from 0, dates days before the day on which we stand. A null stays null.
    """
    _, rows, table = past.customers()
    made = {name: _value(rows[name], column, past) for name, column in _chosen(options, table).items()}
    return rows.select(*([key] if isinstance(key, str) else key), **made)


def may_be_feature(column: Column) -> bool:
    """Whether a column may be a feature at all: no key, nothing that names a person, nothing sensitive."""
    return column.role != "key" and column.privacy not in ("identifier", "sensitive", "free_text")


def _chosen(options: Features, table: Table) -> dict[str, Column]:
    wanted: Sequence[str] = tuple(table.columns) if "*" in options.columns else options.columns
    return {n: table.columns[n] for n in wanted if n not in options.except_ and may_be_feature(table.columns[n])}


def _is_number(column: Column) -> bool:
    return column.type != "string"


def _value(value: ir.Value, column: Column, past: History) -> ir.Value:
    if column.type == "string":
        return value
    if column.type == "ordinal":
        ranks = [(word, float(rank)) for rank, word in enumerate(column.order)]
        return value.cases(*ranks, else_=ibis.null("float64"))
    if column.type in ("date", "timestamp"):
        return (ibis.literal(past.end).cast("date").epoch_days() - value.cast("date").epoch_days()).cast("float64")
    return value.cast("float64")
