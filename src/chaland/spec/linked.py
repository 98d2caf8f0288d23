"""How rows of transactions or events are linked to those whose they are: the words that features and targets share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, get_args

from chaland.errors import Fault, nearest
from chaland.spec import made
from chaland.spec.base import Spec
from chaland.spec.column import Role
from chaland.spec.table import Table

Keys = tuple[str, ...]
Tables = Mapping[str, Table]

ROLES = ("transactions", "events")


class Linked(Spec):
    """Words of what is made from a table of transactions or events; a word that is named as a role names the column that plays it."""

    PARTS: ClassVar[tuple[str, ...]] = ()
    """Its words that name columns and are no roles."""
    TABLES: ClassVar[tuple[str, ...]] = ("table",)
    """Its words that name tables."""

    table: str | None = None
    """The table it is made from; default: the first of role transactions, else of role events."""
    by: str | None = None
    """The column of that table which holds the key of whom a row belongs to; default: the column of the key's own name."""
    time: str | None = None
    """When a row happened; default: the column of role time."""

    def linked(self, tables: Mapping[str, Table]) -> str | None:
        """The name of the table it is made from, or None where there is none."""
        ranked = [name for role in ROLES for name, table in tables.items() if table.role == role]
        return self.table or next(iter(ranked), None)

    def played(self, table: Table, parts: tuple[str, ...]) -> dict[str, str]:
        """The column that plays each part, by the name of the part; parts that no column plays are left out."""
        said = {part: getattr(self, part, None) or table.with_role(part) for part in parts}
        return {part: column for part, column in said.items() if column}

    def named(self) -> Iterator[tuple[str, str]]:
        """The columns that it names, each after the word that does."""
        for word in sorted({*self.PARTS, *get_args(Role)}):
            said = getattr(self, word, None) or ()
            yield from ((word, column) for column in ([said] if isinstance(said, str) else said))


def faults(path: Keys, kind: str, needs: Mapping[str, set[str]], words: Linked, tables: Tables, entity: str) -> Iterator[Fault]:
    """Why rows cannot be linked to those of the table `entity`: no table, no column that holds the key, no column that plays a part."""
    name = words.linked(tables)
    said = {word: getattr(words, word) for word in words.TABLES}
    yield from (
        Fault((*path, word), f"there is no table {one!r}", nearest(one, tables)) for word, one in said.items() if one and one not in tables
    )
    if name is None:
        yield Fault(path, f"{kind} needs a table of role 'transactions' or 'events', and there is none", "Say the role of each table.")
    elif name in tables and entity in tables:
        yield from _unlinked(path, words, tables, name, entity)
        yield from _parts(path, kind, {*(part for wanted in needs.values() for part in wanted)}, words, name, tables[name])


def _unlinked(path: Keys, words: Linked, tables: Tables, name: str, entity: str) -> Iterator[Fault]:
    key, table = tables[entity].key(), tables[name]
    by = words.by or key or ""
    at = (*path, "by") if words.by else path
    if by not in table.columns and by not in table.derive:
        hint = nearest(by, table.columns) if words.by else 'Say by = "…", the column that holds it.'
        yield Fault(at, f"no column {by!r} in {name!r} holds the key of {entity!r}", hint)
    elif key and _is_pseudonym(tables, name, by) != _is_pseudonym(tables, entity, key):
        bare = f"{by!r} of {name!r}" if _is_pseudonym(tables, entity, key) else f"the key of {entity!r}"
        hint = 'Say privacy = "identifier" on it, so that both are the same pseudonym.'
        yield Fault(at, f"rows of {name!r} can never be linked to {entity!r}: {bare} is no pseudonym, and the other is", hint)


def _is_pseudonym(tables: Tables, name: str, column: str) -> bool:
    return column in tables[name].columns and (tables[name].names_person(column) or column in made.sealed(tables, name))


def _parts(path: Keys, kind: str, wanted: set[str], words: Linked, name: str, table: Table) -> Iterator[Fault]:
    there = [*table.columns, *table.derive]
    for part, said in words.named():
        if said not in there:
            yield Fault((*path, part), f"there is no column {said!r} in {name!r}", nearest(said, there))
    for part in sorted(wanted):
        if getattr(words, part, None) is None and table.with_role(part) is None:
            hint = f'Say role = "{part}" on the column that has it, or {part} = "COLUMN" here.'
            yield Fault(path, f"{kind} needs a column of role {part!r} in the table {name!r}, and there is none", hint)
