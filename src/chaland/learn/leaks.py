"""What looks too good to be true: columns that give the answer away, rows that stand twice, columns that tell nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chaland.learn import copies
from chaland.learn.dataset import Feature, TrainingSet
from chaland.learn.encode import Encoded

Bools = npt.NDArray[np.bool_]
Doubles = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

NEAR_PERFECT = 0.99
SINGLE = 0.95
SINGLE_ALONE, AHEAD = 0.88, 0.15
PURE, PURE_SHARE, PURE_ROWS = 0.98, 0.25, 20
NAME_AUC = 0.6
DUPLICATES = 0.02
BINS = 20


@dataclass(frozen=True)
class Finding:
    """One warning or note: its code and a sentence."""

    code: str
    said: str

    def to_dict(self) -> dict[str, str]:
        """As PROMISES writes it."""
        return {"code": self.code, "said": self.said}


@dataclass(frozen=True)
class Look:
    """What was found before training: warnings, notes, and the features to leave out."""

    warnings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    left_out: set[str] = field(default_factory=set)


def look(data: TrainingSet, seed: int) -> Look:
    """Look through all rows to learn from (for duplicates: through the hold-out too)."""
    learn, _ = data.split()
    encoded, truth = Encoded.of(learn.table, learn.features), learn.positives()
    columns = _columns(learn.features, encoded)
    constant = {name for name, values in columns.items() if _is_constant(values)}
    naming = {name for name, values in columns.items() if name not in constant and _names_the_row(values)}
    rest = {name: values for name, values in columns.items() if name not in constant | naming}
    copied = copies.find(rest)
    alone = {name: univariate(values, truth, seed) for name, values in columns.items() if name not in constant and name not in copied}
    out = constant | naming | set(copied)
    duplicates, note = _duplicates(data.without(out) if len(out) < len(columns) else data)
    warnings = [*_single(alone, naming, columns, truth), *duplicates]
    notes = [Finding("constant", f"{name!r} is the same in every row: left out") for name in sorted(constant)]
    notes += [Finding("names_the_row", f"{name!r} only names the row: left out") for name in sorted(naming)]
    notes += [Finding("copy_of", f"{name!r} repeats {of!r}: left out") for name, of in sorted(copied.items())]
    return Look(tuple(warnings), tuple(notes + note), out)


def near_perfect(auc: float) -> Finding | None:
    """The warning for a model that is hardly ever wrong."""
    if auc < NEAR_PERFECT:
        return None
    return Finding(
        "leak.near_perfect", f"the model orders customers almost without a mistake (ROC AUC {auc:.3f}): something may give the answer away"
    )


def no_signal(metric: str) -> Finding:
    """The warning for a competition that nobody won."""
    return Finding("no_signal", f"no candidate surely beats the majority in {metric}: no model is kept")


def univariate(values: Doubles | Codes, truth: Bools, seed: int) -> float:
    """ROC AUC of one column alone: the share of positives in its bins, learnt on one half and measured on the other, both ways.

    Chance gives about 0.5, whatever the number of bins; nulls are a bin of their own.
    """
    bins = _binned(values)
    half = np.random.default_rng(seed).permutation(len(truth)) % 2 == 0
    guess = np.empty(len(truth))
    for part in (half, ~half):
        guess[part] = _shares(bins[~part], truth[~part], int(bins.max()) + 1)[bins[part]]
    return float(np.mean([_auc(guess[part], truth[part]) for part in (half, ~half)]))


def _columns(features: tuple[Feature, ...], data: Encoded) -> dict[str, Doubles | Codes]:
    numbers = iter(data.numbers.T.astype(np.float64))
    words = iter(data.codes.T.astype(np.intp))
    return {feature.name: next(numbers) if feature.kind == "number" else next(words) for feature in features}


def _is_constant(values: Doubles | Codes) -> bool:
    return len(values) == 0 or len(np.unique(values)) <= 1


def _names_the_row(values: Doubles | Codes) -> bool:
    """Words nearly all different, or whole numbers all different (a measure of people repeats itself; a number of a row does not)."""
    known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    if len(known) < 50:
        return False
    distinct = len(np.unique(known))
    if values.dtype.kind != "f":
        return distinct > 0.95 * len(known)
    return bool(distinct >= 0.999 * len(known) and (known == np.floor(known)).all())


def _single(alone: dict[str, float], naming: set[str], columns: dict[str, Doubles | Codes], truth: Bools) -> list[Finding]:
    ranked = sorted(alone, key=lambda name: -alone[name])
    found: list[str] = []
    for name in ranked:
        others = max([alone[other] for other in ranked if other not in (name, *found)] or [0.5])
        auc = alone[name]
        named = name in naming and auc >= NAME_AUC and auc >= others
        if auc >= SINGLE or (auc >= SINGLE_ALONE and auc - others >= AHEAD) or named or _gives_away(columns[name], truth):
            found.append(name)
    return [
        Finding(
            "leak.single_feature",
            f"{name!r} alone tells the answer (ROC AUC {alone[name]:.3f}): is it known before the day of the question?",
        )
        for name in found
    ]


def _gives_away(values: Doubles | Codes, truth: Bools) -> bool:
    """One bin of the column holds a quarter of all positives and hardly anybody else, though positives are the rarer answer."""
    bins = _binned(values)
    rows, hits = np.bincount(bins), np.bincount(bins, weights=truth)
    if truth.mean() > 0.5 or len(rows) > 0.2 * len(truth):
        return False
    pure = (hits >= PURE * np.maximum(rows, 1)) & (hits >= PURE_ROWS)
    return bool(hits[pure].sum() >= PURE_SHARE * truth.sum())


def _binned(values: Doubles | Codes) -> Codes:
    """Twenty bins of equal size for numbers (values that are common stay alone), one per word for words."""
    if values.dtype.kind != "f":
        return values.astype(np.intp)
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    edges = distinct if len(distinct) <= 2 * BINS else np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, values, side="right")
    return np.where(np.isnan(values), len(edges) + 1, bins).astype(np.intp)


def _shares(bins: Codes, truth: Bools, count: int) -> Doubles:
    overall = truth.mean()
    shares: Doubles = (np.bincount(bins, weights=truth, minlength=count) + 5 * overall) / (np.bincount(bins, minlength=count) + 5)
    return shares


def _auc(guess: Doubles, truth: Bools) -> float:
    _, rank, counts = np.unique(guess, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    positives = int(truth.sum())
    if not 0 < positives < len(truth):
        return 0.5
    return float((middle[rank][truth].sum() - positives * (positives + 1) / 2) / (positives * (len(truth) - positives)))


def _duplicates(data: TrainingSet) -> tuple[list[Finding], list[Finding]]:
    truth = data.positives()
    encoded = Encoded.of(data.table, data.features)
    rows = copies.twins(encoded, truth)
    share = rows / max(data.rows, 1)
    if share > DUPLICATES:
        return [Finding("leak.duplicates", f"about {rows} rows ({share:.1%}) are copies of others, but for one column at most")], []
    exact = data.rows - len(np.unique(encoded.hashes().sum(axis=1, dtype=np.uint64)))
    return [], [Finding("few_duplicates", f"{exact} rows repeat the features of others; they share their fold")] if exact else []
