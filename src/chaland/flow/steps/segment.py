"""segment: features → groups of customers that are alike (segments/SEGMENTS), or the word that there are none."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from chaland.flow import fingerprint, home
from chaland.flow.customers import customer_key, described, gathered
from chaland.flow.run import Run
from chaland.learn import segmentation


def inputs(run: Run) -> str:
    """The features and the words of the segments."""
    return fingerprint.of(run.needed("features")["fingerprint"], run.project.segments)


def segment(run: Run) -> dict[str, Any]:
    """Find groups for every segmentation of the project."""
    return {"segments": {name: _segment_one(run, name) for name in run.project.segments}}


def _segment_one(run: Run, name: str) -> dict[str, Any]:
    spec, key = run.project.segments[name], customer_key(run)
    made = described(run, spec.features)
    rows = gathered(run, spec.features).order_by(key).to_pyarrow()
    found = segmentation.run(rows[key].combine_chunks(), rows.drop_columns([key]), made, spec.groups, spec.smallest, spec.seed)
    if found.model is not None:
        home.write_bytes(run.home.models / f"{name}.segments.onnx", found.model)
    groups = pa.array(found.assigned, pa.int64()) if found.assigned is not None else pa.nulls(len(rows), pa.int64())
    run.lake.write(run.engine, f"segments/{name}", run.engine.take(pa.table({key: rows[key], "group": groups})))
    return {**found.to_dict(), "warnings": list(found.warnings)}
