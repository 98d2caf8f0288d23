"""Groups of this run beside those of the last: numbers and names that stay, and who went from which group to which, in customers and in money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import ibis
import ibis.expr.types as ir

from chaland.flow.customers import customer_key, entity
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.learn import assignment, identity
from chaland.learn.identity import Flow
from chaland.learn.segmentation import Group, Segmentation

Facts = dict[str, Any]


def regrouped(run: Run, name: str, found: Segmentation, groups: ir.Table) -> tuple[Segmentation, ir.Table, Facts]:
    """The groups with the numbers and names of the last run where they are the same, and `last`, `changes` and `migration` of them."""
    before = ((run.record("segment") or {"facts": {}})["facts"].get("segments") or {}).get(name)
    spec = run.project.segments[name]
    key = customer_key(run, spec.features)
    if before is None or before.get("method", "kmeans") != spec.method or not run.lake.has(f"segments/{name}"):
        return found, groups, {"last": found.k or 0, "changes": [], "migration": []}
    old = run.lake.table(run.engine, f"segments/{name}")
    if key not in old.columns:
        return found, groups, {"last": found.k or 0, "changes": [], "migration": []}
    flows, last = _flows(run, name, old, groups, key), before.get("last") or before.get("k") or 0
    if spec.method == "rfm":
        return found, groups, {"last": found.k or 0, "changes": [], "migration": [_told(one) for one in identity.in_order(flows)]}
    ids = identity.numbers(flows, found.k or 0, last)
    told = identity.renumbered(flows, ids)
    names = {group["id"]: group["name"] for group in before.get("groups") or []}
    return (
        _named(found, ids, names),
        groups if _same(ids) else groups.mutate(group=groups.group.cases(*enumerate(ids, 1), else_=ibis.null("int64"))),
        {"last": max([last, *ids]), "changes": [vars(one) for one in identity.changes(told)], "migration": [_told(one) for one in told]},
    )


def _flows(run: Run, name: str, old: ir.Table, groups: ir.Table, key: str) -> list[Flow]:
    """How many customers went from which group to which, with the sum of their amount where the table has one."""
    sides = old.select(_key=old[key], before=old.group), groups.select(key_now=groups[key], now=groups.group)
    both = sides[0].outer_join(sides[1], [("_key", "key_now")])
    both = run.engine.pin(both.select("before", "now", who=ibis.coalesce(both["_key"], both.key_now)))
    known = worth(run, entity(run, run.project.segments[name].features), key)
    if known is not None:
        both = both.left_join(known, [("who", "whose")])
    money = {"money": both.worth.sum()} if known is not None else {}
    counted = both.group_by("before", "now").aggregate(customers=both.count().cast("int64"), **money).to_pyarrow().to_pylist()
    flows = [Flow(one["before"], one["now"], one["customers"], one.get("money")) for one in counted]
    return [one for one in flows if (one.before, one.now) != (None, None)]


def worth(run: Run, table: str, key: str) -> ir.Table | None:
    """What each customer is worth, as `whose` and `worth`: the column of role amount; None where there is none."""
    amount = in_force(run)[table].with_role("amount")
    if amount is None:
        return None
    clean = run.lake.table(run.engine, f"clean/{table}")
    return clean.select(whose=clean[key], worth=clean[amount].cast("decimal(18, 2)"))


def _named(found: Segmentation, ids: Sequence[int], names: Mapping[int, dict[str, str]]) -> Segmentation:
    """The groups under their numbers, with the names that people know them by."""
    if found.model is None:
        return found
    known = [names[number] for number in ids if number in names]
    groups = tuple(_group(group, number, names, known) for group, number in zip(found.groups, ids, strict=True))
    points = tuple({**point, "group": ids[int(point["group"]) - 1]} for point in found.points)
    model = found.model if _same(ids) else assignment.renumbered(found.model, ids)
    return replace(found, groups=groups, points=points, model=model)


def _group(group: Group, number: int, names: Mapping[int, dict[str, str]], known: Sequence[dict[str, str]]) -> Group:
    name = names.get(number, group.name)
    if number not in names and group.name in known:
        name = {language: f"{text} ({number})" for language, text in group.name.items()}
    return replace(group, id=number, name=name)


def _same(ids: Sequence[int]) -> bool:
    return list(ids) == list(range(1, len(ids) + 1))


def _told(flow: Flow) -> Facts:
    money = None if flow.money is None else float(flow.money)
    return {"before": flow.before, "now": flow.now, "customers": flow.customers, "money": money}
