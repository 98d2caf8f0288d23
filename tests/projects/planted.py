"""Faults planted into the files of three operators, for the tests and the benchmark of what must be warned of.

Real files are read where they lie and written, changed, into a folder of the test; nothing of them is kept.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chaland import reading
from chaland.flow import whole
from chaland.flow.home import Home
from chaland.flow.run import Asked
from chaland.simulate import telco
from chaland.spec import Site

STEPS = ("ingest", "prepare", "features", "train")
SWIFT = ("logistic_regression", "gradient_boosting")
ALL = ("logistic_regression", "random_forest", "gradient_boosting")
PLAIN = Site.model_validate({"tracker": {"kind": "files"}})
"""Where tests run: nothing is written down but by files."""
OPERATORS = ("bigml", "ibm", "simulated")
Row = dict[str, str]
Rng = np.random.Generator


@dataclass(frozen=True)
class Operator:
    """One operator's files: the rows of each, how they are written, who leaves, which number may move, who is who, and its project."""

    project: str
    files: Mapping[str, list[Row]]
    separator: str
    target: str
    leaves: str
    number: str
    identity: str
    columns: tuple[str, ...] = ()

    def rows(self) -> list[Row]:
        """All rows, file after file."""
        return [row for rows in self.files.values() for row in rows]

    def left(self) -> np.ndarray:
        """Who leaves, row by row."""
        return np.array([row[self.target] == self.leaves for row in self.rows()])

    def with_column(self, name: str, words: str, values: Iterable[Any]) -> Operator:
        """The same with one column more, declared to the project as `name = { words }`."""
        left = iter(values)
        files = {file: [{**row, name: str(next(left))} for row in rows] for file, rows in self.files.items()}
        return replace(self, files=files, columns=(*self.columns, f"{name} = {{ {words} }}"))

    def each(self, change: Callable[[list[Row]], list[Row]]) -> Operator:
        """The same with the rows of every file changed."""
        return replace(self, files={file: change(rows) for file, rows in self.files.items()})

    def text(self, candidates: Sequence[str]) -> str:
        """The shipped project file, with the planted columns and these candidates."""
        lines = reading.find_project(self.project).read_text(encoding="utf-8").splitlines()
        at = next(n for n, line in enumerate(lines) if line.startswith("churned"))
        named = [f"candidates = {list(candidates)}" if line.startswith("candidates") else line for line in lines]
        return "\n".join([*named[: at + 1], *self.columns, *named[at + 1 :]]) + "\n"

    def write(self, folder: Path, candidates: Sequence[str]) -> Path:
        """Write the files and the project file; the path of the project file."""
        (folder / "data").mkdir(parents=True, exist_ok=True)
        for name, rows in self.files.items():
            with (folder / "data" / name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]), delimiter=self.separator)
                writer.writeheader()
                writer.writerows(rows)
        path = folder / f"{self.project}.toml"
        path.write_text(self.text(candidates), encoding="utf-8")
        return path

    def told(
        self, folder: Path, candidates: Sequence[str] = SWIFT, site: Site | None = None, steps: Sequence[str] = STEPS
    ) -> dict[str, Any]:
        """What a run of the product over these files tells."""
        project = reading.read_project(self.write(folder, candidates))
        place = Home(folder / "home", project.name)
        return whole.run(project, site or PLAIN, place, Asked(folder / "data"), steps).document


def operator(name: str, scratch: Path, seed: int = 1, rows: int = 2000) -> Operator:
    """One of the three, about so many rows of it: two of them real (or a skip where the real data are not there), one made up."""
    if name == "simulated":
        made = telco.write_clean(rows, seed, scratch / "telco.csv")
        return Operator("telco", {made.name: _rows(made, ",")}, ",", "Churn", "True", "Total eve minutes", "phone_number")
    if not os.environ.get("CHALAND_DATA"):
        pytest.skip("CHALAND_DATA is not set")
    files = sorted((Path(os.environ["CHALAND_DATA"]) / "telco" / name).glob("*.csv"))
    if name == "ibm":
        read = {file.name: _rows(file, ",", rows / 7043) for file in files}
        return Operator("telco_ibm", read, ",", "Churn", "Yes", "MonthlyCharges", "customerID")
    read = {file.name: _rows(file, ";", rows / 3333) for file in files}
    return Operator("telco", read, ";", "Churn", "VRAI", "Total eve minutes", "phone_number")


def _rows(path: Path, separator: str, share: float = 1.0) -> list[Row]:
    """The rows of a file, or a share of them, evenly picked."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=separator))
    return [rows[int(n)] for n in np.linspace(0, len(rows) - 1, round(min(share, 1.0) * len(rows)))]


Plant = Callable[[Operator, Rng], Operator]


@dataclass(frozen=True)
class Fault:
    """What is planted, and what must come of it: one of `warned` at least and nothing beside them, and every code of `noted`."""

    plant: Plant
    warned: tuple[str, ...]
    noted: tuple[str, ...] = ()
    kept: bool = True


def _said(left: np.ndarray, gone: Any, stays: Any) -> list[Any]:
    return [gone if one else stays for one in left]


def copied(gone: str, stays: str, words: str = "", noise: float = 0.0) -> Plant:
    """The answer once more, in other words; a share `noise` of it wrong."""

    def plant(one: Operator, rng: Rng) -> Operator:
        left = one.left() ^ (rng.random(len(one.rows())) < noise)
        return one.with_column("status", words, _said(left, gone, stays))

    return plant


def days_until_the_end(of_leavers: float, of_stayers: float) -> Plant:
    """A number that is filled for these shares of leavers and of stayers."""

    def plant(one: Operator, rng: Rng) -> Operator:
        left = one.left()
        filled = rng.random(len(left)) < np.where(left, of_leavers, of_stayers)
        days = [str(rng.integers(1, 90)) if there else "" for there in filled]
        return one.with_column("days_until_end", 'type = "int"', days)

    return plant


def day_of_leaving(one: Operator, rng: Rng) -> Operator:
    """A date that only leavers have."""
    days = [f"2024-{rng.integers(1, 13):02}-{rng.integers(1, 29):02}" if gone else "" for gone in one.left()]
    return one.with_column("left_on", 'type = "date"', days)


def last_bill(nothing: float) -> Plant:
    """The bill after leaving: 0.00 for this share of leavers and for one stayer in a hundred."""

    def plant(one: Operator, rng: Rng) -> Operator:
        left = one.left()
        empty = rng.random(len(left)) < np.where(left, nothing, 0.01)
        return one.with_column("last_bill", 'type = "decimal"', np.where(empty, 0, rng.gamma(6, 10, len(left))).round(2))

    return plant


def retention_calls(leavers: float, stayers: float) -> Plant:
    """How often we rang them up next month: counts with these means."""

    def plant(one: Operator, rng: Rng) -> Operator:
        return one.with_column("retention_calls", 'type = "int"', rng.poisson(np.where(one.left(), leavers, stayers)))

    return plant


def usage_next_month(one: Operator, rng: Rng) -> Operator:
    """Minutes of the month after: little for leavers."""
    left = one.left()
    minutes = np.where(left, rng.gamma(1, 10, len(left)), rng.gamma(9, 20, len(left))).round(1)
    return one.with_column("minutes_next_month", 'type = "float"', minutes)


def twins(share: float, moved: bool, within: bool = False) -> Plant:
    """A share of the customers stands twice under another identifier; with `moved`, one number differs by a little."""

    def plant(one: Operator, rng: Rng) -> Operator:
        rows = one.rows()
        if one.identity not in rows[0]:
            one = _with_telephones(one, rng)
            rows = one.rows()
        picked = [dict(rows[n]) for n in rng.choice(len(rows), round(share * len(rows)), replace=False)]
        for twin in picked:
            twin[one.identity] = f"{rng.integers(10**9):09}-X"
            if moved:
                twin[one.number] = f"{float(twin[one.number]) + rng.choice([0.1, 0.2, 0.3]):.2f}"
        names = list(one.files)
        files = {file: [*held, *picked[n :: len(names)]] for n, (file, held) in enumerate(one.files.items())}
        return replace(one, files=files)

    return plant


def _with_telephones(one: Operator, rng: Rng) -> Operator:
    numbers = iter(rng.permutation(10**6))
    return one.each(lambda rows: [{**row, one.identity: f"555-{next(numbers):07}"} for row in rows])


def row_number(name: str, words: str, form: str, ordered: bool = True) -> Plant:
    """Files in the order of the answer, leavers last, and a column that counts their rows."""

    def plant(one: Operator, rng: Rng) -> Operator:
        in_order = one.each(lambda rows: sorted(rows, key=lambda row: row[one.target] == one.leaves)) if ordered else one
        mixed = in_order.each(lambda rows: [rows[n] for n in (range(len(rows)) if ordered else rng.permutation(len(rows)))])
        return mixed.with_column(name, words, [form.format(n) for n in range(1, len(one.rows()) + 1)])

    return plant


def shuffled(one: Operator, rng: Rng) -> Operator:
    """Everybody gets somebody's answer."""
    answers = iter(rng.permutation([row[one.target] for row in one.rows()]))
    return one.each(lambda rows: [{**row, one.target: str(next(answers))} for row in rows])


def untouched(one: Operator, rng: Rng) -> Operator:
    """Nothing planted."""
    return one


LEAK = ("leak.single_feature", "leak.near_perfect")
INT = 'type = "int"'
FAULTS: dict[str, Fault] = {
    "copied as 0/1": Fault(copied("1", "0", INT), LEAK),
    "copied as words": Fault(copied("gone", "stays"), LEAK),
    "copied as a word or nothing": Fault(copied("gone", ""), LEAK),
    "copied, 1 % wrong": Fault(copied("gone", "stays", noise=0.01), LEAK),
    "copied, 3 % wrong": Fault(copied("gone", "stays", noise=0.03), LEAK),
    "copied as 0/1, 3 % wrong": Fault(copied("1", "0", INT, noise=0.03), LEAK),
    "days until the end, of leavers only": Fault(days_until_the_end(1, 0), LEAK),
    "days until the end, of half the leavers": Fault(days_until_the_end(0.5, 0), LEAK),
    "days until the end, of leavers chiefly": Fault(days_until_the_end(0.9, 0.03), LEAK),
    "day of leaving": Fault(day_of_leaving, LEAK),
    "last bill 0": Fault(last_bill(1), LEAK),
    "last bill chiefly 0": Fault(last_bill(0.85), LEAK),
    "retention calls": Fault(retention_calls(4, 0.3), LEAK),
    "retention calls, fewer": Fault(retention_calls(3, 0.3), LEAK),
    "usage of next month": Fault(usage_next_month, LEAK),
    "twins 5 %": Fault(twins(0.05, moved=False), ("leak.duplicates",)),
    "twins 10 %": Fault(twins(0.10, moved=False), ("leak.duplicates",)),
    "near twins 5 %": Fault(twins(0.05, moved=True), ("leak.duplicates",)),
    "near twins 10 %": Fault(twins(0.10, moved=True), ("leak.duplicates",)),
    "row number": Fault(row_number("row", INT, "{}"), LEAK, ("names_the_row",)),
    "row number as id": Fault(row_number("subscriber", "", "C-{:06}"), LEAK, ("names_the_row",)),
    "row number as id, unpadded": Fault(row_number("subscriber", "", "C{}"), LEAK, ("names_the_row",)),
    "row number that knows nothing": Fault(row_number("row", INT, "{}", ordered=False), (), ("names_the_row",)),
    "id that knows nothing": Fault(row_number("subscriber", "", "C-{:06}", ordered=False), (), ("names_the_row",)),
    "shuffled": Fault(shuffled, ("no_signal",), kept=False),
    "nothing": Fault(untouched, ()),
}


def wrong(fault: Fault, found: Mapping[str, Any], planted: Operator) -> list[str]:
    """What a run tells that it should not, or does not tell though it should."""
    told = found["predict"]["churn"]
    warned = [one["code"] for one in [*found["warnings"], *told["warnings"]]]
    noted = {one["code"] for one in told["notes"]}
    added = [column.split(" ")[0] for column in planted.columns]
    blamed = [one["said"] for one in told["warnings"] if one["code"] == "leak.single_feature"]
    faults = [f"warned of {code}" for code in sorted(set(warned) - set(fault.warned))]
    faults += [f"no warning of {' or '.join(fault.warned)}"] if fault.warned and not set(warned) & set(fault.warned) else []
    faults += [f"no note {code}" for code in sorted(set(fault.noted) - noted)]
    faults += [f"blamed another column: {said}" for said in blamed if not any(repr(name) in said for name in added)]
    faults += [f"kept {told['kept']}"] if (told["kept"] is not None) != fault.kept else []
    return faults
