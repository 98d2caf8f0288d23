"""What must hold of every value, and what becomes of one that does not.

One pass over the rows of text gives typed, cleaned, protected rows; beside them `_reason` (why the row cannot be accepted, the first
broken rule in the order of the project file) and `_changes` (each value changed in meaning), from which quarantine, ledger and audit follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import ibis
import ibis.expr.types as ir

from chaland.prepare import clean, privacy, types
from chaland.spec import Column, Table

FIELD, RECORD = "\x1f", "\x1e"
HIDDEN = "•"
PLACE = ("_file", "_line")


@dataclass(frozen=True)
class Event:
    """Something that befell a value: which rule, when, the text told of before and after, and whether the row can stay."""

    column: str
    rule: str
    when: ir.BooleanValue
    before: ir.StringValue
    after: ir.StringValue
    action: str

    @property
    def reason(self) -> str:
        """The name of the rule as scripts see it."""
        return f"{self.column}.{self.rule}"


def enforce(rows: ir.Table, table: Table, pads: ir.Table) -> ir.Table:
    """Typed, cleaned, protected rows.

    `rows` has every column as text with `_file`, `_line`, `_fault`. The result has the columns of the project (identifiers as pseudonyms,
    quasi-identifiers coarsened, free text left out) with `_file`, `_line`, `_seal` (a hash of the whole row), `_reason`, `_changes`.
    """
    cleaned = rows.cross_join(pads).mutate(**{_text(name): clean.meant(rows[name], column) for name, column in table.columns.items()})
    ready = cleaned.mutate(**{_value(name): types.typed(cleaned[_text(name)], column) for name, column in table.columns.items()})
    events = [event for name, column in table.columns.items() for event in _events(ready, name, column, table)]
    finals = {name: _final(ready, name, column, events) for name, column in table.columns.items()}
    checked = ready.mutate(_reason=_reason(ready, events), _changes=_changes(ready, events), **{_final_name(n): v for n, v in finals.items()})
    sealed = {name: checked[_final_name(name)] for name in table.columns}
    kept = {n: _protected(checked, n, c, table) for n, c in table.columns.items() if c.privacy != "free_text"}
    return checked.select(*PLACE, "_reason", "_changes", _seal=privacy.row_seal(sealed, checked), **kept)


def changes(enforced: ir.Table) -> ir.Table:
    """The ledger: one row per value changed in meaning: _file, _line, column, rule, before, after, action."""
    told = enforced.filter(enforced._changes != "").select(*PLACE, one=enforced._changes.split(RECORD).unnest())
    told = told.filter(told.one != "")
    parts = told.one.split(FIELD)
    named = {name: parts[place] for place, name in enumerate(("column", "rule", "before", "after", "action"))}
    return told.select(*PLACE, **named)


def _text(name: str) -> str:
    return f"{name}:text"


def _value(name: str) -> str:
    return f"{name}:value"


def _final_name(name: str) -> str:
    return f"{name}:final"


def _events(rows: ir.Table, name: str, column: Column, table: Table) -> Iterator[Event]:
    hidden = privacy.is_hidden(name, column, table)
    yield from _mendings(rows, name, column, hidden)
    for rule, broken in _broken(rows, name, column):
        action = column.on_broken(rule)  # type: ignore[arg-type]
        before = ibis.literal(HIDDEN) if hidden else _told(rows, name, rule)
        after = ibis.literal(str(getattr(column, rule))) if action == "clip" else ibis.literal("")
        yield Event(name, rule, broken.fill_null(False), before, after, action)


def _mendings(rows: ir.Table, name: str, column: Column, hidden: bool) -> Iterator[Event]:
    """Placeholders and respelt text; respelling a word that is then read as a number or a truth is typing, and not told."""
    raw = rows[name]
    if column.placeholders:
        before = ibis.literal(HIDDEN) if hidden else raw
        yield Event(name, "placeholder", clean.is_placeholder(raw, column), before, ibis.literal(""), "null")
    if column.words and types.is_text(column):
        bare = raw.strip() if column.trim else raw
        cased = bare.lower() if column.lower else bare
        other = (rows[_text(name)] != cased).fill_null(False)
        before, after = (ibis.literal(HIDDEN),) * 2 if hidden else (cased, rows[_text(name)])
        yield Event(name, "words", other, before, after, "words")


def _broken(rows: ir.Table, name: str, column: Column) -> Iterator[tuple[str, ir.BooleanValue]]:
    """Each rule of a column that can be broken, with when it is."""
    text, value = rows[_text(name)], rows[_value(name)]
    if column.type != "string":
        yield "type", text.notnull() & value.isnull()
    if column.required or column.role == "key":
        yield "required", text.isnull()
    if column.min is not None:
        yield "min", value < _bound(column.min, value)
    if column.max is not None:
        yield "max", value > _bound(column.max, value)
    if column.one_of:
        yield "one_of", text.notnull() & ~text.isin(column.one_of)
    if column.matches:
        yield "matches", text.notnull() & ~text.re_search(f"^(?:{column.matches})$")


def _bound(bound: object, value: ir.Value) -> ir.Value:
    kind = value.type()
    return ibis.literal(bound).cast(kind) if kind.is_temporal() or kind.is_decimal() else ibis.literal(bound)


def _told(rows: ir.Table, name: str, rule: str) -> ir.StringValue:
    """What may be told of a broken value: a number as it is; text that is not what it should be only by its shape."""
    text = rows[_text(name)]
    return text if rule in ("min", "max") else clean.shape(text).fill_null("")


def _final(rows: ir.Table, name: str, column: Column, events: list[Event]) -> ir.Value:
    """The value that stays: moved to a bound, blanked, or as it was read."""
    value = rows[_value(name)]
    for event in (event for event in events if event.column == name):
        if event.action == "clip":
            value = ibis.ifelse(event.when, _bound(getattr(column, event.rule), value).cast(value.type()), value)
        elif event.action == "null" or (event.action == "reject" and event.rule in ("one_of", "matches")):
            value = ibis.ifelse(event.when, ibis.null(value.type()), value)
    return value


def _protected(rows: ir.Table, name: str, column: Column, table: Table) -> ir.Value:
    value = rows[_final_name(name)]
    if privacy.is_identifier(name, column, table):
        return privacy.pseudonym(privacy.canonical(value), rows)
    return privacy.coarse(value, column)


def _reason(rows: ir.Table, events: list[Event]) -> ir.StringValue:
    rejects = [(event.when, event.reason) for event in events if event.action == "reject"]
    broken = ibis.cases(*rejects, else_=ibis.null("string")) if rejects else ibis.null("string")
    return ibis.coalesce(rows["_fault"], broken)


def _changes(rows: ir.Table, events: list[Event]) -> ir.StringValue:
    whole = rows["_fault"].isnull()
    told = [ibis.ifelse(whole & event.when, _record(event), "") for event in events]
    return reduce(lambda left, right: left + right, told, ibis.literal(""))


def _record(event: Event) -> ir.StringValue:
    head = ibis.literal(f"{event.column}{FIELD}{event.rule}{FIELD}")
    return head + event.before.fill_null("") + FIELD + event.after.fill_null("") + ibis.literal(f"{FIELD}{event.action}{RECORD}")
