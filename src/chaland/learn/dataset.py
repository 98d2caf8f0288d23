"""The rows a model learns from: one per customer, features, target, and which of them are held out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chaland.errors import DataError, Where

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Feature:
    """One feature: its kind, the source column that reasons name, and its titles for people."""

    name: str
    kind: Literal["number", "word"]
    column: str
    title_en: str
    title_fr: str


@dataclass(frozen=True)
class TrainingSet:
    """Customers to learn from, one row each, sorted by pseudonym.

    `table` holds the feature columns only: float64 for numbers, string for words, both nullable. `holdout` marks the rows
    that touch no fitting; `sensitive` holds columns that only the model card looks at. Raises DataError where the parts do
    not fit together.
    """

    keys: pa.Array
    table: pa.Table
    features: tuple[Feature, ...]
    target: pa.Array
    holdout: Bools
    sensitive: pa.Table | None = None
    labels: tuple[str, str] = ("false", "true")

    def __post_init__(self) -> None:
        names = [feature.name for feature in self.features]
        if self.table.column_names != names:
            raise DataError("the feature table and the list of features name different columns", code="features")
        if not names:
            raise DataError("there is no feature to learn from", next="Name at least one feature family with columns.", code="no_features")
        rows = {len(self.keys), self.table.num_rows, len(self.target), len(self.holdout)}
        if self.sensitive is not None:
            rows.add(self.sensitive.num_rows)
        if len(rows) != 1:
            raise DataError("keys, features, target and hold-out have different numbers of rows", code="features")
        if self.target.null_count:
            raise DataError(f"{self.target.null_count} customers have no target", next="Leave them out before training.", code="target")

    @property
    def rows(self) -> int:
        """How many customers there are, held-out ones included."""
        return len(self.holdout)

    def positives(self) -> Bools:
        """The target as a numpy array of booleans."""
        truth: Bools = self.target.to_numpy(zero_copy_only=False).astype(bool)
        return truth

    def split(self) -> tuple[TrainingSet, TrainingSet]:
        """The rows to learn from, and the rows held out."""
        return self.take(np.flatnonzero(~self.holdout)), self.take(np.flatnonzero(self.holdout))

    def take(self, rows: npt.NDArray[np.intp]) -> TrainingSet:
        """The same set with these rows only, in this order."""
        picked = pa.array(rows)
        aside = None if self.sensitive is None else self.sensitive.take(picked)
        return replace(
            self,
            keys=self.keys.take(picked),
            table=self.table.take(picked),
            target=self.target.take(picked),
            holdout=self.holdout[rows],
            sensitive=aside,
        )

    def without(self, names: set[str]) -> TrainingSet:
        """The same set without these features."""
        kept = tuple(feature for feature in self.features if feature.name not in names)
        return replace(self, features=kept, table=self.table.select([feature.name for feature in kept]))

    def check(self, folds: int) -> None:
        """Refuses a set that cannot be learnt from: DataError `one_class`, or `too_small` for `folds` folds."""
        learn = self.positives()[~self.holdout]
        _check_classes(int(learn.sum()), len(learn), self.labels)
        least = min(int(learn.sum()), len(learn) - int(learn.sum()))
        if least < folds:
            said = f"only {least} customers of the rarer answer to learn from, fewer than the {folds} folds"
            raise DataError(said, where=Where(column="target"), next="Bring more customers, or ask for fewer folds.", code="too_small")


def _check_classes(positive: int, rows: int, labels: tuple[str, str]) -> None:
    if rows and 0 < positive < rows:
        return
    only = labels[1] if positive else labels[0]
    said = f"the target has one answer only ({only!r}) in the {rows} rows to learn from" if rows else "there is no row to learn from"
    raise DataError(said, where=Where(column="target"), next="Check the target column and its spelling map.", code="one_class")
