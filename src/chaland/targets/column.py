"""A column of the customers table that says what became of them."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from pydantic import Field

from chaland.history import History
from chaland.spec.base import Spec

NEEDS: dict[str, set[str]] = {"customers": set()}
TASK = "binary"
LABEL = "_label"


class Options(Spec):
    """What a project may say of this target."""

    of: str
    """The column that holds the answer."""
    positive: str | None = Field(None)
    """Where the column is text: the word that counts as yes."""


def label(past: History, future: History, options: Options, key: str) -> ir.Table:
    """One row per customer whose answer is known: `key`, `_label` (true or false), `_file` (where the row came from)."""
    _, rows, table = past.customers()
    value = rows[options.of]
    answer = value if table.columns[options.of].type == "bool" else value == ibis.literal(options.positive)
    return rows.select(key, "_file", **{LABEL: answer}).filter(lambda t: t[LABEL].notnull())
