"""An online shop's invoices, made up: customers who buy at their own pace until they go quiet, after a model whose parameters are known.

Buying and going quiet follow BG/NBD (Fader, Hardie & Lee 2005): rates are gamma, the chance to go quiet after each purchase is beta. What an
invoice comes to follows gamma-gamma (Fader & Hardie 2013). Files are as the well-known retail data: cp1252, m/d/yyyy H:MM, cancellations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.simulate.dirt import Dialect, Plan, Soiled, encoded, soil
from chaland.simulate.truth import lines, worded, write_dirt, write_facts, write_rows

HEADER = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
STYLE = Dialect(",", "\r\n", "cp1252")
FIRST, DAYS = datetime(2010, 12, 1), 373
R, ALPHA, A, B = 0.9, 60.0, 0.7, 2.5
"""BG/NBD: shape and rate of the gamma of purchases per day; the two shapes of the beta of going quiet."""
P, Q, V = 6.0, 4.0, 900.0
"""Gamma-gamma of what an invoice comes to, in pence × 10: shape; shape and rate of the gamma over customers."""
LINES_PER_CUSTOMER, MOST_LINES = 40, 12.0
PRODUCTS = 400
FIRST_CUSTOMER, FIRST_INVOICE = 12_346, 536_365
COUNTRIES, COUNTRY_SHARES = ("United Kingdom", "France", "Germany", "EIRE"), (0.9, 0.04, 0.04, 0.02)
ADJECTIVES, THINGS = ("RED", "BLUE", "VINTAGE", "SMALL", "LARGE", "CAFÉ"), ("LANTERN", "MUG", "CLOCK", "TIN", "CANDLE", "FRAME", "BAG")
NO_PRODUCTS = ("POST", "DOT", "M", "BANK CHARGES")
CANCELLED, NO_CUSTOMER, NO_PRODUCT, FREE = 0.017, 0.2, 0.004, 0.004


@dataclass(frozen=True)
class Bought:
    """Invoices: the customer (a number from 0) and the day (a fraction, since `FIRST`) of each; and what is true of the customers."""

    customer: np.ndarray
    day: np.ndarray
    truth: Mapping[str, np.ndarray]


def simulate(rows: int, seed: int, out: Path) -> list[Path]:
    """Write about `rows` invoice lines (exactly so many before any record stands twice) as `retail.csv`; gives its path.

    `truth/customers.csv` holds each customer's rate, chance to go quiet and whether it has; `truth/facts.json` the model's parameters and what is
    left once missing customers, cancellations, prices and quantities from 0 downwards, and rows that stand twice are gone. Same seed, same bytes.
    """
    (out / "truth").mkdir(parents=True, exist_ok=True)
    bought = invoices(max(1, rows // LINES_PER_CUSTOMER), np.random.default_rng([seed, 0]))
    columns = _lines(rows, bought, np.random.default_rng([seed, 1]))
    plan = Plan(blanks=0.02, ragged=0.001, duplicates=0.01, repeated_headers=0, blank_lines=0)
    soiled = soil("retail.csv", HEADER, lines(_table(columns), STYLE.separator), STYLE, plan=plan, rng=np.random.default_rng([seed, 2]))
    (out / "retail.csv").write_bytes(encoded(soiled.lines, STYLE))
    write_dirt(out / "truth", {"retail.csv": soiled})
    write_rows(out / "truth/customers.csv", {"CustomerID": FIRST_CUSTOMER + np.arange(len(bought.truth["rate"])), **bought.truth})
    write_facts(
        out / "truth/facts.json",
        {"bg_nbd": {"r": R, "alpha": ALPHA, "a": A, "b": B}, "gamma_gamma": {"p": P, "q": Q, "v": V}} | _facts(columns, soiled),
    )
    return [out / "retail.csv"]


def invoices(customers: int, rng: np.random.Generator) -> Bought:
    """Every purchase of so many customers within the window; a first purchase is on a day drawn evenly from the first 200."""
    rate, quiet = rng.gamma(R, 1 / ALPHA, customers), rng.beta(A, B, customers)
    at, alive = rng.uniform(0, 200, customers), np.ones(customers, bool)
    who, when = [np.arange(customers)], [at.copy()]
    while True:
        at = at + rng.exponential(1, customers) / np.maximum(rate, 1e-12)
        # After each purchase but the first a customer may go quiet.
        buying = alive & (at < DAYS)
        if not buying.any():
            break
        here = np.flatnonzero(buying)
        who.append(here)
        when.append(at[here])
        alive = buying & ~(rng.random(customers) < quiet)
        at = np.where(alive, at, np.inf)
    customer, day = np.concatenate(who), np.concatenate(when)
    order = np.lexsort((customer, day))
    count = np.bincount(customer, minlength=customers)
    last = np.full(customers, -np.inf)
    np.maximum.at(last, customer, day)
    return Bought(
        customer[order],
        day[order],
        {"rate": np.round(rate, 6), "quiet": np.round(quiet, 6), "invoices": count, "last_day": np.round(last, 4)},
    )


def _lines(rows: int, bought: Bought, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The lines of the invoices, exactly `rows`; invoices that have none are not written."""
    count = len(bought.customer)
    weight = np.exp(rng.normal(0, 0.8, count))
    invoice = np.repeat(np.arange(count), rng.multinomial(rows, weight / weight.sum()))
    level = rng.gamma(P, 1, count) / rng.gamma(Q, 1 / V, len(bought.truth["rate"]))[bought.customer] * 1e6
    product = np.minimum((PRODUCTS * rng.random(rows) ** 2).astype(np.int64), PRODUCTS - 1)
    pence = np.array([np.random.default_rng([7, one]).integers(20, 1500) for one in range(PRODUCTS)])[product]
    quantity = np.clip(np.rint(np.exp(rng.normal(1.2, 0.9, rows)) * np.clip(level[invoice] / level.mean(), 0.3, 6)), 1, 5000).astype(
        np.int64
    )
    chance = rng.random((4, rows))
    cancelled = chance[0] < CANCELLED
    return {
        "invoice": invoice,
        "cancelled": cancelled,
        "product": np.where(chance[1] < NO_PRODUCT, -1 - rng.integers(len(NO_PRODUCTS), size=rows), product),
        "quantity": np.where(cancelled, -quantity, quantity),
        "pence": np.where(chance[2] < FREE, 0, pence),
        "minute": np.floor(bought.day[invoice]).astype(np.int64) * 1440 + 480 + (bought.day[invoice] * 600).astype(np.int64) % 600,
        "customer": np.where(np.random.default_rng([11, rows]).random(count)[invoice] < NO_CUSTOMER, -1, bought.customer[invoice]),
        "country": np.random.default_rng(12).choice(len(COUNTRIES), len(bought.truth["rate"]), p=COUNTRY_SHARES)[bought.customer[invoice]],
    }


def _table(columns: Mapping[str, np.ndarray]) -> pa.Table:
    number = pa.array(FIRST_INVOICE + columns["invoice"]).cast(pa.string())
    mark = worded(columns["cancelled"].astype(np.int64), ("", "C"))
    product = np.where(columns["product"] < 0, PRODUCTS - 1 - columns["product"], columns["product"])
    codes = (*(f"{20_000 + one}{'AB'[one % 2] if one % 3 else ''}" for one in range(PRODUCTS)), *NO_PRODUCTS)
    names = (*(f"{ADJECTIVES[one % len(ADJECTIVES)]} {THINGS[one % len(THINGS)]} No {one}" for one in range(PRODUCTS)), *NO_PRODUCTS)
    price = pc.binary_join_element_wise(
        pa.array(columns["pence"] // 100).cast(pa.string()), pc.utf8_lpad(pa.array(columns["pence"] % 100).cast(pa.string()), 2, "0"), "."
    )
    customer = pa.array(FIRST_CUSTOMER + columns["customer"], mask=columns["customer"] < 0).cast(pa.string())
    values = (
        pc.binary_join_element_wise(mark, number, ""),
        worded(product, codes),
        worded(product, names),
        columns["quantity"],
        _moments(columns["minute"]),
        price,
        customer,
        worded(columns["country"], COUNTRIES),
    )
    return pa.table({name: pa.array(value) if isinstance(value, np.ndarray) else value for name, value in zip(HEADER, values, strict=True)})


def _moments(minute: np.ndarray) -> pa.Array:
    """As 12/1/2010 8:26."""
    different, place = np.unique(minute, return_inverse=True)
    days = [FIRST + timedelta(minutes=int(one)) for one in different]
    return worded(place, tuple(f"{day.month}/{day.day}/{day.year} {day.hour}:{day.minute:02d}" for day in days))


def _facts(columns: Mapping[str, np.ndarray], soiled: Soiled) -> dict[str, Any]:
    """What is left after the usual cleaning: rows that are equal in every column count once."""
    kept = (soiled.outcomes == "accepted") & (columns["customer"] >= 0) & (columns["quantity"] > 0) & (columns["pence"] > 0)
    rows = np.unique(
        np.column_stack([columns[name][kept] for name in ("invoice", "product", "quantity", "minute", "pence", "customer")]), axis=0
    )
    pence = int((rows[:, 2] * rows[:, 4]).sum())
    return {
        "clean": {
            "lines": len(rows),
            "customers": len(np.unique(rows[:, 5])),
            "invoices": len(np.unique(rows[:, 0])),
            "amount": pence / 100,
        }
    }
