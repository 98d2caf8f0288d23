"""Tables that SQL makes of other tables: in which order, of what, and whether their columns agree with what the queries give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chaland.errors import Fault, nearest
from chaland.spec import agreement, query, sql
from chaland.spec.column import Column
from chaland.spec.kinds import Kind, named
from chaland.spec.query import Columns, Given
from chaland.spec.table import Table

Keys = tuple[str, ...]
Tables = Mapping[str, Table]

FITTING = {
    "string": ("string",),
    "ordinal": ("string",),
    "int": ("int", "decimal", "string"),
    "float": ("int", "decimal", "float", "string"),
    "decimal": ("int", "decimal", "string"),
    "bool": ("bool", "string"),
    "date": ("date", "string"),
    "timestamp": ("timestamp", "date", "string"),
}
"""For each type of a column, the kinds of values that a query may give for it."""

_WRITTEN = ("words", "placeholders")


def in_order(tables: Tables) -> list[str]:
    """The names of the tables, each after those that it is made of."""
    found: dict[str, None] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name not in found and name not in above:
            for one in made_of(tables, name):
                visit(one, (*above, name))
            found[name] = None

    for name in tables:
        visit(name, ())
    return list(found)


def made_of(tables: Tables, name: str) -> list[str]:
    """The tables of the project that a table is made of by SQL; none for a table that is read."""
    text = tables[name].query()
    return [] if text is None else [one for one in query.tables_of(text) if one in tables]


def tells_of_days(tables: Tables, name: str) -> bool:
    """Whether a table has a time of its own, or is made by SQL of one that has."""
    return tables[name].with_role("time") is not None or any(tells_of_days(tables, part) for part in made_of(tables, name))


def sealed(tables: Tables, name: str) -> frozenset[str]:
    """The columns of a table made by SQL whose values are pseudonyms already, for they were in the tables that it is made of."""
    text = tables[name].query()
    if text is None:
        return frozenset()
    given, _ = query.checked(text, _seen(tables, name))
    return frozenset(column for column in tables[name].columns if column in given and _are_pseudonyms(tables, given[column]))


def loose(tables: Tables, name: str) -> frozenset[str]:
    """The columns of a table made by SQL whose last digits may differ from engine to engine."""
    text = tables[name].query()
    if text is None:
        return frozenset()
    given, _ = query.checked(text, _seen(tables, name))
    told = {column: given[column] for column in tables[name].columns if column in given}
    back = {column: any(of in loose(tables, table) for table, of in one.origins if table != name) for column, one in told.items()}
    return frozenset(column for column, one in told.items() if one.loose or back[column])


def origin(tables: Tables, name: str, column: str) -> tuple[str, str]:
    """The table that is read, and its column, from which the values of a column come; as far back as they come unchanged."""
    text = tables[name].query()
    if text is None or column not in tables[name].columns:
        return name, column
    given, _ = query.checked(text, _seen(tables, name))
    back = sorted(given[column].origins) if column in given else []
    return origin(tables, *back[0]) if back and back[0][0] != name else (name, column)


def faults(tables: Tables, doubtful: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """What is wrong with the tables made by SQL; `doubtful` are the names of tables that were set aside for faults of their own."""
    for name, table in tables.items():
        text = table.query()
        if text is None or doubtful & {*query.tables_of(text)}:
            continue
        path = ("tables", name)
        circle = _circle(tables, name)
        if circle:
            said = f"it is made of itself: {' of '.join(map(repr, circle))}"
            yield Fault((*path, "source", "query"), said, "One of them must be made of others only.")
            continue
        given, told = query.checked(text, _seen(tables, name))
        yield from (Fault((*path, "source", "query"), *one) for one in told)
        if not told:
            yield from _columns((*path, "columns"), tables, name, given)
            yield from _keyless((*path, "columns"), tables, name)


def _circle(tables: Tables, name: str) -> list[str]:
    """The way from a table back to itself, if there is one."""
    ways, seen = [[name]], set()
    while ways:
        way = ways.pop(0)
        for one in made_of(tables, way[-1]):
            if one == name:
                return [*way, one]
            if one not in seen:
                seen.add(one)
                ways.append([*way, one])
    return []


def _columns(path: Keys, tables: Tables, name: str, given: Columns) -> Iterator[Fault]:
    for called, column in tables[name].columns.items():
        if called not in given:
            yield Fault((*path, called), f"the query gives no column {called!r}", nearest(called, given))
        else:
            yield from _column((*path, called), column, given[called].kind)
            yield from _private((*path, called), tables, column, given[called])
        for word in ("from", "optional"):
            if getattr(column, "from_" if word == "from" else word):
                yield Fault((*path, called, word), "the query names the columns, and gives all of them", "Leave it out.")


def _keyless(path: Keys, tables: Tables, name: str) -> Iterator[Fault]:
    """A key made of the whole row must be the same on every engine."""
    if tables[name].key() is None:
        for column in sorted(loose(tables, name)):
            said = "the last digits of this number may differ from engine to engine, and the key is made of the whole row"
            yield Fault((*path, column), said, 'Say role = "key" on the column that names a row, or write CAST(… AS DECIMAL(18, 4)).')


def _column(path: Keys, column: Column, kind: Kind) -> Iterator[Fault]:
    if kind.name not in ("any", "null", *FITTING[column.type]) or (column.type == "int" and kind.scale):
        hint = f'Say type = "{kind.name}", or CAST it in the query.' if kind.name in FITTING else "CAST it in the query."
        yield Fault(
            (*path, "type") if column.type != "string" else path, f"the query gives {kind.called}, and the column is a {column.type}", hint
        )
    elif kind.name not in ("any", "null", "string") and column.words:
        yield Fault((*path, "words"), f"the query gives {kind.called}, which is not spelt", "Write CASE WHEN … THEN … END in the query.")


def _private(path: Keys, tables: Tables, column: Column, given: Given) -> Iterator[Fault]:
    for table, origin in sorted(given.origins):
        of = tables[table].columns.get(origin)
        if of and of.privacy == "sensitive" and column.privacy != "sensitive":
            yield Fault(path, f"it holds {origin!r} of {table!r}, which is sensitive", 'Say privacy = "sensitive" here too.')


def _are_pseudonyms(tables: Tables, given: Given) -> bool:
    return bool(given.origins) and all(_is_pseudonym(tables, *one) for one in given.origins)


def _is_pseudonym(tables: Tables, name: str, column: str) -> bool:
    of = tables[name].columns.get(column)
    return of is not None and (tables[name].names_person(column) or column in sealed(tables, name))


def _seen(tables: Tables, name: str) -> dict[str, Columns]:
    """What a query sees of the other tables: their columns at rest, and derived ones."""
    return {other: _resting(other, table) for other, table in tables.items() if other != name}


def _resting(name: str, table: Table) -> Columns:
    types = agreement.resting_types(table)
    columns = {column: Given(named(kind), frozenset({(name, column)})) for column, kind in types.items()}
    derived = {column: Given(named(sql.kind_of(text, types)), _passed(text, columns)) for column, text in table.derive.items()}
    return {**columns, **derived}


def _passed(text: str, columns: Columns) -> frozenset[query.Origin]:
    try:
        return query.passed(sql.parsed(f"({text}\n)"), columns)
    except SyntaxError:
        return frozenset()
