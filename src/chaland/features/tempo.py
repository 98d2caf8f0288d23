"""The rhythm of buying: the days that pass between two days with purchases, and how long it has been quiet against that."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from chaland.features import Counted, Made, numbers, share, told
from chaland.history import WHO, History, days

NEEDS: dict[str, set[str]] = {"transactions": {"time"}}
TITLES = {
    "buying_days": ("Days with a purchase", "Jours avec achat"),
    "gap_mean": ("Mean days between purchases", "Jours entre achats, moyenne"),
    "gap_median": ("Median days between purchases", "Jours entre achats, médiane"),
    "gap_spread": ("Standard deviation of the days between purchases", "Écart-type des jours entre achats"),
    "gap_last": ("Last gap between purchases against the usual", "Dernier intervalle entre achats par rapport à l'habitude"),
    "overdue": ("Days of silence against the usual gap", "Jours de silence par rapport à l'intervalle habituel"),
}
ZEROS = ("buying_days",)


class Options(Counted):
    """What a project may say of this family."""


def describe(options: Options, past: History) -> list[Made]:
    """The features that `compute` will make, in their order."""
    return numbers(options, TITLES)


def compute(past: History, options: Options, key: str) -> ir.Table:
    """Gaps in days; the last gap and the silence up to today as multiples of the mean gap. Null below two different days, the spread below three."""
    bought = past.linked(options, key, "time")
    bought = bought.select(WHO, day=days(bought.time)).distinct()
    window = ibis.window(group_by=WHO, order_by="day")
    gaps = bought.mutate(gap=bought.day - bought.day.lag().over(window), later=bought.day.lead().over(window))
    counted = gaps.group_by(WHO).agg(
        buying_days=gaps.count(),
        gaps=gaps.gap.count(),
        sum=gaps.gap.sum().cast("float64"),
        squares=(gaps.gap * gaps.gap).sum().cast("float64"),
        gap_median=gaps.gap.median(),
        latest=gaps.gap.max(where=gaps.later.isnull()),
        silence=days(past.today()) - gaps.day.max(),
    )
    counted = counted.mutate(gap_mean=share(counted.sum, counted.gaps), gap_spread=_spread(counted))
    usual = {"gap_last": share(counted.latest, counted.gap_mean), "overdue": share(counted.silence, counted.gap_mean)}
    return told(past, key, counted.mutate(**usual), describe(options, past), ZEROS)


def _spread(counted: ir.Table) -> ir.FloatingValue:
    """The standard deviation (of a sample) from whole numbers, which no order of adding changes."""
    n = counted.gaps.cast("float64")
    return (share(n * counted.squares - counted.sum * counted.sum, n * (n - 1))).sqrt()
