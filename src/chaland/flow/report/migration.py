"""Who went from which group to which since the last run, and what became of the groups."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from chaland.flow.report.pieces import Facts, Grid, named
from chaland.flow.report.words import Words

SIDES = ("before", "now")


def said(changes: Sequence[Facts], words: Words) -> list[str]:
    """What became of groups, a sentence each."""
    return [words(f"groups.{one['code']}", id=one["group"], other=one.get("other")) for one in changes]


def moves(flows: Sequence[Facts], labels: dict[int, str], words: Words) -> Grid | None:
    """Groups of last time down, of now across: customers, and their money below; None where there was no last time."""
    if not any(flow["before"] is not None for flow in flows):
        return None
    before, now = ([*sorted({flow[side] for flow in flows if flow[side] is not None}), None] for side in SIDES)
    cells = {(flow["before"], flow["now"]): flow for flow in flows}
    head = [words("groups.before"), *(_label(one, labels, words, "gone") for one in now)]
    rows: list[list[str | Markup]] = [
        [_label(one, labels, words, "unknown"), *(_cell(cells.get((one, other)), words) for other in now)] for one in before
    ]
    kept = [row for row in rows if any(row[1:])]
    return Grid(words("groups.moves"), head, kept, folded=len(kept))


def _label(group: int | None, labels: dict[int, str], words: Words, otherwise: str) -> str:
    if group is None:
        return words(f"groups.{otherwise}.label")
    return labels.get(group) or words("groups.one", id=group)


def _cell(flow: Facts | None, words: Words) -> str | Markup:
    if flow is None:
        return ""
    money = flow.get("money")
    return named(words.number(flow["customers"]), "" if money is None else words("groups.money", sum=words.number(round(money))))
