"""What `show --json` says of customer lifetime value."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from chaland.spec.shown import Interval, Shown

Measures = Mapping[str, Mapping[str, Interval]]
"""purchases and value → mae, rmse, scaled_rmse, bias, ratio, top_tenth, covered → the figure with its interval."""


class Rival(Shown):
    """A simple rule that the model must beat."""

    name: str
    """recency: who bought lately goes on at the own rate, others stop. own_rate: everybody does. again: the last days once more. nobody: nobody buys."""
    metrics: Measures
    """Its figures."""


class HowOften(Shown):
    """Customers who had come back equally often, per customer; `expected_value` and `observed_value` stand beside where there is money."""

    repeats: int
    """Purchases after the first."""
    or_more: bool
    """So many, or more."""
    customers: int
    """How many."""
    expected_purchases: float
    """What was expected, by the model."""
    observed_purchases: Interval
    """What came."""


class Ahead(Shown):
    """One look ahead: fitted to what was known on a day, measured on the days that followed."""

    learned_at: str
    """The day."""
    measured_until: str
    """The first day that was not looked at."""
    days: int
    """How many days ahead."""
    customers: int
    """Customers known on the day."""
    metrics: Measures
    """The model's figures; the one that decides is scaled_rmse."""
    baseline: Rival
    """The recency heuristic on the same days."""
    baselines: tuple[Rival, ...]
    """All simple rules."""
    groups: tuple[HowOften, ...]
    """What was expected and what came, by how often customers had come back."""


class Lifetime(Shown):
    """What customers will buy and be worth in the days ahead; what does not beat the recency heuristic is not kept, and null."""

    customers: int
    """Customers who bought before the day."""
    returned: int
    """Those of them who came back."""
    horizon_days: int
    """How many days ahead."""
    unit: str
    """day or week: all that one buys in one is one purchase."""
    stands_at: str
    """The day on which one stands."""
    table: str
    """The lake table: one row per customer."""
    kept: Mapping[str, bool]
    """Whether purchases, and value, are foretold by the model."""
    why: Mapping[str, str | None]
    """Why they are not: the rule that the model does not beat, or unmeasured, few_returns, few_paid, no_money, purchases; null where they are."""
    parameters: Mapping[str, Mapping[str, Interval]]
    """purchases: r, alpha, a, b of BG/NBD, with time in units. value: p, q, v of Gamma-Gamma. 95 % intervals from the curvature of the likelihood."""
    totals: Mapping[str, Interval | float | None]
    """purchases and value of all customers, with 95 % intervals of chance and of the parameters, if the model is right; alive: how many are still there."""
    heuristic: Mapping[str, float | None]
    """purchases and value of all customers by the recency heuristic."""
    measured_days: int | None
    """Over how many days it was measured ahead: the horizon, or a third of a shorter history."""
    against: Mapping[str, Mapping[str, Interval]]
    """purchases and value → rule → how much larger the model's scaled_rmse is over all looks ahead: below 0 is better."""
    forward: tuple[Ahead, ...] = Field(())
    """The looks ahead, the latest first."""
