"""Where models are fitted, and on which customers: all of them here, a fair part of them here, or all of them where the rows are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from chaland.errors import SpecError
from chaland.flow.holdout import PREFIX, matches
from chaland.flow.run import Run
from chaland.learn import cluster
from chaland.learn.cluster import Customers
from chaland.learn.designing import HELD
from chaland.ports import Fitter
from chaland.spec import Predict


@dataclass(frozen=True)
class Place:
    """Whether the cluster fits, how many customers there are (None: nobody asked), and the share of them that comes here."""

    cluster: bool
    rows: int | None
    share: float

    def here(self, table: ir.Table, key: str) -> ir.Table:
        """The customers that come to this process."""
        return table if self.share >= 1.0 else table.filter(cluster.in_part(table[key], self.share))

    def customers(self, table: ir.Table, key: str) -> Customers:
        """All customers of a table, `_held` told, as the cluster learns from them."""
        return Customers(table, key, _count(table), int(table[HELD].sum().to_pyarrow().as_py() or 0), self.share)

    def notes(self, here: int) -> list[dict[str, str]]:
        """What the report says of where was fitted, and on how many of the customers."""
        if self.rows is None:
            return []
        if self.cluster:
            return [one.to_dict() for one in cluster.notes(here, self.rows, self.rows)]
        return [cluster.fair_part(here, self.rows, "fitted and measured").to_dict()]


def chosen(run: Run, table: ir.Table) -> Place:
    """Where the customers of `table` are learnt from, as the site says; SpecError where it asks an engine for what it cannot."""
    said, able = run.site.learn, isinstance(run.engine, Fitter)
    if said.where == "cluster" and not able:
        hint = 'Say where = "driver" under [learn] in the site file, or use an engine that can: spark.'
        raise SpecError(f"the engine {run.site.engine.kind!r} fits no models", next=hint, code="engine")
    if said.where == "cluster" or (said.where == "auto" and able and _count(table) > said.driver_rows):
        rows = _count(table)
        return Place(True, rows, min(cluster.fair_share(rows), said.part or 1.0))
    return Place(False, None, 1.0) if said.part is None else Place(False, _count(table), said.part)


def held_out(spec: Predict, table: ir.Table, key: str) -> tuple[ir.BooleanValue, list[dict[str, str]]]:
    """Which rows measure only, as `holdout` says it of rows that are here, and the notes of it."""
    glob, share = spec.holdout.files, spec.holdout.share
    files = sorted(str(one) for one in table.select("_file").distinct().to_pyarrow()["_file"].to_pylist()) if glob else []
    named = [one for one in files if matches(one, glob or "")]
    if named and len(named) < len(files):
        return table["_file"].isin(named), []
    said = f"no file matches {glob!r}: " if glob and not named else f"every file matches {glob!r}: " if glob else ""
    note = {"code": "holdout_drawn", "said": f"{said}the key prefix draws {share:.0%} of the customers as hold-out"}
    return cluster.digits(table[key]).substr(0, PREFIX) < f"{math.ceil(share * 16**PREFIX):0{PREFIX}x}", [note]


def one_side(table: ir.Table, features: Sequence[str], key: str) -> ir.Table:
    """The rows, `_held` told, where all that are alike in all features stand on the side of the first of them, as `holdout` has it."""
    together = table[HELD].first().over(group_by=list(features), order_by=key)
    return table.mutate(**{HELD: together})


def fingerprint(run: Run) -> dict[str, Any]:
    """What a fit hangs on beside the project."""
    return run.site.learn.model_dump()


def _count(table: ir.Table) -> int:
    return int(table.count().to_pyarrow().as_py())
