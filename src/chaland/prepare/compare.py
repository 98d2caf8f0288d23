"""What moved since the last run, and whether it matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOVED = 0.25
GAPS = 0.05


@dataclass(frozen=True)
class Finding:
    """One thing that moved: the column, what is said, and whether it is a warning."""

    column: str
    said: str
    matters: bool


def moved(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[Finding]:
    """Columns whose mean moved by a quarter of its deviation, or whose gaps moved by five points, between two audits' counts.

    A change is judged only where it is also over four standard errors, so that small tables do not cry.
    """
    columns = sorted({key.split(":")[0] for key in now if ":" in key} & {key.split(":")[0] for key in before if ":" in key})
    return [finding for name in columns for finding in _of(name, now, before)]


def _of(name: str, now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Finding]:
    gaps = [1 - audit[f"{name}:present"] / audit["rows"] if audit["rows"] else 0.0 for audit in (before, now)]
    if abs(gaps[1] - gaps[0]) > GAPS:
        yield Finding(name, f"gaps in {name} went from {gaps[0]:.1%} to {gaps[1]:.1%}", True)
    means = [audit.get(f"{name}:mean") for audit in (before, now)]
    deviation = before.get(f"{name}:deviation") or _bernoulli(means[0])
    if None in means or not deviation:
        return
    step = abs(means[1] - means[0]) / deviation  # type: ignore[operator]
    error = (1 / max(now["rows"], 1) + 1 / max(before["rows"], 1)) ** 0.5
    if step > MOVED and step > 4 * error:
        yield Finding(name, f"the mean of {name} went from {means[0]:.4g} to {means[1]:.4g}", True)


def _bernoulli(mean: float | None) -> float:
    return (mean * (1 - mean)) ** 0.5 if mean is not None and 0 < mean < 1 else 0.0
