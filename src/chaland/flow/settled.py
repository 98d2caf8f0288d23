"""From how many events on a profile is one: found in the data or said by the project, and what becomes of those who have fewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from chaland.flow import halves
from chaland.flow.as_of import as_of
from chaland.flow.customers import customer_key, described, entity, history
from chaland.flow.run import Run
from chaland.learn import settling
from chaland.learn.cluster import fair_share
from chaland.learn.cluster_groups import Crowd
from chaland.learn.dataset import Feature
from chaland.learn.segmentation import Segmentation
from chaland.learn.settling import LEVELS, Point, Settling
from chaland.spec import Segments

MOST = 20_000
"""Of more customers than these a fair part is looked at."""
COLUMNS = {"feature": pa.string(), "events": pa.int64(), "customers": pa.int64(), "correlation": pa.float64(), "reliability": pa.float64()}


@dataclass(frozen=True)
class Settled:
    """How profiles settle: the features from halves of the events, the curve, the number of events in force, and everybody's number of them."""

    run: Run
    spec: Segments
    features: tuple[Feature, ...]
    pairs: ir.Table
    curve: Settling
    minimum: int | None
    counts: ir.Table
    part: int

    @classmethod
    def of(cls, run: Run, name: str) -> Settled:
        """Look at the rows of a fair part of the customers, and write the curve down as settling/NAME."""
        spec = run.project.segments[name]
        past = history(run).before(as_of(run)).of(entity(run, spec.features))
        everything = halves.rows_of(run, spec.features, past)
        counts = run.engine.pin(everything.group_by("_who").agg(events=everything.count().cast("int64")))
        share = fair_share(_many(counts), MOST)
        rows = run.engine.pin(halves.rows_of(run, spec.features, past, share))
        pairs, features = halves.halved(run, spec.features, past, rows, LEVELS), described(run, spec.features)
        curve = Settling(tuple(settling.points(pairs.filter(pairs["_events"] != halves.ALL), features)), spec.reliability)
        run.lake.write(run.engine, f"settling/{name}", run.engine.take(_table(curve.points)))
        minimum = curve.minimum() if spec.minimum_events == "auto" else spec.minimum_events
        return cls(
            run, spec, features, pairs, curve, minimum if isinstance(minimum, int) else None, counts, _many(rows.select("_who").distinct())
        )

    def enough(self, rows: ir.Table) -> ir.Table:
        """Those of `rows` who have at least so many events; everybody where there is no such number."""
        if self.minimum is None:
            return rows
        known = self.counts.filter(self.counts.events >= self.minimum)
        return rows.filter(rows[customer_key(self.run, self.spec.features)].cast("string").isin(known["_who"]))

    def told(self, found: Segmentation, everybody: int) -> dict[str, Any]:
        """What `show` says of it: `everybody` counts all who are put into groups."""
        least = self.minimum or 1
        above = _many(self.counts.filter(self.counts.events >= least))
        kept = {side: self._kept(found, side, least) for side in ("below", "above")}
        told = {"reliability": self.curve.asked, "looked_at": self.part, "curve": self.curve.whole()}
        told |= {"features": self.curve.by_feature(self.features), "below": everybody - above, "above": above, "kept": kept}
        return {"minimum_events": self.minimum, "settling": told}

    def notes(self) -> list[dict[str, str]]:
        """What is to be said where no number of events is enough."""
        if self.minimum is not None:
            return []
        said = (
            f"no number of events up to {LEVELS[-1]} makes profiles as reliable as {self.curve.asked:g}: groups are learnt from everybody"
        )
        return [{"code": "unsettled", "said": said}]

    def _kept(self, found: Segmentation, side: str, least: int) -> dict[str, Any] | None:
        """Of customers below or above the number, the share whose halves are put into one group."""
        if found.model is None:
            return None
        names, all_of = [one.name for one in self.features], self.pairs.filter(self.pairs["_events"] == halves.ALL)
        here = all_of.filter(all_of["_of"] < least if side == "below" else all_of["_of"] >= least)
        put = []
        for half in halves.SIDES:
            rows = here.select("_who", **{name: here[f"{half}_{name}"] for name in names})
            put.append(Crowd(self.run.engine, rows, "_who", self.features).assigned(found.model)[0].rename({half: "group"}))
        both = put[0].join(put[1], "_who").join(here.select("_who", band=settling.band(here["_of"])), "_who")
        counted = both.group_by("band", "odd", "even").agg(customers=both.count().cast("int64"))
        return settling.kept(counted.to_pyarrow().to_pylist())


def _many(table: ir.Table) -> int:
    return int(table.count().to_pyarrow().as_py())


def _table(points: tuple[Point, ...]) -> pa.Table:
    rows = [vars(point) for point in points]
    return pa.Table.from_pylist(rows, pa.schema(list(COLUMNS.items())))
