"""Answers of several classes that are too rare to be learnt: told as one, or left aside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.learn.dataset import TrainingSet
from chaland.learn.leaks import Finding

OTHER = "other"
MOST_CLASSES = 50
SHOWN = 5


def folded(data: TrainingSet, folds: int) -> tuple[TrainingSet, tuple[Finding, ...]]:
    """The set with its labels settled: those there are, in the order given, else by name; and what is to be said of the rare ones.

    An answer that fewer than `folds` customers to learn from have, or that is not among the fifty commonest, becomes `other`; where they
    are too few even together, these customers are left aside. Sets of other tasks come back as they are.
    """
    if data.task != "multiclass":
        return data, ()
    words = np.array(data.target.cast(pa.string()).to_pylist(), dtype=object)
    found, counts = np.unique(words[~data.holdout].astype(str), return_counts=True)
    common = [str(found[i]) for i in np.argsort(-counts, kind="stable") if counts[i] >= folds][:MOST_CLASSES]
    few = ~np.isin(words.astype(str), common)
    together = int((few & ~data.holdout).sum())
    labels = _ordered(common, data.labels)
    if not few.any():
        return replace(data, labels=labels), ()
    if together + int((words[~data.holdout] == OTHER).sum()) < folds:
        kept = data.take(np.flatnonzero(~few))
        return replace(kept, labels=labels), (_told(words[few], "left aside"),)
    target = pc.if_else(pa.array(few), OTHER, data.target.cast(pa.string()))
    return replace(data, target=target, labels=tuple(dict.fromkeys((*labels, OTHER)))), (_told(words[few], f"told as one, {OTHER!r}"),)


def _ordered(common: list[str], order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in order if word in common) + tuple(sorted(word for word in common if word not in order))


def _told(words: np.ndarray, done: str) -> Finding:
    names = sorted(set(words.tolist()))
    shown = ", ".join(map(repr, names[:SHOWN])) + (" …" if len(names) > SHOWN else "")
    return Finding("rare_classes", f"{len(names)} answers are too rare to be learnt ({len(words)} customers): {shown}; {done}")
