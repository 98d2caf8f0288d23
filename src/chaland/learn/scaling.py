"""The space in which customers are compared: every feature brought to one scale, then the main directions in which they differ.

Numbers: logarithm where they are skewed, then the distance from the median in robust standard deviations (interquartile range / 1.349).
Yes/no numbers and words count less: two customers who differ in one of them are one unit apart. Columns that are constant, or that
copy another, are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from chaland.learn import copies
from chaland.learn.dataset import Feature
from chaland.learn.encode import Encoded

Doubles = npt.NDArray[np.float64]

SKEWED = 1.0
"""Skewness from which on a number is seen through its logarithm."""
SPIKE, SPIKE_WEIGHT = 0.5, 0.5
"""A number of which this share is one value (mostly zero) tells two things at once, and counts for half."""
NORMAL_RANGE = 1.349
"""The interquartile range of a standard normal."""
FARTHEST = 4.0
"""No customer lies farther out than this in any one number, so that outliers do not become groups."""
MOST_WORDS, LEAST_SHARE = 12, 0.01
COPIES_SEEN = 20_000
WORTH_A_LOOK, ONE_LINE = 0.7, 0.9995
"""Correlations from which on two numbers are compared where both are known, and taken for one."""
DIRECTIONS_LEAST = 2
UNBOUNDED, UNSCALED = 1e9, 1e18


@dataclass(frozen=True)
class Recipe:
    """How numbers are brought to one scale, which are seen through their logarithm, the share of the variance kept, and what judges groups.

    robust: as told above. standard: the distance from the mean in standard deviations, however far, spikes and yes/no like any number.
    none: as it is.
    """

    scale: Literal["robust", "standard", "none"] = "robust"
    logarithm: Literal["skewed", "always", "never"] = "skewed"
    variance: float = 0.9
    judge: Literal["chance", "silhouette"] = "chance"

    def sees_logarithm(self, known: Doubles) -> bool:
        """Whether these values are seen through their logarithm."""
        return self.logarithm == "always" or (self.logarithm == "skewed" and abs(_skewness(known)) > SKEWED)


DEFAULT = Recipe()


@dataclass(frozen=True)
class Number:
    """How one number is scaled: (log?(value) − centre) × factor, cut at ± FARTHEST × its weight; blanks take the value `blank`."""

    place: int
    blank: float
    log: bool
    centre: float
    factor: float
    limit: float

    def scaled(self, values: npt.NDArray[np.float32]) -> Doubles:
        """One column, scaled."""
        known = np.where(np.isnan(values), np.float32(self.blank), values).astype(np.float64)
        seen = logarithm(known) if self.log else known
        cut: Doubles = np.clip((seen - self.centre) * self.factor, -self.limit, self.limit)
        return cut


@dataclass(frozen=True)
class Word:
    """How one word feature becomes directions: one per frequent word, `height` high."""

    place: int
    words: tuple[str, ...]
    height: float = 0.5**0.5

    def scaled(self, codes: npt.NDArray[np.int32], words: Sequence[str]) -> Doubles:
        """One column per frequent word."""
        wanted = np.array([words.index(word) if word in words else -1 for word in self.words], np.int32)
        return np.where(codes[:, None] == wanted, self.height, 0.0)


@dataclass(frozen=True)
class Scaling:
    """All features brought to one scale: numbers first, then words; what is not here was left out."""

    numbers: tuple[Number, ...]
    words: tuple[Word, ...]

    @classmethod
    def fit(cls, data: Encoded, features: Sequence[Feature], recipe: Recipe = DEFAULT) -> Scaling:
        """Measure the scales on `data`."""
        left_out = _left_out(data, features)
        names = [f.name for f in features if f.kind == "number"], [f.name for f in features if f.kind == "word"]
        numbers = [_number(place, data.numbers[:, place], recipe) for place, name in enumerate(names[0]) if name not in left_out]
        words = [_word(place, data.codes[:, place], data.words[place]) for place, name in enumerate(names[1]) if name not in left_out]
        return cls(tuple(one for one in numbers if one), tuple(one for one in words if one))

    @property
    def width(self) -> int:
        """How many directions the scaled customers have."""
        return len(self.numbers) + sum(len(word.words) for word in self.words)

    @property
    def blocks(self) -> tuple[tuple[int, ...], ...]:
        """The columns of the scaled space, feature by feature."""
        wide = [1] * len(self.numbers) + [len(word.words) for word in self.words]
        ends = np.cumsum(wide).tolist()
        return tuple(tuple(range(end - width, end)) for end, width in zip(ends, wide, strict=True))

    def scaled(self, data: Encoded) -> Doubles:
        """Customers × directions."""
        parts = [one.scaled(data.numbers[:, one.place])[:, None] for one in self.numbers]
        parts += [one.scaled(data.codes[:, one.place], data.words[one.place]) for one in self.words]
        return np.ascontiguousarray(np.concatenate(parts, axis=1)) if parts else np.empty((len(data.numbers), 0))


@dataclass(frozen=True)
class Directions:
    """The principal components that keep a stated share of the variance: (scaled − mean) @ axes."""

    mean: Doubles
    axes: Doubles
    kept: float

    @classmethod
    def fit(cls, scaled: Doubles, variance: float, wanted: int | None = None) -> Directions:
        """The fewest components (at least two, where there are two) that keep `variance` (0–1) of the variance, or as many as `wanted` (Pearson 1901)."""
        mean = scaled.mean(axis=0)
        values, axes = np.linalg.eigh(np.cov((scaled - mean).T, bias=True).reshape(scaled.shape[1], -1))
        values, axes = np.maximum(values[::-1], 0.0), axes[:, ::-1]
        shares = np.cumsum(values) / (values.sum() or 1.0)
        count = min(wanted or max(int(np.searchsorted(shares, variance - 1e-9)) + 1, DIRECTIONS_LEAST), len(values))
        signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
        return cls(mean, np.ascontiguousarray((axes * signs)[:, :count]), float(shares[count - 1]))

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.axes.shape[1])

    def turned(self, scaled: Doubles) -> Doubles:
        """Customers × components."""
        seen: Doubles = (scaled - self.mean) @ self.axes
        return seen


def logarithm(values: Doubles) -> Doubles:
    """sign(x) log(1 + |x|)."""
    logs: Doubles = np.sign(values) * np.log(1.0 + np.abs(values))
    return logs


def _left_out(data: Encoded, features: Sequence[Feature]) -> set[str]:
    """Names of the features that repeat an earlier one; looked for in the first rows, which are in the order of pseudonyms."""
    names = [f.name for f in features if f.kind == "number"]
    words = dict(zip((f.name for f in features if f.kind == "word"), data.codes[:COPIES_SEEN].T.astype(np.intp), strict=True))
    numbers = data.numbers[:COPIES_SEEN].astype(np.float64)
    alike = _nearly_alike(numbers)
    left: set[int] = set()
    for late, early in zip(*np.nonzero(np.tril(alike, -1)), strict=True):
        if early not in left and _one_line(numbers[:, late], numbers[:, early]):
            left.add(int(late))
    return set(copies.find(words)) | {names[place] for place in left}


def _nearly_alike(numbers: Doubles) -> npt.NDArray[np.bool_]:
    """Pairs of columns worth a closer look: blanks, put in the middle, only blur a correlation."""
    if numbers.shape[1] < 2 or len(numbers) < 3:
        return np.zeros((numbers.shape[1],) * 2, np.bool_)
    missing = np.isnan(numbers)
    middle = np.array([np.median(column[~gone]) if (~gone).any() else 0.0 for column, gone in zip(numbers.T, missing.T, strict=True)])
    with np.errstate(invalid="ignore", divide="ignore"):
        near: npt.NDArray[np.bool_] = np.abs(np.corrcoef(np.where(missing, middle, numbers).T)) > WORTH_A_LOOK
    return near


def _one_line(late: Doubles, early: Doubles) -> bool:
    """Whether two columns lie on one line where both are known: blanks may differ (minutes lost, charge kept)."""
    both = ~np.isnan(late) & ~np.isnan(early)
    if both.sum() < 3 or late[both].std() == 0 or early[both].std() == 0:
        return False
    return bool(abs(np.corrcoef(late[both], early[both])[0, 1]) > ONE_LINE)


def _number(place: int, values: npt.NDArray[np.float32], recipe: Recipe) -> Number | None:
    known = values[~np.isnan(values)].astype(np.float64)
    if len(known) == 0 or known.min() == known.max():
        return None
    different, counts = np.unique(known, return_counts=True)
    blank = float(np.float32(np.median(known)))
    if recipe.scale != "robust":
        return _plain(place, blank, known, recipe)
    if len(different) == 2:
        low, high = (float(value) for value in different)
        return Number(place, blank, False, low, 1.0 / (high - low), 1.0)
    log = recipe.sees_logarithm(known)
    seen = logarithm(known) if log else known
    if counts.max() >= SPIKE * len(known):
        return Number(place, blank, log, float(np.median(seen)), SPIKE_WEIGHT / float(seen.std()), SPIKE_WEIGHT * FARTHEST)
    return Number(place, blank, log, float(np.median(seen)), 1.0 / _spread(seen), FARTHEST)


def _plain(place: int, blank: float, known: Doubles, recipe: Recipe) -> Number:
    log = recipe.sees_logarithm(known)
    seen = logarithm(known) if log else known
    if recipe.scale == "none":
        return Number(place, blank, log, 0.0, 1.0, UNSCALED)
    return Number(place, blank, log, float(seen.mean()), 1.0 / float(seen.std()), UNBOUNDED)


def _skewness(values: Doubles) -> float:
    centred = values - values.mean()
    return float((centred**3).mean() / (centred**2).mean() ** 1.5)


def _spread(values: Doubles) -> float:
    """The robust standard deviation, or that of the middle 98 % where it is larger: small counts have few different quartiles."""
    least, low, high, most = np.percentile(values, [1, 25, 75, 99])
    spread = max(float(high - low) / NORMAL_RANGE, float(np.clip(values, least, most).std()))
    return spread if spread > 0 else float(values.std())


def _word(place: int, codes: npt.NDArray[np.int32], words: Sequence[str]) -> Word | None:
    counts = np.bincount(codes, minlength=len(words))
    order = np.argsort(-counts, kind="stable")[:MOST_WORDS]
    frequent = sorted(words[code] for code in order if counts[code] >= LEAST_SHARE * len(codes) and words[code])
    alone = len(frequent) == 1 and counts[words.index(frequent[0])] == len(codes)
    return Word(place, tuple(frequent)) if frequent and not alone else None
