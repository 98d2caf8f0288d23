"""A car dealer, made up: clients who buy by how they live, a catalogue in four kinds of cars, registrations that join them by plate.

What a client buys depends on debt capacity, children and age; one client in six buys against type. Files are as French courses have them: a BOM,
several spellings of one meaning, signs for «unknown», registrations in parts with repeated headers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.simulate.dirt import Cells, Dialect, Plan, encoded, soil
from chaland.simulate.truth import lines, worded, write_dirt, write_facts, write_rows

STYLE = Dialect(",", "\n", "utf-8-sig")
CLIENTS = ("age", "sexe", "taux", "situationFamiliale", "nbEnfantsAcharge", "2eme voiture", "immatriculation")
CARS = ("marque", "nom", "puissance", "longueur", "nbPlaces", "nbPortes", "couleur", "occasion", "prix")
LENGTHS = ("courte", "moyenne", "longue", "très longue")
COLOURS = ("blanc", "noir", "rouge", "gris", "bleu")
FAMILIES = ("Célibataire", "En Couple", "Divorcée")
UNKNOWN = ("?", "N/D", " ", "-1")
AGAINST_TYPE = 1 / 6
PARTS, MARKETED = 4, 20
SHARED_PLATES = 0.0001
"""Clients whose plate another client holds too."""


@dataclass(frozen=True)
class Kind:
    """A kind of car: its name, brands, models, power, length (index), seats and price."""

    name: str
    brands: tuple[str, ...]
    models: tuple[str, ...]
    power: int
    length: int
    seats: int
    price: int


KINDS = (
    Kind("city", ("Aurore", "Brise"), ("Puce 1.0", "Mini 1.2"), 65, 0, 5, 12_000),
    Kind("family", ("Brise", "Cavalier"), ("Foyer 1.6", "Large 1.8"), 120, 2, 7, 27_000),
    Kind("everyday", ("Aurore", "Dune"), ("Trajet 1.4", "Route 1.6"), 90, 1, 5, 18_000),
    Kind("grand", ("Elite", "Faste"), ("Palais V6", "Royal V8"), 290, 3, 5, 66_000),
)


@dataclass(frozen=True)
class People:
    """Clients as numbers, and the kind of car that each has."""

    age: np.ndarray
    female: np.ndarray
    debt: np.ndarray
    family: np.ndarray
    children: np.ndarray
    second: np.ndarray
    kind: np.ndarray


def simulate(rows: int, seed: int, out: Path) -> list[Path]:
    """Write `rows` clients with their registrations, the catalogue, a marketing list of 20 people and CO2 by brand; gives the paths of the files.

    `truth/owners.csv` holds the kind of car of each client, `truth/suits.csv` the likeliest kind of each person of the list, `truth/dirt.json` what a
    reader should count in clients.csv. Same seed, same bytes.
    """
    (out / "truth").mkdir(parents=True, exist_ok=True)
    people, listed = (draw(count, np.random.default_rng([seed, place])) for place, count in enumerate((rows, MARKETED)))
    rng = np.random.default_rng([seed, 2])
    plates = _plates(rows, rng)
    catalogue = _catalogue(np.random.default_rng(seed))
    soiled = soil("clients.csv", CLIENTS, lines(_clients(people, plates, rng), ","), STYLE, plan=_plan(), rng=rng)
    (out / "clients.csv").write_bytes(encoded(soiled.lines, STYLE))
    (out / "catalogue.csv").write_bytes(encoded([",".join(CARS), *(",".join(map(str, car)) for car in catalogue)], STYLE))
    (out / "marketing.csv").write_bytes(encoded([",".join(CLIENTS[:-1]), *lines(_clients(listed, None, rng), ",")], STYLE))
    (out / "CO2.csv").write_bytes(encoded(_co2(), STYLE))
    registered = _registered(people, plates, catalogue, rng, out / "immatriculations")
    write_dirt(out / "truth", {"clients.csv": soiled})
    names = tuple(kind.name for kind in KINDS)
    write_rows(out / "truth/owners.csv", {"line": soiled.record_lines, "immatriculation": plates, "kind": worded(people.kind, names)})
    write_rows(out / "truth/suits.csv", {"line": 2 + np.arange(MARKETED), "kind": worded(likeliest(listed), names)})
    write_facts(out / "truth/facts.json", _facts(people))
    return [out / name for name in ("clients.csv", "catalogue.csv", "marketing.csv", "CO2.csv")] + registered


def draw(rows: int, rng: np.random.Generator) -> People:
    """`rows` people and their cars."""
    age, family = rng.integers(18, 85, rows), rng.choice(3, rows, p=(0.33, 0.6, 0.07))
    children = np.where(family == 0, rng.random(rows) < 0.1, rng.integers(0, 5, rows)).astype(np.int64)
    debt = np.rint(np.clip(rng.lognormal(6.3, 0.5, rows), 150, 1399)).astype(np.int64)
    one = People(age, rng.random(rows) < 0.3, debt, family, children, rng.random(rows) < 0.13 + 0.2 * (debt > 800), age)
    kind = np.where(rng.random(rows) < AGAINST_TYPE, rng.integers(len(KINDS), size=rows), likeliest(one))
    return People(one.age, one.female, one.debt, one.family, one.children, one.second, kind)


def likeliest(people: People) -> np.ndarray:
    """The kind of car that suits each: grand for much money, family for three children, city for the young or alone, else everyday."""
    alone = (people.age < 28) | ((people.family == 0) & (people.debt < 450))
    found: np.ndarray = np.select([people.debt >= 800, people.children >= 3, alone], [3, 1, 0], 2)
    return found


def _plan() -> Plan:
    some = ("age", "taux", "nbEnfantsAcharge")
    return Plan(
        cells=(
            Cells("placeholder", "kept", 0.006, tuple(CLIENTS.index(name) for name in some), UNKNOWN),
            Cells("placeholder", "kept", 0.004, (CLIENTS.index("sexe"), CLIENTS.index("situationFamiliale")), UNKNOWN[:3]),
            Cells("spelling", "kept", 0.02, (CLIENTS.index("situationFamiliale"),), ("Seul", "Seule", "Marié(e)")),
        ),
        blanks=0.01,
        ragged=0.001,
        duplicates=0.002,
        repeated_headers=2,
    )


def _plates(rows: int, rng: np.random.Generator) -> pa.Array:
    """As 3467 SB 72, none twice but for a few that two clients share."""
    nth = (np.arange(rows) * 6_180_339 + 2_718_281) % (9_000 * 676 * 90) if rows < 9_000 * 676 * 90 else np.arange(rows)
    shared = rng.choice(rows, round(SHARED_PLATES * rows), replace=False) if rows > 1 else np.array([], np.int64)
    nth[shared] = nth[shared - 1]
    letters = [chr(65 + one // 26) + chr(65 + one % 26) for one in range(676)]
    return pa.array([f"{1000 + one % 9000} {letters[one // 9000 % 676]} {10 + one // (9000 * 676)}" for one in nth.tolist()], pa.string())


def _clients(people: People, plates: pa.Array | None, rng: np.random.Generator) -> pa.Table:
    words = ("M", "Homme", "Masculin", "F", "Femme", "Féminin")
    spelt = np.where(rng.random(len(people.age)) < 0.02, rng.integers(1, 3, len(people.age)), 0)
    columns: list[Any] = [
        people.age,
        worded(3 * people.female.astype(np.int64) + spelt, words),
        people.debt,
        worded(people.family, FAMILIES),
        people.children,
        worded(people.second.astype(np.int64) + 2 * (rng.random(len(people.age)) < 0.01), ("false", "true", "FALSE", "TRUE")),
    ]
    names = CLIENTS if plates is not None else CLIENTS[:-1]
    return pa.table(dict(zip(names, [*map(pa.array, columns), *([plates] if plates is not None else [])], strict=True)))


def _catalogue(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    """Every model in every colour, new and used."""
    found = []
    for kind in KINDS:
        for brand in kind.brands:
            for model in kind.models:
                price, power = int(kind.price * rng.uniform(0.9, 1.1)), kind.power + int(rng.integers(-8, 9))
                for colour in COLOURS:
                    found += [
                        (
                            brand,
                            model,
                            power,
                            LENGTHS[kind.length],
                            kind.seats,
                            5,
                            colour,
                            used,
                            price * (7 if used == "true" else 10) // 10,
                        )
                        for used in ("false", "true")
                    ]
    return found


def _registered(
    people: People, plates: pa.Array, catalogue: Sequence[tuple[Any, ...]], rng: np.random.Generator, folder: Path
) -> list[Path]:
    """Registrations in part files, each with its header; a shared plate is registered once."""
    folder.mkdir(exist_ok=True)
    each = len(catalogue) // len(KINDS)
    car = people.kind * each + rng.integers(each, size=len(people.kind))
    texts = tuple(",".join(map(str, one)) for one in catalogue)
    rows = [f"{plate},{texts[place]}" for plate, place in dict(zip(plates.to_pylist(), car.tolist(), strict=True)).items()]
    paths = []
    for part in range(PARTS):
        paths.append(folder / f"part-{part:05d}.csv")
        paths[-1].write_bytes(encoded(["immatriculation," + ",".join(CARS), *rows[part::PARTS]], Dialect()))
    return paths


def _co2() -> list[str]:
    """CO2 by model, with a sign for thousands, a currency and a footnote's digit, as such lists are copied from pages."""
    rows = [
        f"{nth + 2},{brand.upper()} {kind.models[0]} ({kind.power}ch),{_bonus(kind)},{kind.power // 2},{kind.power * 5} €"
        for nth, (kind, brand) in enumerate((kind, brand) for kind in KINDS for brand in kind.brands)
    ]
    return [",Marque / Modele,Bonus / Malus,Rejets CO2 g/km,Cout enerie", *rows]


def _bonus(kind: Kind) -> str:
    return "-6\u00a0000€ 1" if kind.power < 80 else f"+{kind.power * 30 // 1000}\u00a0{kind.power * 30 % 1000:03d} €"


def _facts(people: People) -> dict[str, Any]:
    """The kinds and their shares, and how often the likeliest kind is right: no model can do better on average."""
    counts = np.bincount(people.kind, minlength=len(KINDS)).tolist()
    right = float((likeliest(people) == people.kind).mean()) if len(people.kind) else 0.0
    return {"kinds": dict(zip((kind.name for kind in KINDS), counts, strict=True)), "oracle_accuracy": round(right, 4)}
