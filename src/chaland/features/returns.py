"""What came back: returns counted and in money, and their share of what was bought."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from chaland.features import Counted, Made, numbers, share, told
from chaland.history import WHO, History, exact

NEEDS: dict[str, set[str]] = {"transactions": {"time"}}
TITLES = {
    "returns": ("Returns", "Retours"),
    "returned": ("Money returned", "Montant retourné"),
    "share": ("Returns per order", "Retours par commande"),
    "money_share": ("Share of the money that came back", "Part du montant retournée"),
}
MONEY = ("returned", "money_share")
ZEROS = ("returns", "returned")


class Options(Counted):
    """What a project may say of this family; `table` holds the returns, alone or among what was bought."""

    PARTS = ("when",)
    TABLES = ("table", "against")

    when: str | None = None
    """A yes/no column of the table (as `derive` makes one): true where a row is a return. Default: every row is one."""
    against: str | None = None
    """The table of what was bought, linked by the same columns; default: with `when` the rest of the table, else the first of transactions."""
    order: str | None = None
    """The column whose values tell orders apart; default: that of role order, else each moment is one order."""
    amount: str | None = None
    """What a row is worth, whatever its sign; default: the column of role amount. Without one there is no money."""


def describe(options: Options, past: History) -> list[Made]:
    """The features that `compute` will make, in their order."""
    return numbers(options, {name: title for name, title in TITLES.items() if name not in MONEY or past.has(options, "amount")})


def compute(past: History, options: Options, key: str) -> ir.Table:
    """Orders with a return, the money of the returned rows without its sign, and both against what was bought; shares null where that is 0."""
    made = describe(options, past)
    came_back = _sums(_rows(past, options, key, True), "returns", "returned")
    bought = _sums(_rows(past, options, key, False), "orders", "spent")
    both = bought.outer_join(came_back, WHO)
    zero = {name: both[name].cast("float64").fill_null(0.0) for name in [*came_back.columns, *bought.columns] if name != WHO}
    counted = both.select(**{WHO: ibis.coalesce(both[WHO], both[f"{WHO}_right"])}, **zero)
    shares = {"share": share(counted.returns, counted.orders)}
    if "spent" in counted.columns and "returned" in counted.columns:
        shares["money_share"] = share(counted.returned, counted.spent)
    return told(past, key, counted.mutate(**shares), made, ZEROS)


def _rows(past: History, options: Options, key: str, returned: bool) -> ir.Table:
    """Either what came back, or what was bought."""
    words = options if returned or options.when else options.model_copy(update={"table": options.against})
    rows = past.linked(words, key, "time", "order", "amount", "when")
    if not options.when:
        return rows
    back = rows.when.fill_null(False)
    return rows.filter(back if returned else ~back)


def _sums(rows: ir.Table, count: str, money: str) -> ir.Table:
    """Per customer: different orders, and money without its sign."""
    order = rows.order if "order" in rows.columns else rows.time
    amount = {money: exact(rows.amount).abs().sum()} if "amount" in rows.columns else {}
    orders = rows.group_by(WHO, _order=order).agg(**amount, lines=rows.count())
    return orders.group_by(WHO).agg(**{count: orders.count()}, **{name: orders[name].sum() for name in amount})
