"""Who goes quiet: no purchase in the days ahead."""

from __future__ import annotations

import ibis.expr.types as ir
from pydantic import ConfigDict

from chaland.history import WHO, History
from chaland.targets import LABEL, Horizon, active

NEEDS: dict[str, set[str]] = {"transactions": {"time"}}
TASK = "binary"
RIVAL = "recency"
"""The feature that alone makes a baseline: who has long been quiet stays quiet."""


class Options(Horizon):
    """What a project may say of this target."""

    model_config = ConfigDict(extra="forbid")


def label(past: History, future: History, options: Options, key: str) -> ir.Table:
    """One row per customer who bought before the day: `key`, `_label` (true: nothing in the days ahead), `_file` where there is one."""
    known = active(past, options, key)
    again = future.linked(options, key).select(WHO).distinct().mutate(again=True)
    joined = known.left_join(again, known[key] == again[WHO])
    return joined.select(*known.columns, **{LABEL: joined.again.isnull()})
