"""What is told beside the groups of a segmentation: what their customers are worth, and how far they agree with groups made by rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import ibis.expr.types as ir
import numpy as np

from chaland.flow.customers import customer_key, entity
from chaland.flow.regrouped import worth
from chaland.flow.run import Run
from chaland.learn.agreement import adjusted_rand
from chaland.learn.segmentation import Segmentation

Facts = Mapping[str, Any]


def valued(run: Run, name: str, found: Segmentation, groups: ir.Table) -> Segmentation:
    """The groups with the money of their customers, where a column says what each is worth."""
    families = run.project.segments[name].features
    key = customer_key(run, families)
    known = worth(run, entity(run, families), key)
    if known is None or found.k is None or any(one.money is not None for one in found.groups):
        return found
    both = groups.left_join(known, groups[key] == known.whose)
    told = both.group_by("group").agg(money=both.worth.sum()).to_pyarrow().to_pylist()
    money = {one["group"]: round(float(one["money"] or 0), 2) for one in told}
    whole = sum(money.values())
    groups_told = [
        replace(one, money=money.get(one.id, 0.0), money_share=round(money.get(one.id, 0.0) / whole, 6) if whole else None)
        for one in found.groups
    ]
    return replace(found, groups=tuple(groups_told))


def agreements(run: Run, told: Mapping[str, Facts]) -> dict[str, dict[str, float | None]]:
    """For each segmentation, how far it agrees with others of the same rows (adjusted Rand index), where one of the two is made by rule."""
    specs = run.project.segments
    agreed: dict[str, dict[str, float | None]] = {name: {} for name in told}
    for one, other in combinations([name for name in told if told[name]["k"]], 2):
        by_rule = "rfm" in (specs[one].method, specs[other].method)
        if by_rule and entity(run, specs[one].features) == entity(run, specs[other].features):
            agreed[one][other] = agreed[other][one] = _agreement(run, one, other)
    return agreed


def _agreement(run: Run, one: str, other: str) -> float | None:
    key = customer_key(run, run.project.segments[one].features)
    first, second = (run.lake.table(run.engine, f"segments/{name}") for name in (one, other))
    both = first.select(key, here="group").join(second.select(key, there="group"), key)
    told = both.group_by("here", "there").agg(rows=both.count().cast("int64")).to_pyarrow().to_pylist()
    sides = [sorted({row[side] for row in told if row[side] is not None}) for side in ("here", "there")]
    counts = np.zeros((len(sides[0]), len(sides[1])), np.int64)
    for row in told:
        if None not in (row["here"], row["there"]):
            counts[sides[0].index(row["here"]), sides[1].index(row["there"])] = row["rows"]
    found = adjusted_rand(counts)
    return None if found is None else round(found, 4)
