"""Answers that hang on the day on which one stands: made of the same days as the features, or of days that nobody has seen yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from chaland.flow.as_of import as_of, last_event
from chaland.flow.customers import described, entity
from chaland.flow.origins import Origins
from chaland.spec import Table
from chaland.spec.made import origin, tells_of_days

WEEK, PART = 7, 10
"""Days without an event at the end of the answers' window are told from a week on, and from one part in ten of the window."""
SHOWN = 5


def warnings(origins: Origins) -> list[dict[str, str]]:
    """What is to be said of the question before anybody believes its figures."""
    return list(_behind(origins) if origins.days is None else _unseen(origins, origins.days))


def _behind(origins: Origins) -> Iterator[dict[str, str]]:
    """The answer is computed of dated rows up to the day on which one stands, and so are features: nothing of it lies ahead."""
    tables, name = origins.run.project.tables, entity(origins.run, origins.spec.features)
    _, options = origins.target
    answer = options.of if origins.spec.target.kind == "column" else None
    if answer is None or not _of_days(tables, name, answer):
        return
    leaning = _leaning(origins, tables, name, answer)
    if leaning:
        shown = ", ".join(map(repr, leaning[:SHOWN])) + (" …" if len(leaning) > SHOWN else "")
        said = f"{answer!r} is computed of the days up to the one on which we stand, and so are {shown}: it lies behind them, not ahead"
        hint = 'ask for days to come instead, as target = { kind = "inactivity", days = 90 }'
        yield {"code": "leak.future", "said": f"{said}; {hint}"}


def _leaning(origins: Origins, tables: Mapping[str, Table], name: str, answer: str) -> list[str]:
    """Features that are computed of dated rows too: columns made by SQL, and all that is counted in rows of transactions or events."""
    families = origins.run.project.features
    profiles = [family for family in origins.spec.features if families[family].kind == "profile"]
    columns = [one.column for one in described(origins.run, profiles) if one.column != answer and _of_days(tables, name, one.column)]
    return [*columns, *(family for family in origins.spec.features if family not in profiles)]


def _of_days(tables: Mapping[str, Table], name: str, column: str) -> bool:
    """Whether a column's values come from dated rows, or are computed of them."""
    return tells_of_days(tables, origin(tables, name, column)[0])


def _unseen(origins: Origins, days: int) -> Iterator[dict[str, str]]:
    """The last of the days whose answers are learnt have no events at all: they may be missing from the files."""
    last = last_event(origins.run)
    silent = (as_of(origins.run) - last).days if last else 0
    if last and silent >= WEEK and PART * silent >= days:
        said = f"the last event is of {last - timedelta(days=1)}: in {min(silent, days)} of the {days} days whose answers are learnt nothing is recorded of anybody"
        yield {"code": "leak.future", "said": f"{said}; stand on an earlier day (--as-of {last})"}
