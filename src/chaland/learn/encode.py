"""From tables to matrices: what is measured on the training rows, and the design matrix that an algorithm sees.

Everything here happens again, in the same order, inside the ONNX graph that `export` writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chaland.learn.dataset import Feature

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.intp]

MOST_WORDS = 100
LARGEST = 1.0e30


@dataclass(frozen=True)
class Encoded:
    """A feature table as arrays: `numbers` float32 with NaN for null, `codes` into each column's `words` ("" for null)."""

    numbers: Floats
    codes: Codes
    words: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, table: pa.Table, features: Sequence[Feature]) -> Encoded:
        """Encode the features of a table, in their order."""
        numbers = [_number(table.column(f.name)) for f in features if f.kind == "number"]
        coded = [_word(table.column(f.name)) for f in features if f.kind == "word"]
        rows = table.num_rows
        matrix = np.column_stack(numbers) if numbers else np.empty((rows, 0), np.float32)
        codes = np.column_stack([code for code, _ in coded]) if coded else np.empty((rows, 0), np.int32)
        return cls(np.ascontiguousarray(matrix), np.ascontiguousarray(codes), tuple(words for _, words in coded))

    def take(self, rows: Rows) -> Encoded:
        """These rows only."""
        return Encoded(self.numbers[rows], self.codes[rows], self.words)

    def hashes(self) -> npt.NDArray[np.uint64]:
        """One hash per row and feature, numbers first; equal values have equal hashes."""
        bits = (self.numbers + np.float32(0)).view(np.uint32).astype(np.uint64)
        both = np.concatenate([bits, self.codes.astype(np.uint64)], axis=1)
        salt = np.arange(1, both.shape[1] + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        return _mix(both + salt)


@dataclass(frozen=True)
class Slot:
    """One column of the design matrix: number, missing mark or word; `source` counts numbers first, then words."""

    source: int
    kind: str
    word: str = ""


@dataclass(frozen=True)
class Preparation:
    """What is measured on training rows before an algorithm sees them: medians, means, scales, words kept, missing marks."""

    medians: Floats
    means: Floats
    scales: Doubles
    marked: tuple[int, ...]
    kept: tuple[tuple[int, ...], ...]

    @classmethod
    def fit(cls, data: Encoded) -> Preparation:
        """Measure on `data`: it must hold training rows only."""
        missing = np.isnan(data.numbers)
        medians = _medians(data.numbers, missing)
        filled = np.where(missing, medians, data.numbers).astype(np.float64)
        scales = filled.std(axis=0)
        enough = max(10.0, 0.01 * len(filled))
        marked = tuple(int(j) for j in np.flatnonzero((missing.sum(axis=0) >= enough) & ((~missing).sum(axis=0) >= enough)))
        kept = tuple(_frequent(data.codes[:, j], len(words)) for j, words in enumerate(data.words))
        return cls(medians, filled.mean(axis=0).astype(np.float32), np.where(scales > 0, scales, 1.0), marked, kept)

    def slots(self, words: tuple[tuple[str, ...], ...]) -> tuple[Slot, ...]:
        """What each column of the design matrix is: numbers, then missing marks, then words."""
        count = len(self.medians)
        numbers = [Slot(j, "number") for j in range(count)] + [Slot(j, "missing") for j in self.marked]
        spelt = [Slot(count + j, "word", words[j][code]) for j, codes in enumerate(self.kept) for code in codes]
        return tuple(numbers + spelt)

    def design(self, data: Encoded) -> Floats:
        """The design matrix, float32, one row per customer."""
        missing = np.isnan(data.numbers)
        parts = [np.where(missing, self.medians, data.numbers), missing[:, list(self.marked)].astype(np.float32)]
        parts += [(data.codes[:, [j]] == np.array(codes, np.int32)).astype(np.float32) for j, codes in enumerate(self.kept) if codes]
        return np.ascontiguousarray(np.concatenate(parts, axis=1, dtype=np.float32))


def _number(column: pa.ChunkedArray) -> Floats:
    values = np.asarray(column.cast(pa.float64()).to_numpy(), np.float64)
    clipped: Floats = np.clip(values, -LARGEST, LARGEST).astype(np.float32)
    return clipped


def _word(column: pa.ChunkedArray) -> tuple[Codes, tuple[str, ...]]:
    chunks = column.cast(pa.string()).fill_null("").chunks
    coded = pa.concat_arrays(chunks or [pa.array([], pa.string())]).dictionary_encode()
    words = [str(word) for word in coded.dictionary.to_pylist()]
    order = np.argsort(np.array(words, dtype=object)) if words else np.empty(0, np.intp)
    rank = np.empty(len(words), np.int32)
    rank[order] = np.arange(len(words), dtype=np.int32)
    codes = rank[coded.indices.to_numpy(zero_copy_only=False)] if words else np.empty(0, np.int32)
    return codes, tuple(words[i] for i in order)


def _medians(numbers: Floats, missing: npt.NDArray[np.bool_]) -> Floats:
    known = [numbers[~missing[:, j], j] for j in range(numbers.shape[1])]
    return np.array([np.median(values) if len(values) else 0.0 for values in known], np.float32)


def _frequent(codes: Codes, words: int) -> tuple[int, ...]:
    """The words kept: often enough, not all of them where two share the rows between them (the rarer one tells both)."""
    counts = np.bincount(codes, minlength=words)
    enough = max(10, round(0.002 * len(codes)))
    order = [int(c) for c in np.argsort(-counts, kind="stable") if counts[c] >= enough][:MOST_WORDS]
    if len(order) == 2 and counts[order].sum() == len(codes):
        return (order[1],)
    return tuple(sorted(order)) if len(order) > 1 or counts[order].sum() < len(codes) else ()


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """SplitMix64's finaliser (Steele, Lea, Flood 2014): near values get far hashes."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
