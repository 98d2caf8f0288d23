"""A made-up shop that has nothing but till receipts: those who spend much stay, most others stop."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from chaland.flow.home import Home
from chaland.reading import read_project
from chaland.spec import Project

FIRST, LAST = dt.date(2023, 1, 1), dt.date(2023, 12, 31)
PROJECT = """
name = "visits"
[tables.lines]
role = "transactions"
source = { kind = "csv", path = "lines.csv" }
[tables.lines.columns]
who    = { privacy = "identifier", required = true }
day    = { type = "date", role = "time", required = true }
amount = { type = "decimal", role = "amount" }
[tables.people]
role = "customers"
source = { kind = "sql", query = "select who, max(day) as last_day, count(*) as visits from lines group by who" }
[tables.people.columns]
who      = { role = "key" }
last_day = { type = "date" }
visits   = { type = "int" }
[features.profile]
kind = "profile"
columns = ["last_day", "visits"]
[features.rfm]
kind = "rfm"
[predict.quiet]
target = { kind = "inactivity", days = 60 }
features = ["profile", "rfm"]
candidates = ["logistic_regression"]
metric = "roc_auc"
[predict.money]
target = { kind = "spend", days = 60 }
features = ["rfm"]
candidates = ["ridge"]
"""


def write(folder: Path, people: int = 250, seed: int = 5) -> Path:
    """The file, and the project file beside it."""
    draw, lines = random.Random(seed), []
    for number in range(people):
        pause, day = draw.choice([4, 9, 20]), FIRST + dt.timedelta(days=draw.randint(0, 60))
        rich = draw.random() < 0.5
        end = LAST if draw.random() < (0.95 if rich else 0.1) else FIRST + dt.timedelta(days=draw.randint(70, 360))
        while day <= end:
            lines.append(f"C{number},{day},{draw.uniform(40, 60) if rich else draw.uniform(5, 20):.2f}\n")
            day += dt.timedelta(days=1 + int(draw.expovariate(1 / pause)))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lines.csv").write_text("who,day,amount\n" + "".join(lines) + f"C0,{LAST},9.99\n")
    (folder / "visits.toml").write_text(PROJECT)
    return folder


def spec(folder: Path) -> Project:
    """The project of `write`."""
    return read_project(folder / "visits.toml")


def home(folder: Path) -> Home:
    """A home beside the file."""
    return Home(folder.parent / "home", "visits")
