"""Customer lifetime value: whose it is, from which rows, and how far ahead it looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import Field

from chaland.errors import Fault, nearest
from chaland.spec import linked
from chaland.spec.base import Titled
from chaland.spec.column import NUMBERS
from chaland.spec.linked import Keys, Linked
from chaland.spec.table import Table
from chaland.spec.trends import types

UNITS: Mapping[str, int] = {"day": 1, "week": 7}
"""Days of each unit of time."""


class Lifetime(Linked):
    """What customers will buy and be worth in the days ahead, who may leave without a word."""

    title: Titled | None = None
    """Its name for people."""
    of: str | None = None
    """The table whose rows are judged; default: the table of role customers."""
    amount: str | None = None
    """What a row is worth; default: the column of role amount. Without one purchases are foretold, and no money."""
    days: int = Field(90, ge=1, le=3650)
    """How many days ahead."""
    unit: Literal["day", "week"] = "day"
    """How time is counted: all that one buys on one day, or in one week, is one purchase."""
    active: int | None = Field(None, ge=1, le=3650)
    """The heuristic that the model must beat: who bought in the last so many days goes on at the own rate, all others buy nothing. Default: `days`."""
    seed: int = 0
    """The seed of everything random in it."""

    def of_whom(self, customers: str | None) -> str:
        """The table whose rows are judged, where `customers` is that of role customers."""
        return self.of or customers or ""


def faults(lifetimes: Mapping[str, Lifetime], tables: Mapping[str, Table], known: Iterable[str], customers: str | None) -> Iterator[Fault]:
    """All that does not hold; `known` names tables also where they were faulty themselves."""
    names = [*known]
    for name, words in lifetimes.items():
        path, entity, rows = ("lifetime", name), words.of_whom(customers), words.linked(tables)
        if not entity:
            yield Fault(
                path, "whose lifetime? there is no table of role customers", 'Say of = "TABLE", or role = "customers" on one table.'
            )
        elif entity not in names:
            yield Fault((*path, "of"), f"there is no table {entity!r}", nearest(entity, names))
        elif rows in tables or rows not in names:
            yield from linked.faults(path, "lifetime", {"transactions": {"time"}}, words, tables, entity)
            yield from _amount(path, words, tables.get(rows or ""))


def _amount(path: Keys, words: Lifetime, table: Table | None) -> Iterator[Fault]:
    if table is None or words.amount is None:
        return
    kind = types(table).get(words.amount, "any")
    if kind.partition("(")[0] not in (*NUMBERS, "any"):
        yield Fault((*path, "amount"), f"{words.amount!r} is a {kind}, and no amount", "Name a column of numbers.")
