"""What lies in a basket: lines, units and different products per order."""

from __future__ import annotations

import ibis.expr.types as ir

from chaland.features import Counted, Made, numbers, share, told
from chaland.history import WHO, History, exact

NEEDS: dict[str, set[str]] = {"transactions": {"time"}}
TITLES = {
    "lines": ("Lines per order", "Lignes par commande"),
    "units": ("Units per order", "Unités par commande"),
    "products": ("Different products per order", "Produits différents par commande"),
}
PARTS = {"units": "quantity", "products": "product"}


class Options(Counted):
    """What a project may say of this family."""

    order: str | None = None
    """The column whose values tell orders apart; default: that of role order, else each moment is one order."""
    quantity: str | None = None
    """How many units a row is; default: the column of role quantity. Without one there are no units."""
    product: str | None = None
    """What was bought; default: the column of role product. Without one there are no products."""


def describe(options: Options, past: History) -> list[Made]:
    """The features that `compute` will make, in their order."""
    return numbers(options, {name: title for name, title in TITLES.items() if name not in PARTS or past.has(options, PARTS[name])})


def compute(past: History, options: Options, key: str) -> ir.Table:
    """Means over orders; null for who never ordered."""
    made = describe(options, past)
    lines = past.linked(options, key, "time", "order", "quantity", "product")
    lines = lines.mutate(_order=lines.order if "order" in lines.columns else lines.time)
    sums = {"lines": lines.count()}
    if "quantity" in lines.columns:
        sums["units"] = exact(lines.quantity).sum()
    per = lines.group_by(WHO, "_order").agg(**sums)
    totals = {name: per[name].sum().cast("float64") for name in sums}
    counted = per.group_by(WHO).agg(orders=per.count(), **totals)
    if "product" in lines.columns:
        counted = _with_products(counted, lines)
    means = {one.name: share(counted[one.name], counted.orders) for one in made}
    return told(past, key, counted.select(WHO, **means), made, ())


def _with_products(counted: ir.Table, lines: ir.Table) -> ir.Table:
    """Beside each customer how many different products there were in the orders, added up; each order counts its own."""
    different = lines.filter(lines.product.notnull()).select(WHO, "_order", "product").distinct()
    different = different.group_by(WHO).agg(products=different.count())
    joined = counted.left_join(different, WHO)
    return joined.select(*counted.columns, products=joined.products.fill_null(0))
