"""Whether the words of one table agree with one another: bounds with types, spellings with meanings, names with names."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, datetime
from math import isfinite
from zoneinfo import ZoneInfo

from chaland.errors import Fault
from chaland.spec import sql
from chaland.spec.column import NUMBERS, TIMES, Bound, Column
from chaland.spec.table import Table

Keys = tuple[str, ...]
Told = tuple[str, str, str]

ALONE = ("key", "time", "amount", "quantity", "product", "order", "session", "event")
"""Roles that one column of a table may play; several may be a category, a channel or a place."""

TAKEN = ("duplicates", "unique")
"""Names under which chaland itself tells of rows."""

_OF_ROLE = {"time": TIMES, "amount": NUMBERS, "quantity": NUMBERS}
_RULES = ("required", "unique", "min", "max", "one_of", "matches")
_COARSENED = {"step": NUMBERS, "keep": ("string",), "to": TIMES}


def of_table(path: Keys, table: Table) -> Iterator[Fault]:
    """All that does not agree in one table; `path` leads to it."""
    for name, column in table.columns.items():
        for check in _CHECKS:
            for word, said, hint in check(column):
                yield Fault((*path, "columns", name, *([word] if word else [])), said, hint)
    yield from _roles(path, table)
    yield from _claims(path, table)
    yield from _expressions(path, table)


def source_name(name: str) -> str:
    """A column's name in a file as it is compared: trimmed, Unicode NFC, without case."""
    return unicodedata.normalize("NFC", name.strip()).casefold()


def _bounds(column: Column) -> Iterator[Told]:
    for word, bound in (("min", column.min), ("max", column.max)):
        if bound is not None:
            yield from _bound(word, bound, column)
    if column.min is not None and column.max is not None and _comparable(column.min, column.max) and column.min > column.max:  # type: ignore[operator]
        yield "min", f"min is greater than max: {_written(column.min)} > {_written(column.max)}", "Exchange the two."


def _bound(word: str, bound: Bound, column: Column) -> Iterator[Told]:
    if column.type not in (*NUMBERS, *TIMES):
        yield (
            word,
            f"{word} is for numbers and dates, and this column is a {column.type}",
            'Say type = "int", "float", "decimal", "date" or "timestamp".',
        )
    elif (column.type in TIMES) != isinstance(bound, date):
        example = "2026-01-31" if column.type in TIMES else "0"
        yield word, f"{word} of a {column.type} column is {_written(bound)}", f"Write {word} = {example}, without quotes."
    elif isinstance(bound, float) and not isfinite(bound):
        yield word, f"{word} is {bound}, which bounds nothing", "Leave it out."


def _comparable(low: Bound, high: Bound) -> bool:
    kinds = [datetime if isinstance(b, datetime) else date if isinstance(b, date) else float for b in (low, high)]
    zoned = [isinstance(b, datetime) and b.tzinfo is not None for b in (low, high)]
    return kinds[0] == kinds[1] and zoned[0] == zoned[1]


def _written(bound: Bound) -> str:
    return bound.isoformat() if isinstance(bound, date) else repr(bound)


def _orders(column: Column) -> Iterator[Told]:
    if column.type == "ordinal" and not column.order:
        yield "type", "an ordinal column needs its order", 'Say order = ["least", …, "greatest"].'
    if column.order and column.type != "ordinal":
        yield "order", f"order is for ordinal columns, and this one is a {column.type}", 'Say type = "ordinal", or leave order out.'
    if len(set(column.order)) < len(column.order):
        yield "order", "a word stands twice in order", "Keep one of them."


def _allowed_words(column: Column) -> Iterator[Told]:
    if not column.one_of:
        return
    if column.type in ("float", "decimal", "bool", *TIMES):
        yield "one_of", f"one_of is for words and whole numbers, and this column is a {column.type}", "Use min and max, or leave it out."
    for word in column.one_of:
        if column.type == "int" and not word.lstrip("+-").isdigit():
            yield "one_of", f"{word!r} is not a whole number", "Write the numbers in quotes, or leave type out."
        elif column.type == "ordinal" and column.order and word not in column.order:
            yield "one_of", f"{word!r} is not in order", "Leave one_of out: order says which words there are."
        elif (column.lower and word != word.lower()) or (column.trim and word != word.strip()):
            yield "one_of", f"{word!r} can never be met once values are trimmed and put in lower case", "Write it as it is after cleaning."


def _spellings(column: Column) -> Iterator[Told]:
    said, right = _MEANINGS.get(column.type, ("", lambda _word, _column: True))
    for written, meant in column.words.items():
        if not right(meant, column):
            yield "words", f"{written!r} is to mean {meant!r}, and {said}", "Write: what is written = what is meant."
        elif not written.strip() or not meant.strip():
            yield "words", f"{written!r} is to mean {meant!r}", "What stands for no value belongs in placeholders."


def _is_number(text: str, column: Column) -> bool:
    try:
        return isfinite(
            float(
                text.replace(column.thousands, "").replace(column.decimal, ".") if column.thousands else text.replace(column.decimal, ".")
            )
        )
    except ValueError:
        return False


def _is_day(text: str, column: Column) -> bool:
    return text[:1].isdigit()


def _is_allowed(text: str, column: Column) -> bool:
    return not column.one_of or text in column.one_of


_MEANINGS: dict[str, tuple[str, Callable[[str, Column], bool]]] = {
    "bool": ("a bool is 'true' or 'false'", lambda word, _: word in ("true", "false")),
    "ordinal": ("that is not in order", lambda word, column: word in column.order or not column.order),
    "string": ("that is not in one_of", _is_allowed),
    "date": ("that is no date", _is_day),
    "timestamp": ("that is no time", _is_day),
} | dict.fromkeys(NUMBERS, ("that is no number", _is_number))


def _coarsened(column: Column) -> Iterator[Told]:
    if column.coarsen is None:
        return
    if column.privacy != "quasi":
        yield "coarsen", "coarsen is for quasi-identifiers", 'Say privacy = "quasi", or leave coarsen out.'
    given = [word for word in _COARSENED if getattr(column.coarsen, word) is not None]
    if len(given) != 1:
        yield "coarsen", "coarsen takes one of step, keep and to", "As: { step = 10 }, { keep = 2 } or { to = 'year' }."
    for word in given:
        if column.type not in _COARSENED[word]:
            yield "coarsen", f"{word} does not coarsen a {column.type}", "Numbers take step, texts keep, dates to."


def _consequences(column: Column) -> Iterator[Told]:
    if column.broken == "clip" and not (column.type in NUMBERS and (column.min, column.max) != (None, None)):
        yield "broken", "clip moves a number to its min or max, and there is none", 'Say min or max, or broken = "null".'
    if isinstance(column.broken, str):
        return
    for rule, word in column.broken.items():
        if rule in _RULES and getattr(column, rule) in (None, False, ()) and not (rule == "required" and column.role == "key"):
            yield "broken", f"broken names {rule}, and the column has no such rule", f"Say {rule} = …, or leave it out of broken."
        elif word == "clip" and not (rule in ("min", "max") and column.type in NUMBERS):
            yield "broken", f"clip is for min and max of numbers, not for {rule}", f'Say {rule} = "reject" or "null".'
        elif word == "null" and rule in ("required", "unique"):
            yield "broken", f"a value that breaks {rule} cannot be blanked", f'Say {rule} = "reject", or leave it out of broken.'


def _signs(column: Column) -> Iterator[Told]:
    if column.thousands and (column.thousands == column.decimal or column.thousands.isalnum()):
        yield (
            "thousands",
            f"{column.thousands!r} cannot part thousands beside decimal = {column.decimal!r}",
            "As: thousands = ' ', decimal = ','.",
        )
    if column.epoch and column.type != "timestamp":
        yield "epoch", f"epoch is for timestamps, and this column is a {column.type}", 'Say type = "timestamp", or leave it out.'
    try:
        ZoneInfo(column.zone)
    except (ValueError, OSError, KeyError):
        yield "zone", f"no time zone is called {column.zone!r}", "Zones have names such as 'Europe/Paris'."
    else:
        if column.zone != "UTC":
            yield (
                "zone",
                f"times in {column.zone!r} cannot be read yet",
                "Write them with their offset, as 2026-01-31 10:00:00+01:00, or in UTC.",
            )
    if column.role in _OF_ROLE and column.type not in _OF_ROLE[column.role]:
        yield (
            "role",
            f"a column of role {column.role} is a {' or '.join(_OF_ROLE[column.role])}, and this one is a {column.type}",
            "Say its type.",
        )
    if any(not name.strip() for name in column.from_):
        yield "from", "an empty name", "Leave it out."
    if column.unique and column.privacy == "free_text":
        yield "unique", "free text is dropped before anybody could see it twice", 'Say privacy = "identifier": pseudonyms can be compared.'
    if column.role == "key" and column.privacy == "free_text":
        yield "privacy", "free text is dropped, and the key must stay", 'Say privacy = "identifier": it becomes a pseudonym.'


_CHECKS = (_bounds, _orders, _allowed_words, _spellings, _coarsened, _consequences, _signs)


def _roles(path: Keys, table: Table) -> Iterator[Fault]:
    for role in ALONE:
        players = [name for name, column in table.columns.items() if column.role == role]
        for late in players[1:]:
            yield Fault((*path, "columns", late, "role"), f"{players[0]!r} has the role {role} already", "One column of a table plays it.")


def _claims(path: Keys, table: Table) -> Iterator[Fault]:
    owners: dict[str, str] = {}
    for name, column in table.columns.items():
        word = ("from",) if column.from_ else ()
        for claimed in dict.fromkeys(source_name(alternative) for alternative in column.names(name)):
            if owners.setdefault(claimed, name) != name:
                yield Fault(
                    (*path, "columns", name, *word),
                    f"{claimed!r} is claimed by {owners[claimed]!r} already",
                    "A column of a file has one owner.",
                )


def _expressions(path: Keys, table: Table) -> Iterator[Fault]:
    rested = resting_types(table)
    derived = {name: sql.kind_of(text, rested) for name, text in table.derive.items()}
    for name, text in table.derive.items():
        if name in table.columns:
            yield Fault((*path, "derive", name), f"there is a column {name!r} already", "Give it another name.")
        yield from (Fault((*path, "derive", name), *told) for told in sql.faults(text, rested))
    if table.amount:
        yield from (Fault((*path, "amount"), *told) for told in sql.faults(table.amount, {**rested, **derived}))
    for name, rule in table.rules.items():
        yield from (Fault((*path, "rules", name), *told) for told in sql.faults(rule.sql, {**rested, **derived}, truth=True))
        if name in TAKEN:
            yield Fault((*path, "rules", name), f"{name!r} is the name of a rule of chaland's own", "Give it another name.")


def resting_types(table: Table) -> dict[str, str]:
    """The types of a table's columns as expressions see them: free text is gone, and who names a person is a pseudonym."""
    kept = {name: column for name, column in table.columns.items() if column.privacy != "free_text"}
    return {name: "string" if table.names_person(name) else _resting(column) for name, column in kept.items()}


def _resting(column: Column) -> str:
    return f"decimal(18, {column.scale})" if column.type == "decimal" else column.type
