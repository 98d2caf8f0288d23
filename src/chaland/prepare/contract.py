"""What must hold of every value, and what becomes of one that does not.

One pass over the rows of text gives typed, cleaned, protected rows; beside them `_reason` (why the row cannot be accepted, the first
broken rule in the order of the project file) and `_changes` (each value changed in meaning), from which quarantine, ledger and audit follow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

import ibis
import ibis.expr.types as ir

from chaland.prepare import clean, privacy, types
from chaland.spec import Column, Table

FIELD, RECORD = "\x1f", "\x1e"
HIDDEN = "•"
GIVEN = ":given"
SOME = "_some"
PLACE = ("_file", "_line")


Teller = Callable[[ir.Table], ir.StringValue]


@dataclass(frozen=True)
class Event:
    """Something that may befall a value: which rule, when, what is told of before and after, and what becomes of it."""

    column: str
    rule: str
    when: Callable[[ir.Table], ir.BooleanValue]
    before: Teller
    after: Teller
    action: str

    @property
    def reason(self) -> str:
        """The name of the rule as scripts see it."""
        return f"{self.column}.{self.rule}"


def enforce(rows: ir.Table, table: Table, pads: ir.Table, sealed: Collection[str] = ()) -> ir.Table:
    """Typed, cleaned, protected rows.

    `rows` has every column as text with `_file`, `_line`, `_fault`; a column that has values already stands beside it as `NAME:given`.
    The result has the columns of the project (identifiers as pseudonyms, quasi-identifiers coarsened, free text left out) with `_file`,
    `_line`, `_seal` (a hash of the whole row), `_reason`, `_changes`. Columns in `sealed` hold pseudonyms already.
    """
    columns = table.columns
    events = [event for name, column in columns.items() for event in _events(name, column, table)]
    bare = _stage(rows, {_bare(name): clean.bare(rows[name]) for name in columns})
    said = _stage(bare, {_said(name): clean.said(bare[_bare(name)], bare[name], column) for name, column in columns.items()})
    meant = _stage(said, {_text(name): clean.respelt(said[_said(name)], column.words) for name, column in columns.items()})
    read = _stage(meant, {_value(name): _typed(meant, name, column) for name, column in columns.items()})
    seen = _stage(read, {event.reason: event.when(read).fill_null(False) for event in events})
    some = _stage(seen, {SOME: _any(seen, events)})
    final = {_final(name): _staying(some, name, column, events) for name, column in columns.items()}
    told = _stage(some, final | {"_reason": _reason(some, events), "_changes": _changes(some, events)})
    spelt = _stage(told, {_canon(name): privacy.canonical(told[_final(name)]) for name in columns})
    keyed = spelt.cross_join(pads)
    kept = {n: _protected(keyed, n, c, table, n in sealed) for n, c in columns.items() if c.privacy != "free_text"}
    seal = privacy.row_seal({name: keyed[_canon(name)] for name in columns}, keyed)
    return keyed.select(*PLACE, "_reason", "_changes", _seal=seal, **kept)


def changes(enforced: ir.Table) -> ir.Table:
    """The ledger: one row per value changed in meaning: _file, _line, column, rule, before, after, action."""
    told = enforced.filter(enforced._changes != "").select(*PLACE, one=enforced._changes.split(RECORD).unnest())
    told = told.filter(told.one != "")
    parts = told.one.split(FIELD)
    named = {name: parts[place] for place, name in enumerate(("column", "rule", "before", "after", "action"))}
    return told.select(*PLACE, **named)


def _stage(rows: ir.Table, new: Mapping[str, ir.Value]) -> ir.Table:
    """The rows with new columns, each computed once: without the view, Ibis writes every expression out wherever it is used."""
    return rows.mutate(**new).view()


def _bare(name: str) -> str:
    return f"{name}:bare"


def _said(name: str) -> str:
    return f"{name}:said"


def _text(name: str) -> str:
    return f"{name}:text"


def _value(name: str) -> str:
    return f"{name}:value"


def _final(name: str) -> str:
    return f"{name}:final"


def _canon(name: str) -> str:
    return f"{name}:canon"


def _say(text: str) -> Teller:
    return lambda _: ibis.literal(text)


def _events(name: str, column: Column, table: Table) -> Iterator[Event]:
    hidden = privacy.is_hidden(name, column, table)
    yield from _mendings(name, column, hidden)
    for rule, broken in _rules(name, column):
        action = column.on_broken(rule)  # type: ignore[arg-type]
        after = str(getattr(column, rule)) if action == "clip" else ""
        yield Event(name, rule, broken, _say(HIDDEN) if hidden else _broken_text(name, rule), _say(after), action)


def _mendings(name: str, column: Column, hidden: bool) -> Iterator[Event]:
    """Placeholders and respelt text; respelling a word that is then read as a number or a truth is typing, and not told."""
    if column.placeholders:
        before = _say(HIDDEN) if hidden else lambda rows: rows[name]
        yield Event(name, "placeholder", lambda rows: clean.is_placeholder(rows[_bare(name)], column), before, _say(""), "null")
    if column.words and types.is_text(column):
        before, after = (_say(HIDDEN), _say(HIDDEN)) if hidden else (lambda rows: rows[_said(name)], lambda rows: rows[_text(name)])
        yield Event(name, "words", lambda rows: rows[_text(name)] != rows[_said(name)], before, after, "words")


def _rules(name: str, column: Column) -> Iterator[tuple[str, Callable[[ir.Table], ir.BooleanValue]]]:
    """Each rule of a column that can be broken, with when it is."""
    text, value = _text(name), _value(name)
    if column.type != "string":
        yield "type", lambda rows: rows[text].notnull() & rows[value].isnull()
    if column.required or column.role == "key":
        yield "required", lambda rows: rows[text].isnull()
    if column.min is not None:
        yield "min", lambda rows: rows[value] < _bound(column.min, rows[value])
    if column.max is not None:
        yield "max", lambda rows: rows[value] > _bound(column.max, rows[value])
    if column.one_of:
        yield "one_of", lambda rows: rows[text].notnull() & ~rows[text].isin(column.one_of)
    if column.matches:
        yield "matches", lambda rows: rows[text].notnull() & ~rows[text].re_search(rf"^(?:{column.matches})\z")


def _bound(bound: object, value: ir.Value) -> ir.Value:
    kind = value.type()
    return ibis.literal(bound).cast(kind) if kind.is_temporal() or kind.is_decimal() else ibis.literal(bound)


def _broken_text(name: str, rule: str) -> Teller:
    """What may be told of a broken value: a number as it is; text that is not what it should be only by its shape."""
    if rule in ("min", "max"):
        return lambda rows: rows[_text(name)]
    return lambda rows: clean.shape(rows[_text(name)]).fill_null("")


def _staying(rows: ir.Table, name: str, column: Column, events: list[Event]) -> ir.Value:
    """The value that stays: moved to a bound, blanked, or as it was read."""
    value = rows[_value(name)]
    for event in (event for event in events if event.column == name):
        if event.action == "clip":
            value = ibis.ifelse(rows[event.reason], _bound(getattr(column, event.rule), value).cast(value.type()), value)
        elif event.action == "null" or (event.action == "reject" and event.rule in ("one_of", "matches")):
            value = ibis.ifelse(rows[event.reason], ibis.null(value.type()), value)
    return value


def _typed(rows: ir.Table, name: str, column: Column) -> ir.Value:
    """The value of a column: as it was given, where it was, else read from its text."""
    text, given = rows[_text(name)], f"{name}{GIVEN}"
    return types.given(rows[given], text, column) if given in rows.columns else types.typed(text, column)


def _protected(rows: ir.Table, name: str, column: Column, table: Table, sealed: bool) -> ir.Value:
    value = rows[_final(name)]
    if table.names_person(name) and sealed:
        return value
    if table.names_person(name):
        return privacy.pseudonym(rows[_canon(name)], rows)
    return privacy.coarse(value, column)


def _any(rows: ir.Table, events: list[Event]) -> ir.BooleanValue:
    return reduce(lambda left, right: left | right, (rows[event.reason] for event in events), ibis.literal(False))


def _reason(rows: ir.Table, events: list[Event]) -> ir.StringValue:
    rejects = [(rows[event.reason], event.reason) for event in events if event.action == "reject"]
    broken = ibis.cases(*rejects, else_=ibis.null("string")) if rejects else ibis.null("string")
    return ibis.coalesce(rows["_fault"], ibis.ifelse(rows[SOME], broken, ibis.null("string")))


def _changes(rows: ir.Table, events: list[Event]) -> ir.StringValue:
    """What befell the values of a row, nearly always nothing: the texts are put together only where something did."""
    if not events:
        return ibis.literal("")
    told = ibis.literal("").join([ibis.ifelse(rows[event.reason], _record(rows, event), "") for event in events])
    return ibis.ifelse(rows["_fault"].isnull() & rows[SOME], told, "")


def _record(rows: ir.Table, event: Event) -> ir.StringValue:
    head = ibis.literal(f"{event.column}{FIELD}{event.rule}{FIELD}")
    return (
        head + event.before(rows).fill_null("") + FIELD + event.after(rows).fill_null("") + ibis.literal(f"{FIELD}{event.action}{RECORD}")
    )
