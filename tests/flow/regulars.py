"""A made-up shop whose customers buy, leave and spend as the models of lifetime value say, so that the truth is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.csv as pcsv

from chaland.flow.home import Home
from chaland.reading import read_project
from chaland.spec import Project
from tests.learn import lives

STEPS = ("ingest", "prepare", "lifetime")
DAY = date(2023, 11, 27)
STANDS = 330
PROJECT = """
name = "regulars"
[tables.lines]
role = "transactions"
source = { kind = "csv", path = "lines.csv" }
[tables.lines.columns]
who    = { privacy = "identifier", required = true }
day    = { type = "date", role = "time", required = true }
amount = { type = "decimal", role = "amount" }
[tables.people]
role = "customers"
source = { kind = "sql", query = "select who, count(*) as visits from lines group by who" }
[tables.people.columns]
who    = { role = "key" }
visits = { type = "int" }
[lifetime.value]
days = 60
"""


def write(folder: Path, people: int = 1_200, seed: int = 9) -> Path:
    """The file, and the project file beside it; purchases go on for 90 days after DAY."""
    folder.mkdir(parents=True, exist_ok=True)
    pcsv.write_csv(lives.lived(people, STANDS + 90, seed).table(), folder / "lines.csv")
    (folder / "regulars.toml").write_text(PROJECT)
    return folder


def spec(folder: Path, **words: object) -> Project:
    """The project of `write`, with other words of its lifetime."""
    project = read_project(folder / "regulars.toml")
    return project.model_copy(update={"lifetime": {"value": project.lifetime["value"].model_copy(update=words)}})


def home(folder: Path) -> Home:
    """A home beside the file."""
    return Home(folder.parent / "home", "regulars")


def later(folder: Path, days: int) -> tuple[int, float]:
    """Buying days and money of the customers known on DAY, in the days from DAY on."""
    told = pcsv.read_csv(folder / "lines.csv").to_pydict()
    known = {who for who, day in zip(told["who"], told["day"], strict=True) if day < DAY}
    rows = zip(told["who"], told["day"], told["amount"], strict=True)
    ahead = [amount for who, day, amount in rows if who in known and 0 <= (day - DAY).days < days]
    return len(ahead), float(np.sum(ahead))
