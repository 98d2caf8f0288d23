"""Columns that repeat another, and rows that repeat another."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from chaland.learn.encode import Encoded

Bools = npt.NDArray[np.bool_]
Doubles = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

MOST_WORDS = 1000
LOOSE = 0.02
BY_CHANCE = 0.01


def find(columns: dict[str, Doubles | Codes]) -> dict[str, str]:
    """Each column that repeats an earlier one, and which: a number times a constant (plus one), rounded, or the same words respelt."""
    found: dict[str, str] = {}
    names = list(columns)
    for i, name in enumerate(names):
        for other in names[:i]:
            if other not in found and _repeats(columns[name], columns[other]):
                found[name] = other
                break
    return found


def _repeats(late: Doubles | Codes, early: Doubles | Codes) -> bool:
    if late.dtype.kind == "f" and early.dtype.kind == "f":
        return _affine(late.astype(np.float64), early.astype(np.float64))
    return _respelt(late, early)


def _affine(late: Doubles, early: Doubles) -> bool:
    """late = a * early + b up to the rounding that both were written with, and nulls in the same rows."""
    known = ~np.isnan(late)
    if (known != ~np.isnan(early)).any() or known.sum() < 3:
        return False
    y, x = late[known], early[known]
    spread = float(x.std())
    if spread == 0 or float(y.std()) == 0:
        return False
    slope = float(((x - x.mean()) * (y - y.mean())).mean()) / spread**2
    rest = np.abs(y - y.mean() - slope * (x - x.mean()))
    allowed = 0.55 * _unit(y) + 0.55 * abs(slope) * _unit(x) + 1e-6 * float(np.abs(y).max())
    return bool(rest.max() <= min(allowed, LOOSE * float(y.std())))


def _unit(values: Doubles) -> float:
    """The place to which values were rounded (0.01 for cents); 0 where there is none down to a millionth."""
    tolerance = 1e-6 * np.maximum(np.abs(values), 1.0)
    for digits in range(5):
        if (np.abs(values - np.round(values, digits)) <= tolerance).all():
            return float(10.0**-digits)
    return 0.0


def _respelt(late: Doubles | Codes, early: Doubles | Codes) -> bool:
    a, b = (np.unique(values, return_inverse=True)[1] for values in (late, early))
    count = int(a.max()) + 1
    if count != int(b.max()) + 1 or not 2 <= count <= MOST_WORDS:
        return False
    return len(np.unique(a.astype(np.int64) * count + b)) == count


def twins(data: Encoded, truth: npt.NDArray[Any]) -> int:
    """About how many rows are copies of another row, all features equal but one at most.

    Where features have few values, different people may look alike. A set of columns in which more than a hundredth of the rows
    would look alike by chance proves nothing and is not used; and the rows that have a twin are weighted by Cohen's kappa between
    the answers of neighbours, for the answers of people who only look alike agree little more than chance.
    """
    marks = data.hashes()
    alike = _log_chances(marks)
    whole = marks.sum(axis=1, dtype=np.uint64)
    twin = np.full(len(truth), -1, np.intp)
    for less, given in zip((np.zeros_like(whole), *marks.T), (0.0, *alike), strict=True):
        if _is_proof(len(truth), alike.sum() - given):
            _pair(whole - less, twin)
    paired = np.flatnonzero(twin >= 0)
    if not len(paired):
        return 0
    return round(len(paired) / 2 * max(_kappa(truth[paired], truth[twin[paired]]), 0.0))


def proves(data: Encoded) -> bool:
    """Whether rows equal in all features are surely copies: hardly any two rows would be so by chance."""
    marks = data.hashes()
    return _is_proof(len(marks), float(_log_chances(marks).sum()))


def _is_proof(rows: int, log_chance: float) -> bool:
    return bool(rows**2 / 2 * np.exp(log_chance) <= BY_CHANCE * rows)


def _log_chances(marks: npt.NDArray[np.uint64]) -> Doubles:
    """For each column the logarithm of how often two rows have the same value."""
    return np.log(np.array([_chance(column) for column in marks.T], np.float64))


def _chance(marks: npt.NDArray[np.uint64]) -> float:
    """How often two rows drawn at random have the same value."""
    shares = np.unique(marks, return_counts=True)[1] / len(marks)
    return float((shares**2).sum())


def _pair(marks: npt.NDArray[np.uint64], twin: Codes) -> None:
    """Write down a twin for each row that has the same mark as another and none yet."""
    order = np.argsort(marks, kind="stable")
    same = marks[order][1:] == marks[order][:-1]
    first, second = order[:-1][same], order[1:][same]
    twin[second] = np.where(twin[second] < 0, first, twin[second])
    twin[first] = np.where(twin[first] < 0, second, twin[first])


def _kappa(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> float:
    """Cohen's (1960): agreement beyond chance, of yes and no or of any answers."""
    agreed = float((one == other).mean())
    if one.dtype.kind == "b":
        p, q = float(one.mean()), float(other.mean())
        chance = p * q + (1 - p) * (1 - q)
    else:
        both = np.unique(np.concatenate([one, other]), return_inverse=True)[1]
        shares = [np.bincount(part, minlength=int(both.max()) + 1) / len(part) for part in (both[: len(one)], both[len(one) :])]
        chance = float(shares[0] @ shares[1])
    return (agreed - chance) / (1 - chance) if chance < 1 else 1.0
