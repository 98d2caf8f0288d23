"""How far visitors go: how often each word of the event column happened, and the rates from one stage to the next."""

from __future__ import annotations

import re

import ibis.expr.types as ir
from pydantic import Field

from chaland.features import Counted, Made, numbers, share, told
from chaland.history import WHO, History
from chaland.spec.base import Words

NEEDS: dict[str, set[str]] = {"transactions": {"time", "event"}}


class Options(Counted):
    """What a project may say of this family."""

    stages: Words = Field(min_length=1)
    """Words of the event column, from the first stage to the last: each is counted, and each against the one before."""
    others: Words = ()
    """Further words that are counted, outside the way from stage to stage."""
    event: str | None = None
    """The column that says what happened; default: that of role event."""


def describe(options: Options, past: History) -> list[Made]:
    """The features that `compute` will make, in their order."""
    titles = {_name(word): (f"{word}: how often", f"{word} : combien de fois") for word in (*options.stages, *options.others)}
    titles |= {
        f"{_name(to)}_rate": (f"{to} per {start}", f"{to} par {start}")
        for start, to in zip(options.stages, options.stages[1:], strict=False)
    }
    if len(options.stages) > 2:
        first, last = options.stages[0], options.stages[-1]
        titles["conversion"] = (f"{last} per {first}", f"{last} par {first}")
    return numbers(options, titles)


def compute(past: History, options: Options, key: str) -> ir.Table:
    """Counts, 0 for who did nothing; rates null where the stage before never happened."""
    made = describe(options, past)
    rows = past.linked(options, key, "event")
    words = (*options.stages, *options.others)
    counted = rows.group_by(WHO).agg(**{_name(word): rows.count(where=rows.event == word) for word in words})
    pairs = {f"{_name(to)}_rate": (to, start) for start, to in zip(options.stages, options.stages[1:], strict=False)}
    pairs |= {"conversion": (options.stages[-1], options.stages[0])}
    rates = {name: share(counted[_name(to)], counted[_name(start)]) for name, (to, start) in pairs.items()}
    return told(past, key, counted.mutate(**rates), made, [_name(word) for word in words])


def _name(word: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_") or "blank"
