"""segment: features → groups of customers (segments/SEGMENTS): those that are alike, or the word that there are none, or those that a rule makes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chaland.flow import beside, by_rule, fingerprint, fitting, home
from chaland.flow.customers import described
from chaland.flow.found import Found, found
from chaland.flow.regrouped import regrouped
from chaland.flow.run import Run
from chaland.learn import playbook, segmentation
from chaland.spec import Segments
from chaland.spec.by_rule import NAMES


def inputs(run: Run) -> str:
    """The features and the words of the segments."""
    return fingerprint.of(run.needed("features")["fingerprint"], run.project.segments, fitting.fingerprint(run))


def segment(run: Run) -> dict[str, Any]:
    """Find groups for every segmentation of the project, or make them by its rule."""
    told = {name: _segment_one(run, name) for name in run.project.segments}
    agreed = beside.agreements(run, told)
    return {"segments": {name: one | {"agreement": agreed[name]} for name, one in told.items()}}


def _segment_one(run: Run, name: str) -> dict[str, Any]:
    spec = run.project.segments[name]
    made = Found(*by_rule.found(run, spec)) if spec.method == "rfm" else found(run, name)
    told, groups, since = regrouped(run, name, _advised(run, made.segmentation, spec), made.groups)
    told = beside.valued(run, name, told, groups)
    path = run.home.models / f"{name}.segments.onnx"
    if told.model is not None:
        home.write_bytes(path, told.model)
    else:
        path.unlink(missing_ok=True)
    run.lake.write(run.engine, f"segments/{name}", groups)
    return {"method": spec.method, **told.to_dict(), **made.more, **since, "warnings": list(told.warnings), "notes": made.notes}


def _advised(run: Run, told: segmentation.Segmentation, spec: Segments) -> segmentation.Segmentation:
    """The groups with what the project's playbook says of each."""
    called = [NAMES[one.id - 1] for one in told.groups] if spec.method == "rfm" else []
    made = [one.name for one in described(run, spec.features)]
    actions = playbook.chosen(spec.playbook, told.profile, len(told.groups), called, made) if told.k else []
    return replace(told, groups=tuple(replace(one, action=action) for one, action in zip(told.groups, actions, strict=True)))
