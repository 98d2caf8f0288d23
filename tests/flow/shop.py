"""A small made-up business: 240 customers in two files, with a little of everything that is dirty."""

from __future__ import annotations

import random
from pathlib import Path

from chaland.flow.home import Home
from chaland.flow.run import Asked
from chaland.reading import read_project
from chaland.spec import Project, Site
from chaland.spec.site import Part

PROJECT = """
name = "shop"
[tables.people]
role = "customers"
source = { kind = "csv", path = "*.csv" }
[tables.people.columns]
id     = { from = ["ID", "id"], role = "key" }
phone  = { privacy = "identifier", optional = true }
plan   = { words = { CC = "card" }, placeholders = ["?"] }
visits = { type = "int", min = 0, max = 50 }
spent  = { type = "float", min = 0, max = 1000, broken = { max = "clip" } }
age    = { type = "int", privacy = "quasi", coarsen = { step = 10 }, placeholders = ["-1"] }
left   = { type = "bool", required = true }
[tables.people.rules]
spends_when_visiting = "spent = 0 or visits > 0"
[features.profile]
kind = "profile"
except = ["left"]
[segments.habits]
features = ["profile"]
groups = [2, 4]
[predict.leaving]
target = { kind = "column", of = "left" }
features = ["profile"]
candidates = ["logistic_regression"]
metric = "roc_auc"
holdout = { files = "*test*.csv" }
"""
DIRTY = """A1,+33600000001,CC,3,2000,30,yes
A2,+33600000002,?,4,10,-1,no
A2,+33600000002,?,4,10,-1,no
A3,+33600000003,card,99,10,40,no
A4,+33600000004,card,many,10,40,no
A5,+33600000005,card
A6,+33600000006,card,0,10,40,no
A7,+33600000007,card,3,10,40,
A1,+33600000009,cash,1,1,30,yes
"""
SITE = Site(tracker=Part(kind="files"))
"""This machine, with runs written down as files: MLflow would cost every test two seconds; tests/flow/test_tracking.py pays them."""
HEADER = "ID,phone,plan,visits,spent,age,left\n"


def write(folder: Path, rows: int = 240, seed: int = 1) -> Path:
    """The files, and the project file beside them; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(seed)
    lines = [_line(draw, number) for number in range(rows)]
    cut = rows * 4 // 5
    (folder / "learn.csv").write_text(HEADER + "".join(lines[:cut]) + DIRTY)
    (folder / "test.csv").write_text(HEADER + "".join(lines[cut:]))
    project = folder / "shop.toml"
    project.write_text(PROJECT)
    return project


def spec(folder: Path) -> Project:
    """The project of `write`."""
    return read_project(folder / "shop.toml")


def home(folder: Path) -> Home:
    """A home beside the files."""
    return Home(folder.parent / "home", "shop")


def asked(folder: Path, **words: object) -> Asked:
    """What is asked of a run over the files."""
    return Asked(folder, **words)  # type: ignore[arg-type]


def _line(draw: random.Random, number: int) -> str:
    visits = draw.randint(1, 40)
    left = draw.random() < (0.85 if visits < 12 else 0.1)
    return f"B{number},+3370{number:07d},{draw.choice(['card', 'cash'])},{visits},{draw.uniform(1, 500):.2f},{draw.randint(18, 80)},{'yes' if left else 'no'}\n"
