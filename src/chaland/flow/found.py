"""Groups that are found: learnt here or where the rows are, from everybody or from those whose profile has settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from chaland.flow import fitting
from chaland.flow.customers import customer_key, described, gathered
from chaland.flow.replicated import Replicated
from chaland.flow.run import Run
from chaland.flow.settled import Settled
from chaland.learn import cluster_groups, segmentation
from chaland.learn.dataset import Feature
from chaland.learn.scaling import DEFAULT, Recipe
from chaland.learn.segmentation import Segmentation
from chaland.spec import Segments

Said = list[dict[str, str]]


@dataclass(frozen=True)
class Found:
    """What was found, everybody's group where the engine has it, what is told beside, and the notes."""

    segmentation: Segmentation
    groups: ir.Table
    more: dict[str, Any] = field(default_factory=dict)
    notes: Said = field(default_factory=list)


def found(run: Run, name: str) -> Found:
    """The groups of one segmentation, and how far they are settled and come again, where the project asks."""
    spec = run.project.segments[name]
    key, made, rows = customer_key(run, spec.features), described(run, spec.features), gathered(run, spec.features)
    settled = Settled.of(run, name) if spec.minimum_events is not None else None
    some = settled.enough(rows) if settled else rows
    where = fitting.chosen(run, some)
    here = where.here(some, key).order_by(key).to_pyarrow()
    told, groups = _learnt(run, spec, some, here, where)
    if settled and settled.minimum is not None:
        told, groups = cluster_groups.spread(cluster_groups.Crowd(run.engine, run.engine.pin(rows), key, made), told)
    groups = rows.select(key, group=ibis.null("int64")) if groups is None else groups
    more = settled.told(told, int(rows.count().to_pyarrow().as_py())) if settled else {}
    if spec.validation and told.k:
        more |= Replicated(run, spec, told.k, recipe(spec), (settled.minimum if settled else None) or 1).told(here)
    notes = (where.notes(len(here)) if where.cluster or where.share < 1.0 else []) + (settled.notes() if settled else [])
    return Found(told, groups, more, notes)


def recipe(spec: Segments) -> Recipe:
    """How the words of a segmentation bring customers to one scale, and judge their groups."""
    return Recipe(spec.scale, spec.logarithm, DEFAULT.variance if spec.directions else 1.0, spec.judge)


def _learnt(run: Run, spec: Segments, rows: ir.Table, here: pa.Table, where: fitting.Place) -> tuple[Segmentation, ir.Table | None]:
    """The groups of these customers, and each one's group; None where there are no groups."""
    key, made = customer_key(run, spec.features), described(run, spec.features)
    if where.cluster or where.share < 1.0:
        crowd = cluster_groups.Crowd(run.engine, run.engine.pin(rows), key, made)
        if where.cluster:
            return cluster_groups.run(crowd, here, spec.groups, spec.smallest, spec.seed, recipe=recipe(spec))
        return cluster_groups.spread(crowd, _here(here, key, made, spec))
    told = _here(here, key, made, spec)
    if told.assigned is None:
        return told, None
    return told, run.engine.take(pa.table({key: here[key], "group": pa.array(told.assigned, pa.int64())}))


def _here(rows: pa.Table, key: str, made: tuple[Feature, ...], spec: Segments) -> Segmentation:
    keys, rest = rows[key].combine_chunks(), rows.drop_columns([key])
    return segmentation.run(keys, rest, made, spec.groups, spec.smallest, spec.seed, recipe=recipe(spec))
