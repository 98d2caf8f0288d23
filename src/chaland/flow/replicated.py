"""Whether groups come again: over folds of the customers, and from each calendar month to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa

from chaland.flow import halves
from chaland.flow.as_of import as_of
from chaland.flow.customers import customer_key, described, entity, gathered_at, history
from chaland.flow.run import Run
from chaland.learn import replication
from chaland.learn.cluster import fair_share
from chaland.learn.encode import Encoded
from chaland.learn.scaling import Recipe
from chaland.spec import Segments

Facts = dict[str, Any]
MOST, PAIRS = 20_000, 5
"""At most so many customers are looked at in a month, and so many pairs of months, the last ones."""


@dataclass(frozen=True)
class Replicated:
    """One segmentation that found `k` groups, in the customers of `here`."""

    run: Run
    spec: Segments
    k: int
    recipe: Recipe
    least: int

    def told(self, here: pa.Table) -> Facts:
        """What `show` says under `validation`."""
        found: Facts = {}
        if "folds" in self.spec.validation:
            found["folds"] = _summed(replication.over_folds(replication.sampled(here, self.spec.seed), *self._words()))
        if "months" in self.spec.validation:
            found["months"] = _summed(list(self._months()))
        return {"validation": found}

    def _months(self) -> Iterator[Facts]:
        """Each month against the one before: the groups of the earlier, applied to the later, and who stays in his group."""
        key, words = customer_key(self.run, self.spec.features), self._words()
        for (learned, first), (applied, then) in pairwise((month, self._month(month)) for month in self._days()[-PAIRS - 1 :]):
            earlier, later = (Encoded.of(rows, words[0]) for rows in (first, then))
            agreement = replication.agreed(earlier, later, *words)
            yield {
                "learned_in": learned.isoformat()[:7],
                "applied_to": applied.isoformat()[:7],
                "customers": len(then),
                "agreement": agreement,
                "stayed": replication.stayed(first, then, key, *words),
            }

    def _month(self, first: date) -> pa.Table:
        """The profiles of those with enough events in one month, as of its end, from the events of that month alone."""
        families = self.spec.features
        past = history(self.run).after(first, (_next(first) - first).days).of(entity(self.run, families))
        events = halves.rows_of(self.run, families, past)
        counts = events.group_by("_who").agg(events=events.count())
        counts = counts.filter(counts.events >= self.least)
        share = fair_share(int(counts.count().to_pyarrow().as_py()), MOST)
        rows = halves.rows_of(self.run, families, past, share)
        rows = rows.filter(rows["_who"].isin(counts["_who"]))
        key = customer_key(self.run, families)
        return gathered_at(self.run, families, halves.seen(self.run, families, past, rows)).order_by(key).to_pyarrow()

    def _days(self) -> list[date]:
        """The first days of the months in which anything happened before the day on which one stands."""
        name, _, time = halves.place(self.run, self.spec.features)
        rows = history(self.run).before(as_of(self.run)).tables[name]
        months = rows.select(month=rows[time].cast("date").truncate("M")).distinct().filter(lambda row: row["month"].notnull())
        found: list[date] = sorted(months.to_pyarrow()["month"].to_pylist())
        return found

    def _words(self) -> tuple[Any, ...]:
        return described(self.run, self.spec.features), self.k, self.recipe, self.spec.seed


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _summed(told: Sequence[Facts]) -> Facts:
    """The agreements one by one, and their mean."""
    known = [one["agreement"] for one in told if one["agreement"] is not None]
    return {"agreement": round(sum(known) / len(known), 4) if known else None, "each": list(told)}
