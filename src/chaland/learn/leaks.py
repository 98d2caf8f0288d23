"""What looks too good to be true: columns that give the answer away, rows that stand twice, columns that tell nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from chaland.learn import copies
from chaland.learn.dataset import Feature, TrainingSet
from chaland.learn.encode import Encoded

Bools = npt.NDArray[np.bool_]
Doubles = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

NEAR_PERFECT = 0.99
PERFECT = (
    ("roc_auc", "orders customers", "ROC AUC"),
    ("balanced_accuracy", "tells the answers", "balanced accuracy"),
    ("r2", "tells the numbers", "R²"),
)
SINGLE = 0.95
SINGLE_ALONE, AHEAD = 0.88, 0.15
PURE, LIFT, PURE_SHARE, PURE_ROWS = 0.9, 20.0, 0.25, 20
NONE_OF = 30
BLANKS = 0.7
NAME_AUC = 0.6
DUPLICATES = 0.02
BINS = 20


@dataclass(frozen=True)
class Finding:
    """One warning or note: its code and a sentence, and the column that it is about where that matters."""

    code: str
    said: str
    column: str | None = None

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
    encoded, truth = Encoded.of(learn.table, learn.features), learn.answers()
    columns = _columns(learn.features, encoded)
    words = dict(zip((one.name for one in learn.features if one.kind == "word"), encoded.words, strict=True))
    constant = {name for name, values in columns.items() if _is_constant(values)}
    naming = {name for name, values in columns.items() if name not in constant and _names_the_row(values)}
    rest = {name: values for name, values in columns.items() if name not in constant | naming}
    copied = copies.find(rest)
    counted = {name: _counted(columns[name], words[name]) if name in words else columns[name] for name in naming}
    looked_at = {name: values for name, values in {**columns, **counted}.items() if name not in constant and name not in copied}
    alone = {name: univariate(values, truth, seed) for name, values in looked_at.items()} if data.task == "binary" else {}
    out = constant | naming | set(copied)
    duplicates, note = _duplicates(data.without(out) if len(out) < len(columns) else data)
    single = _single(alone, naming, looked_at, truth) if data.task == "binary" else _telling(looked_at, truth, data.task, seed)
    single = [one for one in single if one.column not in data.known]
    warnings = [*single, *duplicates]
    notes = [Finding("constant", f"{name!r} is the same in every row: left out") for name in sorted(constant)]
    notes += [Finding("names_the_row", f"{name!r} only names the row: left out") for name in sorted(naming)]
    notes += [Finding("copy_of", f"{name!r} repeats {of!r}: left out") for name, of in sorted(copied.items())]
    return Look(tuple(warnings), tuple(notes + note), out)


def near_perfect(told: Mapping[str, float]) -> Finding | None:
    """The warning for a model that is hardly ever wrong, from its cross-validated metrics."""
    found = next((one for one in PERFECT if told.get(one[0], 0.0) >= NEAR_PERFECT), None)
    if found is None:
        return None
    metric, does, called = found
    return Finding(
        "leak.near_perfect", f"the model {does} almost without a mistake ({called} {told[metric]:.3f}): something may give the answer away"
    )


def no_signal(metric: str, baseline: str = "majority") -> Finding:
    """The warning for a competition that nobody won."""
    return Finding("no_signal", f"no candidate surely beats the {baseline} in {metric}: no model is kept")


def univariate(values: Doubles | Codes, truth: Bools, seed: int) -> float:
    """ROC AUC of one column alone: the share of positives in its bins, learnt on one half and measured on the other, both ways.

    Chance gives about 0.5, whatever the number of bins; nulls are a bin of their own. Measured in fine bins and by whether there is a
    value at all, and the better of the two told: a column that is filled for few customers has too few in each fine bin.
    """
    half = np.random.default_rng(seed).permutation(len(truth)) % 2 == 0
    return max(_crossed(bins, truth, half) for bins in _views(values))


def _telling(columns: dict[str, Doubles | Codes], truth: npt.NDArray[Any], task: str, seed: int) -> list[Finding]:
    """Columns that alone tell nearly every class (balanced accuracy), or the order of nearly all numbers (share of their ranks' variance)."""
    half = np.random.default_rng(seed).permutation(len(truth)) % 2 == 0
    of, least, called = (_told_classes, SINGLE, "balanced accuracy") if task == "multiclass" else (_told_ranks, NEAR_PERFECT, "R² of ranks")
    if task == "regression":
        truth = np.unique(truth, return_inverse=True)[1].astype(np.float64)
    found = {name: max(of(bins, truth, half) for bins in _views(values)) for name, values in columns.items()}
    return [Finding("leak.single_feature", _tells(name, found[name], False, called), name) for name in found if found[name] >= least]


def _told_classes(bins: Codes, truth: npt.NDArray[Any], half: Bools) -> float:
    """Balanced accuracy of the commonest class of each bin, learnt on one half and measured on the other."""
    classes, count = int(truth.max()) + 1, int(bins.max()) + 1
    guess = np.empty(len(truth), np.intp)
    for part in (half, ~half):
        table = np.bincount(bins[~part] * classes + truth[~part], minlength=count * classes).reshape(count, classes)
        guess[part] = table.argmax(axis=1)[bins[part]]
    hits, rows = np.bincount(truth, weights=guess == truth, minlength=classes), np.bincount(truth, minlength=classes)
    return float((hits[rows > 0] / rows[rows > 0]).mean())


def _told_ranks(bins: Codes, truth: npt.NDArray[Any], half: Bools) -> float:
    """The share of the variance that the mean of each bin tells, learnt on one half and measured on the other."""
    count, guess = int(bins.max()) + 1, np.empty(len(truth))
    for part in (half, ~half):
        rows, total = (np.bincount(bins[~part], weights, count) for weights in (np.ones((~part).sum()), truth[~part]))
        guess[part] = np.where(rows > 0, total / np.maximum(rows, 1), truth[~part].mean())[bins[part]]
    return 1.0 - float(((guess - truth) ** 2).mean() / (truth.var() or 1.0))


def _crossed(bins: Codes, truth: Bools, half: Bools) -> float:
    guess = np.empty(len(truth))
    for part in (half, ~half):
        guess[part] = _shares(bins[~part], truth[~part], int(bins.max()) + 1)[bins[part]]
    return float(np.mean([_auc(guess[part], truth[part]) for part in (half, ~half)]))


def _columns(features: tuple[Feature, ...], data: Encoded) -> dict[str, Doubles | Codes]:
    """The columns by name; NaN is a missing number, -1 a missing word."""
    numbers = iter(data.numbers.T.astype(np.float64))
    blank = [words.index("") if "" in words else -1 for words in data.words]
    words = (np.where(codes == none, -1, codes).astype(np.intp) for codes, none in zip(data.codes.T, blank, strict=True))
    return {feature.name: next(numbers) if feature.kind == "number" else next(words) for feature in features}


def _counted(codes: Doubles | Codes, words: tuple[str, ...]) -> Doubles:
    """The words of a column as their ranks when numbers within them are read as numbers: C9 before C10."""
    order = sorted(range(len(words)), key=lambda code: _natural(words[code]))
    rank = np.empty(len(words))
    rank[order] = np.arange(len(words))
    return np.where(codes < 0, np.nan, rank[codes.astype(np.intp)])


def _natural(word: str) -> list[tuple[int, str]]:
    """Texts and whole numbers in turn; a number by its length without leading zeros, then by its digits."""
    parts = enumerate(re.split(r"([0-9]+)", word))
    return [(len(part.lstrip("0")), part.lstrip("0")) if turn % 2 else (0, part) for turn, part in parts]


def _is_constant(values: Doubles | Codes) -> bool:
    return len(values) == 0 or len(np.unique(values)) <= 1


def _names_the_row(values: Doubles | Codes) -> bool:
    """Words nearly all different, or whole numbers all different (a measure of people repeats itself; a number of a row does not)."""
    known = values[_known(values)]
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
    return [Finding("leak.single_feature", _tells(name, alone[name], name in naming), name) for name in found]


def _tells(name: str, auc: float, names_the_row: bool, called: str = "ROC AUC") -> str:
    if names_the_row:
        return f"{name!r}, which only names the row, tells the answer (ROC AUC {auc:.3f}): were the rows sorted by it?"
    return f"{name!r} alone tells the answer ({called} {auc:.3f}): is it known before the day of the question?"


def _gives_away(values: Doubles | Codes, truth: Bools) -> bool:
    """Bins that hold a quarter of the rarer answer and hardly anything else; or blanks that part the answers: by far, or wholly.

    Nine in ten, at odds twenty times those of everybody: the purest bins of real and simulated customers, as large, come to six in ten.
    """
    rarer = truth if truth.mean() <= 0.5 else ~truth
    fine, filled = _views(values)
    return _is_pure(fine, rarer) or _is_pure(filled, rarer) or _is_never(filled == 1, rarer) or _is_split(filled == 1, rarer)


def _is_pure(bins: Codes, rarer: Bools) -> bool:
    rows, hits = np.bincount(bins), np.bincount(bins, weights=rarer)
    share = rarer.mean()
    odds = LIFT * share / (1 - share) if share < 1 else np.inf
    pure = (hits >= max(PURE, odds / (1 + odds)) * rows) & (hits >= PURE_ROWS)
    return bool(hits[pure].sum() >= PURE_SHARE * rarer.sum())


def _is_never(filled: Bools, rarer: Bools) -> bool:
    """None of the rarer answer among the rows with a value, where thirty were due by chance."""
    return bool(0 < filled.sum() < len(filled) and filled.sum() * rarer.mean() >= NONE_OF and not rarer[filled].any())


def _is_split(filled: Bools, rarer: Bools) -> bool:
    """Whether there is a value at all parts the answers by seven in ten (Youden's J): most of one have it, few of the other."""
    counts = [part.sum() for part in (filled & rarer, filled & ~rarer, rarer, ~rarer)]
    return min(counts[2:]) >= PURE_ROWS and bool(abs(counts[0] / counts[2] - counts[1] / counts[3]) >= BLANKS)


def _known(values: Doubles | Codes) -> Bools:
    known: Bools = ~np.isnan(values) if values.dtype.kind == "f" else values >= 0
    return known


def _views(values: Doubles | Codes) -> tuple[Codes, Codes]:
    """The column in fine bins, and by whether there is a value (1) or none (0)."""
    return _binned(values), _known(values).astype(np.intp)


def _binned(values: Doubles | Codes) -> Codes:
    """Twenty bins of equal size for numbers, values that are as common alone in theirs; one per word for words; one for nulls."""
    if values.dtype.kind != "f":
        return (values + 1).astype(np.intp)
    known = values[~np.isnan(values)]
    distinct, counts = np.unique(known, return_counts=True)
    common = distinct[counts * BINS >= len(known)]
    quantiles = np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]) if len(known) else known
    edges = distinct if len(distinct) <= 2 * BINS else np.unique(np.concatenate([quantiles, common, np.nextafter(common, np.inf)]))
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
    truth = data.answers()
    encoded = Encoded.of(data.table, data.features)
    rows = copies.twins(encoded, truth)
    share = rows / max(data.rows, 1)
    exact = data.rows - len(np.unique(encoded.hashes().sum(axis=1, dtype=np.uint64)))
    if share > DUPLICATES:
        said = f"about {rows} rows ({share:.1%}) are copies of others, but for one column at most"
        together = f"; {exact} repeat the features of others wholly and share their fold" if exact else ""
        return [Finding("leak.duplicates", said + together)], []
    return [], [Finding("few_duplicates", f"{exact} rows repeat the features of others; they share their fold")] if exact else []
