"""What a customer will spend in the days ahead."""

from __future__ import annotations

import ibis.expr.types as ir
from pydantic import ConfigDict

from chaland.history import WHO, History, total
from chaland.targets import LABEL, Horizon, active

NEEDS: dict[str, set[str]] = {"transactions": {"time", "amount"}}
TASK = "regression"


class Options(Horizon):
    """What a project may say of this target."""

    model_config = ConfigDict(extra="forbid")

    amount: str | None = None
    """What a row is worth; default: the column of role amount."""


def label(past: History, future: History, options: Options, key: str) -> ir.Table:
    """One row per customer who bought before the day: `key`, `_label` (the amounts of the days ahead, 0 for nothing), `_file` where there is one."""
    known = active(past, options, key)
    rows = future.linked(options, key, "amount")
    spent = rows.group_by(WHO).agg(spent=total(rows.amount))
    joined = known.left_join(spent, known[key] == spent[WHO])
    return joined.select(*known.columns, **{LABEL: joined.spent.fill_null(0.0)})
