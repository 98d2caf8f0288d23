"""The design matrix made where the rows are, batch by batch: what a cluster's workers run before they fit. Light to import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.learn.dataset import Feature
from chaland.learn.encode import Encoded, Preparation, _mix
from chaland.learn.scaling import Directions, Scaling

HELD, LABEL = "_held", "_label"
MEASURES = -1
"""The fold of rows that only measure."""
DESIGNED = pa.schema([("key", pa.string()), ("fold", pa.int32()), ("label", pa.float64()), ("design", pa.list_(pa.float64()))])
Folds = npt.NDArray[np.int16]
Words = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Taught:
    """How answers are told to an engine: places in `labels` where there are any, else numbers in `unit`s from `mean` (yes is 1)."""

    labels: tuple[str, ...] = ()
    mean: float = 0.0
    unit: float = 1.0

    def labels_of(self, answers: pa.Array) -> pa.Array:
        """The answers as float64; every word must be one of the labels."""
        if self.labels:
            return pc.index_in(answers.cast(pa.string()), pa.array(self.labels, pa.string())).cast(pa.float64())
        return pc.divide(pc.subtract(answers.cast(pa.float64()), self.mean), self.unit)


@dataclass(frozen=True)
class Designer:
    """Customers with their features, `_label` and `_held` → key, fold, label and row of the design matrix; picklable."""

    key: str
    features: tuple[Feature, ...]
    words: Words
    preparation: Preparation
    folds: int
    seed: int
    taught: Taught = Taught()

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            data = Encoded.of(pa.Table.from_batches([batch]), self.features)
            held = batch.column(HELD).to_numpy(zero_copy_only=False).astype(bool)
            fold = np.where(held, MEASURES, fold_of(data, self.folds, self.seed)).astype(np.int32)
            label = self.taught.labels_of(batch.column(LABEL))
            yield _designed(batch.column(self.key), fold, label, self.preparation.design(recoded(data, self.words)))


@dataclass(frozen=True)
class Placer:
    """Customers with their features → key and place: scaled, and along the main directions where they are known; picklable."""

    key: str
    features: tuple[Feature, ...]
    scaling: Scaling
    directions: Directions | None = None

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            placed = self.scaling.scaled(Encoded.of(pa.Table.from_batches([batch]), self.features))
            rows = self.directions.turned(placed) if self.directions else placed
            zeros = np.zeros(len(rows))
            yield _designed(batch.column(self.key), zeros.astype(np.int32), pa.array(zeros), rows)


def fold_of(data: Encoded, folds: int, seed: int) -> Folds:
    """The fold of each row, drawn by a hash of its features: equal customers share a fold, wherever and with whomever they are read."""
    numbers = np.where(np.isnan(data.numbers), np.float32(np.nan), data.numbers + np.float32(0)).view(np.uint32).astype(np.uint64)
    words = [
        np.array([_hash(word) for word in known] or [0], np.uint64)[codes] for known, codes in zip(data.words, data.codes.T, strict=True)
    ]
    both = np.column_stack([numbers, *words]) if words else numbers
    salt = np.arange(1, both.shape[1] + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    total = _mix(both + salt).sum(axis=1, dtype=np.uint64) + np.uint64(seed % 2**63)
    return np.asarray(_mix(total) % np.uint64(folds), np.int16)


def recoded(data: Encoded, words: Words) -> Encoded:
    """The same rows with the word numbers of others; -1 for words those never had."""
    columns = [_numbered(data.words[j], known)[data.codes[:, j]] for j, known in enumerate(words)]
    return Encoded(data.numbers, np.column_stack(columns) if columns else data.codes, words)


def _numbered(own: Sequence[str], known: Sequence[str]) -> npt.NDArray[np.int32]:
    number = {word: i for i, word in enumerate(known)}
    return np.array([number.get(word, -1) for word in own] or [-1], np.int32)


def _designed(key: pa.Array, fold: npt.NDArray[np.int32], label: pa.Array, rows: npt.NDArray[np.floating]) -> pa.RecordBatch:
    ends = np.arange(len(rows) + 1, dtype=np.int32) * rows.shape[1]
    design = pa.ListArray.from_arrays(pa.array(ends), pa.array(rows.ravel().astype(np.float64)))
    return pa.RecordBatch.from_arrays([key.cast(pa.string()), pa.array(fold), label, design], schema=DESIGNED)


def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
