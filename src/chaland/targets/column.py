"""A column of the customers table that says what became of them: yes or no, a word, or a number."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from pydantic import Field

from chaland.history import History
from chaland.spec import Project, tasks
from chaland.spec.base import Spec

NEEDS: dict[str, set[str]] = {"customers": set()}
LABEL = "_label"


class Options(Spec):
    """What a project may say of this target."""

    of: str
    """The column that holds the answer."""
    positive: str | None = Field(None)
    """Where the column is text: the word that counts as yes. Without it every word is an answer of its own."""


def task(options: Options, project: Project, entity: str) -> tasks.Task | None:
    """Follows from the column's type; None where there is no such column or it cannot be foretold."""
    table = project.tables.get(entity)
    column = table.columns.get(options.of) if table else None
    return tasks.of_type(column.type, options.positive) if column else None


def labels(options: Options, project: Project, entity: str) -> tuple[str, ...]:
    """The answers in their order, where the column has one."""
    return project.tables[entity].columns[options.of].order


def notes(past: History, options: Options, key: str) -> list[dict[str, str]]:
    """How many have no answer."""
    _, rows, _ = past.customers()
    counts = rows.aggregate(rows=rows.count(), blank=rows[options.of].isnull().sum()).to_pyarrow().to_pylist()[0]
    said = f"{counts['blank']} of {counts['rows']} customers have no answer ({options.of!r} is empty): they teach nothing, and are scored"
    return [{"code": "unlabelled", "said": said}] if counts["blank"] else []


def label(past: History, future: History, options: Options, key: str) -> ir.Table:
    """One row per customer whose answer is known: `key`, `_label` (true or false, a word, a number), `_file` (where the row came from)."""
    _, rows, table = past.customers()
    answer = answered(rows[options.of], table.columns[options.of].type, options.positive)
    return rows.select(key, "_file", **{LABEL: answer}).filter(lambda t: t[LABEL].notnull())


def answered(value: ir.Value, kind: str, positive: str | None) -> ir.Value:
    """A column's value as an answer: true or false, a word, or a float."""
    if positive is not None:
        return value == ibis.literal(positive)
    return value.cast("float64") if kind in tasks.NUMBERS else value
