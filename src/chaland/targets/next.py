"""What a customer buys next: the word of a column in the first row of the days ahead."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from pydantic import ConfigDict

from chaland.history import WHO, History
from chaland.targets import LABEL, Horizon, active

NEEDS: dict[str, set[str]] = {"transactions": {"time", "category"}}
TASK = "multiclass"


class Options(Horizon):
    """What a project may say of this target."""

    model_config = ConfigDict(extra="forbid")

    category: str | None = None
    """The column whose word is foretold; default: that of role category."""


def label(past: History, future: History, options: Options, key: str) -> ir.Table:
    """One row per customer who bought before the day and buys again in time: `key`, `_label` (a word), `_file` where there is one.

    Of several words at the same moment the commonest in it counts, then the first of the alphabet.
    """
    known = active(past, options, key)
    rows = future.linked(options, key, "time", "category")
    rows = rows.select(WHO, "time", word=rows.category.cast("string")).filter(lambda row: row.word.notnull())
    counted = rows.group_by(WHO, "time", "word").agg(n=rows.count())
    place = ibis.row_number().over(group_by=WHO, order_by=[counted.time, counted.n.desc(), counted.word])
    first = counted.mutate(place=place).filter(lambda row: row.place == 0)
    joined = known.inner_join(first, known[key] == first[WHO])
    return joined.select(*known.columns, **{LABEL: joined.word})
