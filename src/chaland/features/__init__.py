"""Families of features: each a function from the past to one row per customer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ConfigDict

from chaland.errors import SpecError, nearest
from chaland.spec import Features
from chaland.spec.linked import Linked

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from chaland.history import History

Titles = Mapping[str, tuple[str, str]]
"""Feature → its titles in English and in French."""


@dataclass(frozen=True)
class Made:
    """One feature: its name, whether it is a number or a word, the column it comes from, and its titles for people."""

    name: str
    kind: str
    column: str
    title_en: str
    title_fr: str


class Counted(Linked, Features):
    """A family that is counted over rows of transactions or events."""

    model_config = ConfigDict(extra="forbid")


def numbers(options: Features, titles: Titles) -> list[Made]:
    """The numbers that a family makes, of those that the project keeps; a SpecError names a feature that it does not make."""
    for word in (*options.columns, *options.except_):
        if word != "*" and word not in titles:
            raise SpecError(f"the feature family {options.kind!r} makes no {word!r}", next=nearest(word, titles))
    kept = [name for name in titles if ("*" in options.columns or name in options.columns) and name not in options.except_]
    return [Made(name, "number", name, *titles[name]) for name in kept]


def told(past: History, key: str, counted: ir.Table | Sequence[ir.Table], made: Sequence[Made], zeros: Collection[str]) -> ir.Table:
    """One row per customer: the key and each feature as a float; who has no rows has 0 for what is in `zeros`, and nulls."""
    _, rows, _ = past.customers()
    joined = rows.select(_key=rows[key])
    for nth, one in enumerate([counted] if not isinstance(counted, Sequence) else counted):
        linked = one.rename({f"_who_{nth}": "_who"})
        joined = joined.left_join(linked, joined["_key"] == linked[f"_who_{nth}"])
    values = {one.name: joined[one.name].cast("float64") for one in made}
    filled = {name: value.fill_null(0.0) if name in zeros else value for name, value in values.items()}
    return joined.select(**{key: joined["_key"]}, **filled)


def share(part: ir.NumericValue, whole: ir.NumericValue) -> ir.FloatingValue:
    """A part of a whole as a float; null where the whole is 0."""
    return part.cast("float64") / whole.cast("float64").nullif(0.0)
