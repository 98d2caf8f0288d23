"""Groups that keep their numbers from run to run: each is matched with the group of last time that most of its customers were in.

The match is the assignment with the most customers who stay (Kuhn 1955, as scipy solves it); two groups are the same only where a third of
the customers of both together are in both (Jaccard 1901).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

SAME = 1 / 3
HALF = 0.5


@dataclass(frozen=True)
class Flow:
    """Customers who were in group `before` (None: not known then) and are in group `now` (None: gone), and what they are worth."""

    before: int | None
    now: int | None
    customers: int
    money: Decimal | None = None


@dataclass(frozen=True)
class Change:
    """What became of a group: `new`, `gone`, `split` (off `other`) or `merged` (`other` went into it)."""

    code: Literal["new", "gone", "split", "merged"]
    group: int
    other: int | None = None


def numbers(flows: Sequence[Flow], k: int, last: int) -> list[int]:
    """The number that each of the groups 1 to `k` keeps or is given; new ones count on from `last`, the highest number ever given."""
    old = sorted({flow.before for flow in flows if flow.before is not None})
    given: dict[int, int] = {}
    if old:
        both = np.array([[_between(flows, one, group) for group in range(1, k + 1)] for one in old])
        for row, column in zip(*linear_sum_assignment(-both), strict=True):
            if both[row, column] and both[row, column] >= SAME * (both[row].sum() + both[:, column].sum() - both[row, column]):
                given[int(column) + 1] = old[row]
    fresh = count(max([last, *old]) + 1)
    return [given[group] if group in given else next(fresh) for group in range(1, k + 1)]


def changes(flows: Sequence[Flow]) -> list[Change]:
    """What became of the groups, by flows between numbers that are kept."""
    before, now = _sizes(flows, "before"), _sizes(flows, "now")
    told = []
    for group in sorted(set(now) - set(before)):
        source = _most({one: _between(flows, one, group) for one in before}, now[group])
        told.append(Change("split", group, source) if source in now else Change("new", group))
    for group in sorted(set(before) - set(now)):
        goal = _most({one: _between(flows, group, one) for one in now}, before[group])
        told.append(Change("merged", goal, group) if goal in before else Change("gone", group))
    return told


def renumbered(flows: Iterable[Flow], ids: Sequence[int]) -> list[Flow]:
    """The same flows with the numbers that the groups are given, in the order of both."""
    return in_order(Flow(one.before, None if one.now is None else ids[one.now - 1], one.customers, one.money) for one in flows)


def in_order(flows: Iterable[Flow]) -> list[Flow]:
    """Flows in the order of both groups, those not known last."""
    return sorted(flows, key=lambda one: (one.before is None, one.before or 0, one.now is None, one.now or 0))


def _between(flows: Sequence[Flow], before: int, now: int) -> int:
    return sum(flow.customers for flow in flows if (flow.before, flow.now) == (before, now))


def _sizes(flows: Sequence[Flow], side: str) -> dict[int, int]:
    """Customers of each group on one side, those not known on the other included."""
    sizes: dict[int, int] = {}
    for flow in flows:
        group = getattr(flow, side)
        if group is not None:
            sizes[group] = sizes.get(group, 0) + flow.customers
    return sizes


def _most(shares: Mapping[int, int], whole: int) -> int | None:
    """Where at least half of a group came from, or went to."""
    most = max(shares, key=lambda one: (shares[one], -one), default=None)
    return most if most is not None and shares[most] >= HALF * whole else None
