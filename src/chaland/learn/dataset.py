"""The rows a model learns from: one per customer, features, target, and which of them are held out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.errors import DataError, Where

Bools = npt.NDArray[np.bool_]
Answers = npt.NDArray[Any]
Task = Literal["binary", "multiclass", "regression"]

LEAST_ROWS = 20


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
    that touch no fitting; `sensitive` holds columns that only the model card looks at. `target` is true or false (binary), text
    (multiclass) or float64 (regression); `labels` are what its answers are called, in their order, and no use to numbers; `rivals` are
    features that alone make a baseline; `known` are features computed of the days before the question's, which cannot give the answer away
    however well they tell it. Raises DataError where the parts do not fit together.
    """

    keys: pa.Array
    table: pa.Table
    features: tuple[Feature, ...]
    target: pa.Array
    holdout: Bools
    sensitive: pa.Table | None = None
    labels: tuple[str, ...] = ("false", "true")
    task: Task = "binary"
    rivals: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()

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

    def answers(self) -> Answers:
        """The target as a numpy array: booleans, places in `labels` (-1 where it is none of them), or numbers."""
        if self.task == "multiclass":
            places = pc.fill_null(pc.index_in(self.target.cast(pa.string()), pa.array(self.labels, pa.string())), -1)
            codes: Answers = places.to_numpy().astype(np.intp)
            return codes
        return self.positives() if self.task == "binary" else np.asarray(self.target.cast(pa.float64()).to_numpy(), np.float64)

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
        rivals = tuple(name for name in self.rivals if name not in names)
        return replace(self, features=kept, table=self.table.select([feature.name for feature in kept]), rivals=rivals)

    def check(self, folds: int) -> None:
        """Refuses a set that cannot be learnt from: DataError `one_class`, or `too_small` for `folds` folds."""
        answers = self.answers()[~self.holdout]
        if self.task == "regression":
            _check_numbers(answers, folds)
            return
        counts = np.bincount(answers[answers >= 0].astype(np.intp), minlength=len(self.labels))
        _check_classes(counts, self.labels)
        least = int(counts.min())
        if least < folds:
            said = (
                f"only {least} customers of the rare{'r' if len(counts) == 2 else 'st'} answer to learn from, fewer than the {folds} folds"
            )
            raise DataError(said, where=Where(column="target"), next="Bring more customers, or ask for fewer folds.", code="too_small")


def _check_numbers(answers: Answers, folds: int) -> None:
    if len(answers) and (answers == answers[0]).all():
        said = f"the target has one value only ({answers[0]:g}) in the {len(answers)} rows to learn from"
        raise DataError(said, where=Where(column="target"), next="Check the target column.", code="one_class")
    if len(answers) < max(LEAST_ROWS, 2 * folds):
        said = f"only {len(answers)} customers to learn from: at least {max(LEAST_ROWS, 2 * folds)} are needed for {folds} folds"
        raise DataError(said, where=Where(column="target"), next="Bring more customers.", code="too_small")


def _check_classes(counts: npt.NDArray[np.intp], labels: tuple[str, ...]) -> None:
    rows = int(counts.sum())
    if (counts > 0).sum() > 1:
        return
    if not rows:
        said = "there is no row to learn from: no answer is known, or each is given by too few"
        raise DataError(said, where=Where(column="target"), next="Bring more customers, or check the target column.", code="too_small")
    said = f"the target has one answer only ({labels[int(counts.argmax())]!r}) in the {rows} rows to learn from"
    raise DataError(said, where=Where(column="target"), next="Check the target column and its spelling map.", code="one_class")
