"""DuckDB that can also fit, by scikit-learn and numpy: a small second engine for the laws of fitting where the rows are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression, Ridge

from chaland.engines.duckdb import Adapter
from chaland.learn.scaling import Directions
from chaland.ports import Arrays, Task


@dataclass
class Learnt:
    """A linear model; `wrong` is added to what it says of itself."""

    arrays: Arrays
    rows: pa.Table
    wrong: float

    def measured(self) -> pa.Table:
        """Its margins of the rows that measure."""
        held = self.rows.filter(pc.equal(self.rows["fold"], -1)).sort_by("key")
        margin = np.array(held["design"].to_pylist()) @ self.arrays["weights"] + self.arrays["intercept"] + self.wrong
        return pa.table({"key": held["key"], "margin": margin if margin.ndim == 1 else list(margin)})


class Fitting:
    """Fits what an engine gave; remembers how many rows each fit had, and loses `lost` of the first group's."""

    def __init__(self, rows: pa.Table, wrong: float, lost: int, task: Task, classes: int):
        self.rows, self.wrong, self.lost, self.task, self.classes = rows, wrong, lost, task, classes
        self.fitted: list[int] = []

    def fit(self, algorithm: str, words: Mapping[str, float | int], seed: int, without: int | None = None) -> Learnt:
        """A linear model, whatever was asked."""
        fold = self.rows["fold"].to_numpy()
        chosen = (fold != -1) & (fold != (-1 if without is None else without))
        self.fitted.append(int(chosen.sum()))
        design = self._design()[chosen]
        scale = design.std(axis=0) + 1e-9
        kind = Ridge() if self.task == "regression" else LogisticRegression()
        model = kind.fit(design / scale, self.rows["label"].to_numpy()[chosen])
        if self.task == "multiclass":
            assert len(model.classes_) == self.classes
            return Learnt({"weights": (model.coef_ / scale).T, "intercept": model.intercept_}, self.rows, self.wrong)
        weights, intercept = np.ravel(model.coef_) / scale, np.atleast_1d(model.intercept_)
        return Learnt({"weights": weights, "intercept": intercept}, self.rows, self.wrong)

    def directions(self) -> Arrays:
        """Principal components, all turned round."""
        rows = self._design()
        every = Directions.fit(rows, 1.0, rows.shape[1])
        spread = every.turned(rows).var(axis=0)
        return {"mean": every.mean, "axes": -every.axes, "shares": spread / spread.sum()}

    def centres(self, start: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """K-Means from `start` on."""
        model = KMeans(len(start), init=start, n_init=1, tol=1e-12, max_iter=1000).fit(self._design())
        sizes = np.bincount(model.labels_, minlength=len(start))
        sizes[0] -= self.lost
        return model.cluster_centers_, sizes

    def close(self) -> None:
        """Let go of the rows."""
        self.rows = self.rows.slice(0, 0)

    def _design(self) -> np.ndarray:
        return np.array(self.rows["design"].to_pylist())


class Engine(Adapter):
    """DuckDB that can fit."""

    wrong = 0.0
    lost = 0
    last: Fitting

    def fitting(self, rows: ir.Table, scales: np.ndarray | None = None, task: Task = "binary", classes: int = 2) -> Fitting:
        """Rows to fit on."""
        self.last = Fitting(rows.to_pyarrow(), self.wrong, self.lost, task, classes)
        return self.last
