"""segment: features → groups of customers that are alike (segments/SEGMENTS), or the word that there are none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ibis
import pyarrow as pa

from chaland.flow import fingerprint, fitting, home
from chaland.flow.customers import customer_key, described, gathered
from chaland.flow.regrouped import regrouped
from chaland.flow.run import Run
from chaland.learn import cluster_groups, playbook, segmentation
from chaland.learn.dataset import Feature
from chaland.learn.scaling import DEFAULT, Recipe
from chaland.spec import Segments


def inputs(run: Run) -> str:
    """The features and the words of the segments."""
    return fingerprint.of(run.needed("features")["fingerprint"], run.project.segments, fitting.fingerprint(run))


def segment(run: Run) -> dict[str, Any]:
    """Find groups for every segmentation of the project."""
    return {"segments": {name: _segment_one(run, name) for name in run.project.segments}}


def _segment_one(run: Run, name: str) -> dict[str, Any]:
    found, groups, notes = _found(run, run.project.segments[name])
    found = _advised(found, run.project.segments[name])
    found, groups, since = regrouped(run, name, found, groups)
    path = run.home.models / f"{name}.segments.onnx"
    if found.model is not None:
        home.write_bytes(path, found.model)
    else:
        path.unlink(missing_ok=True)
    run.lake.write(run.engine, f"segments/{name}", groups)
    return {**found.to_dict(), **since, "warnings": list(found.warnings), "notes": notes}


def _advised(found: segmentation.Segmentation, spec: Segments) -> segmentation.Segmentation:
    """The groups with what the project's playbook says of each."""
    actions = playbook.chosen(spec.playbook, found.profile, len(found.groups)) if found.k else []
    return replace(found, groups=tuple(replace(one, action=action) for one, action in zip(found.groups, actions, strict=True)))


def _found(run: Run, spec: Segments) -> tuple[segmentation.Segmentation, ibis.Table, list[dict[str, str]]]:
    """The groups, every customer's group where the engine has it, and what is to be said of where they were found."""
    key, made, rows = customer_key(run, spec.features), described(run, spec.features), gathered(run, spec.features)
    where = fitting.chosen(run, rows)
    here = where.here(rows, key).order_by(key).to_pyarrow()
    if where.cluster or where.share < 1.0:
        crowd = cluster_groups.Crowd(run.engine, run.engine.pin(rows), key, made)
        if where.cluster:
            found, groups = cluster_groups.run(crowd, here, spec.groups, spec.smallest, spec.seed, recipe=_recipe(spec))
        else:
            found, groups = cluster_groups.spread(crowd, _here(here, key, made, spec))
        nobody = rows.select(key, group=ibis.null("int64"))
        return found, nobody if groups is None else groups, where.notes(len(here))
    found = _here(here, key, made, spec)
    assigned = pa.array(found.assigned, pa.int64()) if found.assigned is not None else pa.nulls(len(here), pa.int64())
    return found, run.engine.take(pa.table({key: here[key], "group": assigned})), []


def _here(rows: pa.Table, key: str, made: tuple[Feature, ...], spec: Segments) -> segmentation.Segmentation:
    keys, rest = rows[key].combine_chunks(), rows.drop_columns([key])
    return segmentation.run(keys, rest, made, spec.groups, spec.smallest, spec.seed, recipe=_recipe(spec))


def _recipe(spec: Segments) -> Recipe:
    return Recipe(spec.scale, spec.logarithm, DEFAULT.variance if spec.directions else 1.0, spec.judge)
