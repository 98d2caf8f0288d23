"""The made-up operator through the product, beside what is true of it: groups and reasons to leave."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

import chaland
from chaland import reading
from chaland.flow import whole
from chaland.flow.home import Home
from chaland.flow.run import Asked
from chaland.simulate import telco
from tests.projects.planted import PLAIN, STEPS

SOURCES = {
    "total_day_minutes": ("day_minutes", "day_charge"),
    "customer_service_calls": ("service_calls",),
    "international_plan": ("plan_intl",),
    "total_eve_minutes": ("eve_minutes", "eve_charge"),
    "voice_mail_plan": ("plan_voicemail", "voicemails"),
}
"""Driver → the columns that hold it: a charge repeats its minutes, and there are messages only with the plan."""


@dataclass(frozen=True)
class Known:
    """A run over made-up files: where they lie with its home, and what it told."""

    folder: Path
    found: dict[str, Any]

    @classmethod
    def run(cls, rows: int, seed: int, folder: Path, candidates: Sequence[str] = (), steps: Sequence[str] = STEPS) -> Known:
        """Write the files and run the shipped project over them; `candidates` in place of its own."""
        telco.simulate(rows, seed, folder / "data")
        text = reading.find_project("telco").read_text(encoding="utf-8")
        if candidates:
            lines = text.splitlines()
            text = "\n".join(f"candidates = {list(candidates)}" if line.startswith("candidates") else line for line in lines)
        (folder / "telco.toml").write_text(text, encoding="utf-8")
        run = whole.run(reading.read_project(folder / "telco.toml"), PLAIN, Home(folder / "home", "telco"), Asked(folder / "data"), steps)
        return cls(folder, run.document)

    def table(self, name: str) -> pa.Table:
        """A table of its lake."""
        return chaland.open_lake(self.folder / "telco.toml", home=self.folder / "home").table(name).order_by("_key").to_pyarrow()

    def drivers(self) -> list[tuple[str, float]]:
        """The true drivers with their strengths, strongest first."""
        told = json.loads((self.folder / "data/truth/drivers.json").read_text(encoding="utf-8"))
        return [(one["column"], one["strength"]) for one in told]

    def importance(self) -> dict[str, float]:
        """What the kept model leans on: sums over the columns that hold the same driver; other columns stand for themselves."""
        train = json.loads((Home(self.folder / "home", "telco").steps / "train.json").read_text(encoding="utf-8"))
        of = {column: driver for driver, columns in SOURCES.items() for column in columns}
        found: dict[str, float] = {}
        for one in train["facts"]["predict"]["churn"]["importance"]:
            name = of.get(one["feature"], one["feature"])
            found[name] = found.get(name, 0.0) + one["value"]
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))

    def agreement(self) -> dict[str, Any]:
        """Adjusted Rand indices against the true groups: the oracle's, the product's, and raw K-Means' on the same columns (as many groups)."""
        truth = self._truth()
        found = self.table("segments/usage")["group"].to_numpy(zero_copy_only=False)
        known = np.array([one["group"] for one in truth])
        oracle = np.array([one["oracle_group"] for one in truth])
        if np.isnan(found.astype(float)).any():
            return {"k": 0, "oracle": adjusted_rand_score(known, oracle), "found": 0.0, "raw": 1.0}
        k = len(set(found.tolist()))
        raw = KMeans(k, n_init=10, random_state=0).fit_predict(self._numbers())
        scores = {"oracle": oracle, "found": found, "raw": raw}
        return {"k": k} | {name: float(adjusted_rand_score(known, groups)) for name, groups in scores.items()}

    def _truth(self) -> list[dict[str, str]]:
        with (self.folder / "data/truth/customers.csv").open(encoding="utf-8", newline="") as file:
            by_place = {(Path(row["file"]).name, int(row["line"])): row for row in csv.DictReader(file)}
        clean = self.table("clean/subscribers")
        return [by_place[Path(file).name, line] for file, line in zip(clean["_file"].to_pylist(), clean["_line"].to_pylist(), strict=True)]

    def _numbers(self) -> np.ndarray:
        """The numeric features as they are, gaps filled with the median."""
        made = self.table("features/profile")
        names = [name for name in made.column_names if pa.types.is_floating(made[name].type)]
        values = np.column_stack([made[name].to_numpy() for name in names])
        return np.where(np.isnan(values), np.nanmedian(values, axis=0), values)
