"""Visitors of a marketplace, made up: monthly event logs of any size, four kinds of visitors, skewed as such logs are.

Sessions follow one interest each, mostly near what their visitor looks at in others; few visitors and few products make most events; 98 %
are views. Figures are those of a real day of such a log (17,434 events): events a session, pauses, how often the product or the category is
that of the event before, spread of prices in all, within visitors and within sessions, gaps. All is drawn month by month, vectorised, so
that memory holds one month only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from chaland.simulate.truth import worded, write_facts, write_rows

HEADER = ("event_time", "event_type", "product_id", "category_id", "category_code", "brand", "price", "user_id", "user_session")
EVENTS = ("view", "cart", "purchase", "remove_from_cart")
MONTHS = tuple((2019 + month // 12, month % 12 + 1) for month in range(9, 21))
ROWS_PER_MONTH, LEAST_MONTHS = 5_000_000, 2
EVENTS_PER_SESSION, LENGTHS, SESSIONS_PER_USER = 3.44, 1.25, 2.0
"""Events of a session and how much they differ (deviation of their logarithm); sessions of a visitor in all."""
PAUSE, PAUSES = 33.0, 1.0
"""Seconds from one event of a session to the next: the median, and the deviation of their logarithm."""
STAYS, HOME, AGAIN = 0.32, 0.85, 0.1
"""How often an event is about the product of the one before, a session near what its visitor likes, a session on the day of another one."""
POPULAR = 4
"""How much oftener the first places of the shelf are looked for."""
NEAR, AROUND = 10.0, 25.0
"""How far products of a session lie from its interest, and interests from what the visitor likes (scale of a Cauchy), in places."""
BRANDS_PER_CATEGORY = 5
PRICE, CATEGORIES_DIFFER, PRODUCTS_DIFFER = 5.05, 1.15, 0.45
"""Logarithm of the price: the middle, and its deviation between and within categories."""
DUPLICATES, ZERO_PRICES = 0.0003, 0.001
NO_CODE, NO_BRAND = 0.32, 0.14
FIRST_USER, FIRST_PRODUCT, FIRST_CATEGORY = 512_000_000, 1_000_000, 2_053_013_550_000_000_000
ROOTS = ("appliances", "electronics", "apparel", "furniture", "computers", "auto", "kids", "sport")
LEAVES = ("kitchen.kettle", "audio.headphone", "shoes.boots", "bedroom.bed", "notebook", "tyres", "toys.blocks", "bicycle.city")
BRANDS = tuple(f"{a}{b}" for a in ("nor", "lum", "vel", "tar", "ost", "bri") for b in ("ex", "ina", "oro", "ick", "ano"))


@dataclass(frozen=True)
class Visitors:
    """A kind of visitor: its share, how active it is, how often it puts in the cart and buys, when it comes, and whether it looks for cheap things."""

    name: str
    share: float
    active: float
    cart: float
    buys: float
    hour: float
    cheap: bool = False


KINDS = (
    Visitors("window_shopper", 0.55, 1.0, 0.003, 0.003, 15.0),
    Visitors("night_owl", 0.20, 1.0, 0.006, 0.006, 1.0),
    Visitors("bargain_hunter", 0.15, 1.5, 0.012, 0.008, 12.0, cheap=True),
    Visitors("loyal_buyer", 0.10, 2.0, 0.03, 0.05, 18.0),
)
REMOVES = 0.0005


@dataclass(frozen=True)
class Catalogue:
    """The products: their category, brand (-1: none) and price in cents; a category's code may be missing (-1)."""

    category: np.ndarray
    brand: np.ndarray
    cents: np.ndarray
    code: np.ndarray


@dataclass(frozen=True)
class People:
    """The visitors: the kind of each, and where on the shelf of products lies what each likes (0 to 1)."""

    kind: np.ndarray
    home: np.ndarray


@dataclass(frozen=True)
class Month:
    """The events of one month in the order of time: seconds, event, product, user, session (a number within the month)."""

    second: np.ndarray
    event: np.ndarray
    product: np.ndarray
    user: np.ndarray
    session: np.ndarray


def simulate(rows: int, seed: int, out: Path) -> list[Path]:
    """Write `rows` events as monthly files (`2019-Oct.csv` …), and the truth beside them; gives the paths of the files.

    Among them 3 in ten thousand stand twice, one in a thousand has the price 0, and the last line of the last file is cut.
    `truth/visitors.csv` holds the kind of every visitor, `truth/facts.json` what a reader should count. Same seed, same bytes.
    """
    (out / "truth").mkdir(parents=True, exist_ok=True)
    catalogue, users = _catalogue(rows, seed), max(1, round(rows / EVENTS_PER_SESSION / SESSIONS_PER_USER))
    draw = np.random.default_rng([seed, 1])
    people = People(draw.choice(len(KINDS), users, p=[one.share for one in KINDS]), draw.random(users) ** POPULAR)
    months = MONTHS[: min(len(MONTHS), rows, max(LEAST_MONTHS, -(-rows // ROWS_PER_MONTH)))]
    counts = [rows // len(months) + (place < rows % len(months)) for place in range(len(months))]
    paths, seen, told = [], np.zeros(users, bool), _nothing()
    for place, (month, count) in enumerate(zip(months, counts, strict=True)):
        drawn = _month(month, count, people, catalogue, np.random.default_rng([seed, 2, place]))
        path, kept = _write(out, month, drawn, catalogue, told, np.random.default_rng([seed, 3, place]))
        paths.append(path)
        seen[drawn.user[kept if place < len(months) - 1 else kept[:-1]]] = True  # the last line is cut
    _cut(paths[-1], told)
    there = np.flatnonzero(seen)
    write_rows(
        out / "truth/visitors.csv", {"user_id": FIRST_USER + there, "kind": worded(people.kind[there], tuple(one.name for one in KINDS))}
    )
    write_facts(out / "truth/facts.json", {**told, "visitors": len(there)})
    return paths


def _nothing() -> dict[str, int]:
    return dict.fromkeys(("read", "accepted", "quarantined", "merged", *EVENTS, "cents_bought"), 0)


def _catalogue(rows: int, seed: int) -> Catalogue:
    rng = np.random.default_rng([seed, 0])
    products, categories = int(np.clip(rows // 3, 20, 150_000)), int(np.clip(rows // 300, 8, 600))
    category = np.sort(rng.integers(categories, size=products))  # alike lies beside alike
    level = rng.normal(PRICE, CATEGORIES_DIFFER, categories)
    cents = np.maximum(np.rint(100 * np.exp(level[category] + rng.normal(0, PRODUCTS_DIFFER, products))), 99).astype(np.int64)
    own = (category * 7 + (BRANDS_PER_CATEGORY * rng.random(products) ** 3).astype(np.int64)) % len(BRANDS)
    brand = np.where(rng.random(products) < NO_BRAND, -1, own)
    code = np.where(rng.random(categories) < NO_CODE, -1, rng.integers(len(ROOTS) * len(LEAVES), size=categories))
    return Catalogue(category, brand, cents, code)


def _month(month: tuple[int, int], rows: int, people: People, catalogue: Catalogue, rng: np.random.Generator) -> Month:
    sessions = max(1, round(rows / EVENTS_PER_SESSION))
    length = 1 + rng.multinomial(rows - sessions, _skewed(sessions, rng)) if rows >= sessions else np.ones(sessions, np.int64)
    begins, days = _span(month)
    user, day = _whose(sessions, days, people.kind, rng)
    session = np.repeat(np.arange(sessions), length)
    nth = np.arange(len(session)) - np.repeat(np.cumsum(length) - length, length)
    after = _after(nth, rng)
    start = begins + 86_400 * day + _clock(people.kind[user], rng)
    last = begins + 86_400 * days - 1 - after[np.cumsum(length) - 1]
    second = np.maximum(np.minimum(start, last), begins)[session] + after
    event = _events(people.kind[user][session], nth, rng)
    product = _products(session, user, event, people, catalogue, rng)
    order = np.argsort(second, kind="stable")
    return Month(second[order], event[order], product[order], user[session][order], session[order])


def _skewed(count: int, rng: np.random.Generator) -> np.ndarray:
    """Chances that differ much (lognormal), adding up to one."""
    weights = np.exp(rng.normal(0, LENGTHS, count))
    found: np.ndarray = weights / weights.sum()
    return found


def _users(sessions: int, kinds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Who each session is of: few come often, and active kinds oftener."""
    weights = np.array([one.active for one in KINDS])[kinds] * (np.arange(len(kinds)) % 97 + 3.0) ** -0.7
    ladder = np.cumsum(weights)
    found: np.ndarray = np.searchsorted(ladder, rng.random(sessions) * ladder[-1])
    return found


def _whose(sessions: int, days: int, kinds: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Of whom and on which day of the month each session is; some are by the visitor of the one before, on the same day."""
    again = rng.random(sessions) < AGAIN
    first = np.maximum.accumulate(np.where(again, 0, np.arange(sessions)))
    return _users(sessions, kinds, rng)[first], rng.integers(days, size=sessions)[first]


def _after(nth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Seconds from the beginning of its session to each event, which is the `nth` of it; each comes at least one after the one before."""
    pause = np.where(nth == 0, 0, 1 + (PAUSE * np.exp(rng.normal(0, PAUSES, len(nth)))).astype(np.int64))
    since = np.cumsum(pause)
    found: np.ndarray = since - np.maximum.accumulate(np.where(nth == 0, since, 0))
    return found


def _span(month: tuple[int, int]) -> tuple[int, int]:
    """The first second of a month (since 1970, UTC) and its days."""
    year, number = month
    first = datetime(year, number, 1, tzinfo=UTC)
    following = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    return int(first.timestamp()), (following - first).days


def _clock(kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The second of the day at which a session begins, around the hour of its kind of visitor."""
    hour = np.array([one.hour for one in KINDS])[kind] + rng.normal(0, 3.0, len(kind))
    found: np.ndarray = (np.mod(hour, 24.0) * 3600).astype(np.int64) % 82_800
    return found


def _products(
    session: np.ndarray, user: np.ndarray, event: np.ndarray, people: People, catalogue: Catalogue, rng: np.random.Generator
) -> np.ndarray:
    """What each event is about: mostly what is near the interest of the session, popular things oftener, or still the product of the event
    before; who looks for cheap things takes the cheaper of two. What is put in the cart or bought was looked at before."""
    many = len(catalogue.cents)

    def near(place: np.ndarray, scale: float) -> np.ndarray:
        found: np.ndarray = (place + np.rint(rng.standard_cauchy(len(place)) * scale).clip(-many, many).astype(np.int64)) % many
        return found

    liked = rng.random(len(user)) < HOME
    interest = near((many * np.where(liked, people.home[user], rng.random(len(user)) ** POPULAR)).astype(np.int64), AROUND)
    first, second = near(interest[session], NEAR), near(interest[session], NEAR)
    cheap = np.array([one.cheap for one in KINDS])[people.kind[user]][session]
    found = np.where(cheap & (catalogue.cents[second] < catalogue.cents[first]), second, first)
    stays = ((rng.random(len(session)) < STAYS) | (event > 0)) & (np.diff(session, prepend=-1) == 0)
    return found[np.maximum.accumulate(np.where(stays, 0, np.arange(len(session))))]


def _events(kind: np.ndarray, nth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What each visitor does; a session begins with a view."""
    later = EVENTS_PER_SESSION / (EVENTS_PER_SESSION - 1)
    cart, buys = (np.array([getattr(one, word) for one in KINDS])[kind] * later for word in ("cart", "buys"))
    chance = rng.random(len(kind))
    event = np.select([chance < buys, chance < buys + cart, chance < buys + cart + REMOVES], [2, 1, 3], 0)
    found: np.ndarray = np.where(nth == 0, 0, event)
    return found


def _write(
    out: Path, month: tuple[int, int], drawn: Month, catalogue: Catalogue, told: dict[str, int], rng: np.random.Generator
) -> tuple[Path, np.ndarray]:
    """One month's file, and which of its events are in it; what a reader should count is added to `told`."""
    rows, twice = len(drawn.second), int(len(drawn.second) * DUPLICATES)
    # So many rows give way to copies of the row before them, so that the file has the rows that were asked for.
    at = np.arange(rows)
    again = 1 + 2 * rng.choice(max((rows - 1) // 2, 1), twice, replace=False)  # never two in a row, and never the last
    at[again] -= 1
    cents = catalogue.cents[drawn.product] * (rng.random(rows) >= ZERO_PRICES)
    path = out / f"{month[0]}-{datetime(*month, 1):%b}.csv"
    options = pa.csv.WriteOptions(include_header=False, quoting_style="none", batch_size=65_536)
    with path.open("wb") as file:
        file.write((",".join(HEADER) + "\n").encode())
        pa.csv.write_csv(_table(drawn, cents, catalogue, rng).take(pa.array(at)), file, options)
    kept = np.unique(at)
    for place, name in enumerate(EVENTS):
        told[name] += int((drawn.event[kept] == place).sum())
    told["cents_bought"] += int(cents[kept][drawn.event[kept] == EVENTS.index("purchase")].sum())
    told["read"] += rows
    told["accepted"] += len(kept)
    told["merged"] += rows - len(kept)
    return path, kept


def _table(drawn: Month, cents: np.ndarray, catalogue: Catalogue, rng: np.random.Generator) -> pa.Table:
    category = catalogue.category[drawn.product]
    codes = tuple(f"{root}.{leaf}" for root in ROOTS for leaf in LEAVES)
    moment = pa.array(drawn.second, pa.timestamp("s")).cast(pa.string())
    # Decimals are written by hand: whole part, point, two digits.
    price = pc.binary_join_element_wise(
        pa.array(cents // 100).cast(pa.string()), pc.utf8_lpad(pa.array(cents % 100).cast(pa.string()), 2, "0"), "."
    )
    columns = [
        pc.binary_join_element_wise(moment, "UTC", " "),
        worded(drawn.event, EVENTS),
        pa.array(FIRST_PRODUCT + drawn.product),
        pa.array(FIRST_CATEGORY + category * 7_919_777),
        worded(catalogue.code[category], codes),
        worded(catalogue.brand[drawn.product], BRANDS),
        price,
        pa.array(FIRST_USER + drawn.user),
        _sessions(int(drawn.session.max()) + 1 if len(drawn.session) else 0, rng).take(pa.array(drawn.session)),
    ]
    return pa.table(dict(zip(HEADER, columns, strict=True)))


def _sessions(count: int, rng: np.random.Generator) -> pa.Array:
    """Session ids as logs have them: 32 hex digits in five parts."""
    digits = np.frombuffer(b"0123456789abcdef", np.uint8)[rng.integers(16, size=(count, 32), dtype=np.uint8)]
    text = np.full((count, 36), ord("-"), np.uint8)
    places = [place for place in range(36) if place not in (8, 13, 18, 23)]
    text[:, places] = digits
    offsets = pa.array(np.arange(0, 36 * count + 1, 36, dtype=np.int32))
    return pa.StringArray.from_buffers(count, offsets.buffers()[1], pa.py_buffer(text.tobytes()))


def _cut(path: Path, told: dict[str, int]) -> None:
    """Cut the last line within the visitor's number, as a download that broke off."""
    data = path.read_bytes() if path.stat().st_size < 4096 else b""
    with path.open("r+b") as file:
        file.seek(0 if data else -2048, 0 if data else 2)
        tail = file.read()
        start = tail.rstrip(b"\n").rfind(b"\n") + 1
        line = tail[start:].split(b",")
        file.truncate(path.stat().st_size - len(tail) + start + len(b",".join(line[:7])) + 1 + 5)
    told["quarantined"] += 1
    told["accepted"] -= 1
    told[line[1].decode()] -= 1
    if line[1] == b"purchase":
        told["cents_bought"] -= round(100 * float(line[6]))
