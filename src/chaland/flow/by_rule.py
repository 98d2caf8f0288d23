"""Groups made by rule from the features of a project: every customer's scores and group, and the rule as a segments file."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from chaland.flow import fitting
from chaland.flow.customers import customer_key, described, gathered
from chaland.flow.run import Run
from chaland.learn import assignment, quintiles
from chaland.learn.dataset import Feature
from chaland.learn.quintiles import SCORES, Cuts
from chaland.learn.segmentation import Segmentation
from chaland.spec import Segments
from chaland.spec.by_rule import RFM

Facts = dict[str, Any]


def found(run: Run, spec: Segments) -> tuple[Segmentation, ir.Table, Facts]:
    """The groups, every customer's scores and group, and what is told beside: the cuts, and the grid of the scores."""
    key, features = customer_key(run, spec.features), _scored(run, spec)
    rows = run.engine.pin(gathered(run, spec.features).select(key, *[one.name for one in features]))
    cuts = Cuts.of(rows, features)
    if cuts is None:
        nobody = rows.select(key, group=ibis.null("int64"), **{name: ibis.null("int64") for name in SCORES})
        return Segmentation(None, None, None, ()), nobody, {"cuts": None, "grid": []}
    table = run.engine.pin(cuts.scored(rows, key))
    cells, model = quintiles.counted(table), cuts.to_onnx()
    where = fitting.chosen(run, rows)
    here, ruled = (where.here(one, key).order_by(key).to_pyarrow() for one in (rows, table))
    groups, traits = quintiles.told(cells, here, _checked(ruled["group"], assignment.assign(model, here)), features)
    told = Segmentation(len(groups), None, None, (), tuple(groups), None, model, profile=tuple(traits))
    return told, table.drop("_mean", "_money"), {"cuts": cuts.to_dict(), "grid": [one.to_dict() for one in cells]}


def _scored(run: Run, spec: Segments) -> list[Feature]:
    """Recency, frequency and money among the features of the family."""
    made = {one.name: one for one in described(run, spec.features)}
    return [made[f"{spec.features[0]}_{name}"] for name in RFM]


def _checked(ruled: pa.ChunkedArray, served: assignment.Groups) -> list[int]:
    """The groups of the customers that are here, as the graph gives them; refused where the engine gives others."""
    differ = sum(rule != group for rule, group in zip(ruled.to_pylist(), served.tolist(), strict=True))
    if differ:
        raise RuntimeError(f"the ONNX graph puts {differ} customers into other groups than the rule does")
    return [int(group) for group in served]
