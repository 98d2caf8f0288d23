"""What goes into a model and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Input:
    """One feature as the model wants it; `typical` is its median or commonest word among the customers it learnt from."""

    name: str
    kind: Literal["number", "word"]
    column: str
    title_en: str
    title_fr: str
    typical: str | float | None = None
    yes_no: bool = False


@dataclass(frozen=True)
class Signature:
    """What goes in and what comes out: inputs (numbers first, then words), labels (negative, positive) and the threshold.

    Several classes have as many labels and, in `bases`, as many mean logits; numbers have none, and contributions in `unit`s.
    """

    inputs: tuple[Input, ...]
    labels: tuple[str, ...]
    threshold: float
    algorithm: str
    sources: tuple[int, ...]
    base: float
    task: Literal["binary", "multiclass", "regression"] = "binary"
    bases: tuple[float, ...] = ()
    unit: float = 1.0

    @property
    def numbers(self) -> tuple[Input, ...]:
        """The number features, in the order of the graph's input."""
        return tuple(one for one in self.inputs if one.kind == "number")

    @property
    def words(self) -> tuple[Input, ...]:
        """The word features, in the order of the graph's input."""
        return tuple(one for one in self.inputs if one.kind == "word")
