"""A made-up log of clicks over two months: each visitor has a price level of his own; how many clicks he makes says nothing of it."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from chaland.flow.home import Home
from chaland.reading import read_project
from chaland.spec import Project

FIRST = dt.datetime(2024, 1, 1)
PROJECT = """
name = "clicks"
[tables.events]
role = "events"
source = { kind = "csv", path = "clicks.csv" }
[tables.events.columns]
who   = { privacy = "identifier", required = true }
time  = { type = "timestamp", role = "time", required = true }
what  = { role = "event", required = true }
price = { type = "decimal", role = "amount" }
[tables.visitors]
role = "customers"
source = { kind = "sql", query = "select who, count(*) as clicks from events group by who" }
[tables.visitors.columns]
who    = { role = "key" }
clicks = { type = "int" }
[features.price]
kind = "price"
[features.funnel]
kind = "funnel"
stages = ["view", "buy"]
[segments.habits]
features = ["price", "funnel"]
groups = [2, 3]
judge = "silhouette"
minimum_events = "auto"
validation = ["folds", "months"]
"""


def write(folder: Path, visitors: int = 260, seed: int = 2) -> Path:
    """The file, and the project file beside it."""
    draw, lines = random.Random(seed), []
    for number in range(visitors):
        level, buys = (12.0, 0.1) if number % 2 else (90.0, 0.5)
        for month in range(2):
            for _ in range(1 + int(draw.expovariate(1 / 5))):
                time = FIRST + dt.timedelta(days=31 * month, minutes=draw.randrange(28 * 1440))
                what = "buy" if draw.random() < buys else "view"
                lines.append(f"V{number:03d},{time},{what},{level * draw.lognormvariate(0, 0.4):.2f}\n")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "clicks.csv").write_text("who,time,what,price\n" + "".join(lines))
    (folder / "clicks.toml").write_text(PROJECT)
    return folder


def spec(folder: Path) -> Project:
    """The project of `write`."""
    return read_project(folder / "clicks.toml")


def home(folder: Path) -> Home:
    """A home beside the file."""
    return Home(folder.parent / "home", "clicks")
