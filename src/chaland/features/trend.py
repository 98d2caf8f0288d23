"""Up or down: orders and money of the last days against as many days before them."""

from __future__ import annotations

from datetime import date, timedelta

import ibis.expr.types as ir
from pydantic import Field

from chaland.features import Counted, Made, numbers, share, told
from chaland.history import WHO, History, exact, since

NEEDS: dict[str, set[str]] = {"transactions": {"time"}}
MONEY = ("money", "money_before", "money_change")


class Options(Counted):
    """What a project may say of this family."""

    days: int = Field(90, ge=1, le=3650)
    """The length of each of the two windows, in days."""
    order: str | None = None
    """The column whose values tell orders apart; default: that of role order, else each moment is one order."""
    amount: str | None = None
    """What a row is worth; default: the column of role amount. Without one there is no money."""


def describe(options: Options, past: History) -> list[Made]:
    """The features that `compute` will make, in their order."""
    n = options.days
    titles = {
        "orders": (f"Orders of the last {n} days", f"Commandes des {n} derniers jours"),
        "orders_before": (f"Orders of the {n} days before", f"Commandes des {n} jours d'avant"),
        "orders_change": (f"Change of the orders over {n} days", f"Évolution des commandes sur {n} jours"),
        "money": (f"Money of the last {n} days", f"Montant des {n} derniers jours"),
        "money_before": (f"Money of the {n} days before", f"Montant des {n} jours d'avant"),
        "money_change": (f"Change of the money over {n} days", f"Évolution du montant sur {n} jours"),
    }
    return numbers(options, {name: title for name, title in titles.items() if name not in MONEY or past.has(options, "amount")})


def compute(past: History, options: Options, key: str) -> ir.Table:
    """Both windows end with the day before the one on which we stand; a change is (now - before) / (now + before), null where both are 0."""
    made = describe(options, past)
    lines = past.linked(options, key, "time", "order", "amount")
    now, before = ((past.end or date.max) - timedelta(days=n * options.days) for n in (1, 2))
    lines = lines.filter(since(lines.time, before))
    order = lines.order if "order" in lines.columns else lines.time
    money = {"amount": exact(lines.amount).sum()} if "amount" in lines.columns else {}
    orders = lines.group_by(WHO, _order=order).agg(time=lines.time.min(), **money)
    counted = orders.group_by(WHO).agg(**_windows(orders, since(orders.time, now)))
    changes = {f"{name}_change": _change(counted, name) for name in ("orders", "money") if name in counted.columns}
    return told(past, key, counted.mutate(**changes), made, [one.name for one in made if not one.name.endswith("_change")])


def _windows(orders: ir.Table, last: ir.BooleanValue) -> dict[str, ir.Value]:
    found = {"orders": last.sum().cast("float64"), "orders_before": (~last).sum().cast("float64")}
    if "amount" in orders.columns:
        found["money"] = orders.amount.sum(where=last).cast("float64").fill_null(0.0)
        found["money_before"] = orders.amount.sum(where=~last).cast("float64").fill_null(0.0)
    return found


def _change(counted: ir.Table, name: str) -> ir.FloatingValue:
    now, before = counted[name], counted[f"{name}_before"]
    return share(now - before, now + before)
