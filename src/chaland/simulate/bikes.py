"""A maker of bicycles, made up: shops that order by taste and by season, the person behind each shop, files as French courses have them.

Each shop orders for years; it has two kinds of bikes that it likes, which the sex of its person tells in part; orders follow the season and grow.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.simulate.dirt import Dialect, Plan, Soiled, encoded, soil
from chaland.simulate.truth import lines, worded, write_dirt, write_facts

FIRST, DAYS = date(2019, 1, 1), 3 * 365
FRENCH = Dialect(";", "\n", "utf-8-sig")
PEOPLE = Dialect(", ")
KINDS = (("Road", "Fast"), ("Road", "Long"), ("Road", "Triathlon"), ("Mountain", "Trail"), ("Mountain", "Descent"), ("Mountain", "Sport"))
FRAMES = ("Carbon", "Aluminum")
NAMES = ("Heron", "Falcon", "Otter", "Lynx", "Ibex", "Marten", "Swift", "Badger")
CITIES = (
    "Lyon",
    "Nantes",
    "Lille",
    "Bordeaux",
    "Rennes",
    "Nice",
    "Metz",
    "Tours",
    "Dijon",
    "Brest",
    "Caen",
    "Nancy",
    "Reims",
    "Pau",
    "Amiens",
    "Angers",
)
FIRST_NAMES, LAST_NAMES = ("Alix", "Camille", "Dominique", "Lou", "Sacha"), ("Moreau", "Petit", "Garnier", "Faure", "Blanc", "Roy")
LINES_PER_ORDER, LINES_PER_SHOP, MOST_SHOPS = 7.5, 400, 200


@dataclass(frozen=True)
class Made:
    """Order lines as numbers: order (from 1), line in it, day since `FIRST`, shop, bike and quantity; and the shops and bikes they are of."""

    order: np.ndarray
    line: np.ndarray
    day: np.ndarray
    shop: np.ndarray
    bike: np.ndarray
    quantity: np.ndarray
    female: np.ndarray
    price: np.ndarray
    kind: np.ndarray
    frame: np.ndarray


def simulate(rows: int, seed: int, out: Path) -> list[Path]:
    """Write `rows` order lines with their bikes, shops and people; gives the paths of the files.

    `orders.csv` is dirty: records that stand twice, are ragged, or have blanks around their fields. `truth/facts.json` holds revenue, units, units
    by sex, and how many cities tie for the best-selling model, over the rows that a reader should accept. Same seed, same bytes.
    """
    (out / "truth").mkdir(parents=True, exist_ok=True)
    made = draw(rows, np.random.default_rng([seed, 0]))
    header = ["", "order.id", "order.line", "order.date", "customer.id", "product.id", "quantity"]
    soiled = soil("orders.csv", header, _orders(made), FRENCH, plan=Plan(ragged=0.002), rng=np.random.default_rng([seed, 1]))
    texts = {
        "orders.csv": (soiled.lines, FRENCH),
        "bikes.csv": (_bikes(made), FRENCH),
        "bikeshops.csv": (_shops(made, np.random.default_rng([seed, 2])), FRENCH),
        "customers.csv": (_people(made, np.random.default_rng([seed, 3])), PEOPLE),
    }
    for name, (text, dialect) in texts.items():
        (out / name).write_bytes(encoded(text, dialect))
    write_dirt(out / "truth", {"orders.csv": soiled})
    write_facts(out / "truth/facts.json", _facts(made, soiled))
    return [out / name for name in texts]


def draw(rows: int, rng: np.random.Generator) -> Made:
    """`rows` order lines."""
    shops = int(np.clip(rows // LINES_PER_SHOP, 4, MOST_SHOPS))
    female = rng.random(shops) < 0.6
    kind, frame = np.repeat(np.arange(len(KINDS)), len(NAMES)), np.tile(np.arange(len(NAMES)) % 2, len(KINDS))
    price = np.rint(np.exp(rng.normal(7.6, 0.5, len(kind)) + 0.5 * (frame == 0)) / 5).astype(np.int64) * 5
    orders = max(1, round(rows / LINES_PER_ORDER))
    of_order = np.minimum(np.sort(rng.integers(orders, size=rows)), np.arange(rows))
    order = np.unique(of_order, return_inverse=True)[1]
    day, buyer = _days(order.max() + 1, rng), rng.integers(shops, size=order.max() + 1)
    bike = _liked(buyer[order], female, kind, rng)
    line = np.arange(rows) - np.searchsorted(order, order) + 1
    quantity = 1 + np.minimum(rng.poisson(0.25, rows), 9)
    return Made(order + 1, line, day[order], buyer[order], bike, quantity, female, price, kind, frame)


def _days(orders: int, rng: np.random.Generator) -> np.ndarray:
    """The day of each order, in their order: more of them in spring, and more from year to year."""
    days = np.arange(DAYS)
    weights = (1 + 0.8 * np.sin(2 * np.pi * (days - 30) / 365)) * (1 + days / DAYS)
    found: np.ndarray = np.sort(rng.choice(days, orders, p=weights / weights.sum()))
    return found


def _liked(shop: np.ndarray, female: np.ndarray, kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The bike of each line: of the kinds that its shop likes, three times in four; women sell roads oftener."""
    first = np.where(
        rng.random(len(female)) < np.where(female, 0.75, 0.35), rng.integers(3, size=len(female)), 3 + rng.integers(3, size=len(female))
    )
    wanted = np.where(rng.random(len(shop)) < 0.75, first[shop], rng.integers(len(KINDS), size=len(shop)))
    model = np.minimum((len(NAMES) * rng.random(len(shop)) ** 1.5).astype(np.int64), len(NAMES) - 1)
    found: np.ndarray = wanted * len(NAMES) + model
    return found


def _orders(made: Made) -> list[str]:
    dates = [f"{day.month}/{day.day}/{day.year}" for day in (FIRST + timedelta(days=place) for place in range(DAYS))]
    columns = [
        pa.array(np.arange(1, len(made.order) + 1)),
        made.order,
        made.line,
        worded(made.day, tuple(dates)),
        made.shop + 1,
        made.bike + 1,
        made.quantity,
    ]
    return lines(pa.table({str(place): pa.array(column) for place, column in enumerate(columns)}), FRENCH.separator)


def model(bike: int) -> str:
    """The name of a model."""
    return f"{NAMES[bike % len(NAMES)]} {KINDS[bike // len(NAMES)][1]}"


def city(shop: int) -> str:
    """The city of a shop; no two shops share one."""
    return CITIES[shop % len(CITIES)] + (f" {shop // len(CITIES) + 1}" if shop >= len(CITIES) else "")


def _bikes(made: Made) -> list[str]:
    rows = [
        f"{one + 1};{model(one)};{KINDS[kind][0]};{KINDS[kind][1]};{FRAMES[frame]};{price}"
        for one, (kind, frame, price) in enumerate(zip(made.kind.tolist(), made.frame.tolist(), made.price.tolist(), strict=True))
    ]
    return ["bike.id;model;category1;category2;frame;price", *rows]


def _shops(made: Made, rng: np.random.Generator) -> list[str]:
    places = [
        f"{value:.6f}".replace(".", ",")
        for value in np.concatenate([rng.uniform(43, 50, len(made.female)), rng.uniform(-4, 7, len(made.female))])
    ]
    half = len(made.female)
    rows = [f"{one + 1};{city(one)} Cycles;{city(one)};{city(one)[:2].upper()};{places[one]};{places[half + one]}" for one in range(half)]
    return ["bikeshop.id;bikeshop.name;bikeshop.city;bikeshop.state;latitude;longitude", *rows]


def _people(made: Made, rng: np.random.Generator) -> list[str]:
    header = "CustomerKey, Prefix, FirstName, LastName, BirthDate, MaritalStatus, Gender, EmailAddress, AnnualIncome, TotalChildren, EducationLevel, Occupation, HomeOwner"
    return [header, *(_person(one, bool(female), rng) for one, female in enumerate(made.female))]


def _person(one: int, female: bool, rng: np.random.Generator) -> str:
    first, last = FIRST_NAMES[int(rng.integers(len(FIRST_NAMES)))], LAST_NAMES[int(rng.integers(len(LAST_NAMES)))]
    born = date(1950, 1, 1) + timedelta(days=int(rng.integers(18_000)))
    told: tuple[Any, ...] = (
        one + 1,
        "Mrs." if female else "Mr.",
        first,
        last,
        f"{born:%d/%m/%Y}",
        ("Single", "Married")[int(rng.integers(2))],
        "Female" if female else "Male",
        f"{first}.{last}{one}@example.org".lower(),
    )
    more = (
        int(rng.integers(25, 120)) * 1000,
        int(rng.integers(4)),
        ("Bachelor's", "Master's", "None")[int(rng.integers(3))],
        ("Mechanic", "Teacher", "Racer")[int(rng.integers(3))],
        ("Yes", "No")[int(rng.integers(2))],
    )
    return ", ".join(str(part) for part in (*told, *more))


def _facts(made: Made, soiled: Soiled) -> dict[str, Any]:
    """What is true of the rows that a reader should accept."""
    kept = soiled.outcomes == "accepted"
    shop, bike, quantity = made.shop[kept], made.bike[kept], made.quantity[kept]
    sold: Counter[tuple[int, int]] = Counter()
    for one, other, count in zip(shop.tolist(), bike.tolist(), quantity.tolist(), strict=True):
        sold[one, other] += count
    best = {one: max((count for (of, _), count in sold.items() if of == one), default=0) for one in set(shop.tolist())}
    tied = sum(sum(count == best[of] for (of, _), count in sold.items() if of == one) > 1 for one in best)
    return {
        "lines": int(kept.sum()),
        "revenue": int((made.price[bike] * quantity).sum()),
        "units": int(quantity.sum()),
        "units_by_sex": {"F": int(quantity[made.female[shop]].sum()), "M": int(quantity[~made.female[shop]].sum())},
        "cities": len(best),
        "cities_that_tie": tied,
    }
