"""What a project means as a whole: names that must exist, parts that must agree. No file is opened and no adapter is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chaland.errors import Fault, nearest
from chaland.spec import agreement, by_rule, lifetime, made, tasks, trends
from chaland.spec.column import Column
from chaland.spec.project import Features, Predict, Project
from chaland.spec.site import Site
from chaland.spec.tasks import EVERY_ALGORITHM

Keys = tuple[str, ...]
Needs = Mapping[str, Iterable[str]]

_HIDDEN = {"identifier": "names a person", "sensitive": "is sensitive", "free_text": "is free text, which is dropped"}


def of_project(project: Project, doubtful: frozenset[Keys] = frozenset()) -> list[Fault]:
    """Everything in a project that does not hold together.

    `doubtful` are the places already told of: what stands beside a faulty word is not judged again.
    """
    faults = [fault for name, table in project.tables.items() for fault in agreement.of_table(("tables", name), table)]
    faults += [
        *made.faults(project.tables, frozenset(path[1] for path in doubtful if len(path) > 1 and path[0] == "tables")),
        *_customers(project),
        *trends.faults(project.trends, project.tables, _names("tables", project.tables, doubtful)),
        *_features(project),
        *_segments(project, doubtful),
        *lifetime.faults(project.lifetime, project.tables, _names("tables", project.tables, doubtful), project.customers()),
        *_predictions(project, doubtful),
        *_publications(project, doubtful),
    ]
    shaken = {path[:-1] for path in doubtful if len(path) > 2}
    return [fault for fault in faults if fault.keys[:-1] not in shaken and fault.keys not in shaken]


def of_stores(project: Project, site: Site) -> list[Fault]:
    """Publications that name a store which the site does not have."""
    known = ", ".join(sorted(site.stores))
    return [
        Fault(("publish", name, "to"), f"no store is called {one.to!r} here", f"There is: {known}.")
        for name, one in project.publish.items()
        if one.to not in site.stores
    ]


def of_needs(project: Project, path: Keys, kind: str, needs: Needs) -> Iterator[Fault]:
    """What a family of features or a target needs and the tables do not have: table roles, and in them column roles."""
    for role, wanted in needs.items():
        tables = [(name, table) for name, table in project.tables.items() if table.role == role]
        if not tables:
            yield Fault(path, f"{kind} needs a table of role {role!r}, and there is none", "Say the role of each table.")
        for name, table in tables:
            for missing in sorted(part for part in wanted if table.with_role(part) is None):
                said = f"{kind} needs a column of role {missing!r} in the table {name!r}, and there is none"
                yield Fault(path, said, f'Say role = "{missing}" on the column that has it.')


def _names(section: str, known: Iterable[str], doubtful: frozenset[Keys]) -> list[str]:
    """The names of a section, with those that were told of and set aside."""
    return [*known, *(path[1] for path in doubtful if len(path) > 1 and path[0] == section)]


def _customers(project: Project) -> Iterator[Fault]:
    tables = [name for name, table in project.tables.items() if table.role == "customers"]
    if len(tables) > 1:
        said = f"{' and '.join(map(repr, tables))} are both of role customers"
        yield Fault(("tables", tables[1], "role"), said, "One table holds one row per customer; give the other another role.")
    if not tables and (project.features or project.segments or project.predict) and not _all_named(project):
        first = next(word for word in ("features", "segments", "predict") if getattr(project, word))
        yield Fault(
            (first,), "there is no table of role customers, and features are made per customer", 'Say role = "customers" on one table.'
        )


def _all_named(project: Project) -> bool:
    """Whether every family says itself whose rows it describes, so that nothing needs a table of role customers."""
    return bool(project.features) and all(family.of for family in project.features.values())


def _columns(project: Project, families: Sequence[str] = ()) -> Mapping[str, Column] | None:
    """The columns of the table that these families describe."""
    name = project.entity(families) or ""
    return project.tables[name].columns if name in project.tables else None


def _features(project: Project) -> Iterator[Fault]:
    for name, family in project.features.items():
        yield from _known(("features", name, "of"), [family.of] if family.of else [], project.tables, "table")
        columns = _columns(project, [name])
        if columns is not None and family.kind == "profile":
            yield from _profile(("features", name), family, columns)


def _profile(path: Keys, family: Features, columns: Mapping[str, Column]) -> Iterator[Fault]:
    called = f"column of the table {family.of!r}" if family.of else "column of the customers table"
    yield from _known((*path, "columns"), [word for word in family.columns if word != "*"], columns, called)
    yield from _known((*path, "except"), family.except_, columns, called)
    yield from _protected((*path, "columns"), family.columns, columns)
    if not _chosen(family, columns):
        yield Fault(path, "no column is left to make features of", "Name columns, or take some out of except.")


def _one_entity(path: Keys, project: Project, families: Sequence[str]) -> Iterator[Fault]:
    """Families are joined row by row, so that they must describe the same rows."""
    told = {project.entity([name]) or "": name for name in families if name in project.features}
    if len(told) > 1:
        said = ", ".join(f"{family!r} describes {table!r}" for table, family in told.items())
        yield Fault((*path, "features"), f"features of different tables: {said}", "Name families of one table.")


def _protected(path: Keys, words: Iterable[str], columns: Mapping[str, Column]) -> Iterator[Fault]:
    for word in words:
        column = columns.get(word)
        if column and column.privacy in _HIDDEN:
            yield Fault(path, f"{word!r} {_HIDDEN[column.privacy]}: it cannot be a feature", "Take it out.")
        elif column and column.role == "key":
            yield Fault(path, f"{word!r} is the key: it cannot be a feature", "Take it out.")


def _chosen(family: Features, columns: Mapping[str, Column]) -> list[str]:
    """The columns that a family is made from; words that are no column were told of already, and count."""
    named = [name for name in (columns if "*" in family.columns else family.columns) if name not in family.except_]
    return [n for n in named if n not in columns or (columns[n].privacy not in _HIDDEN and columns[n].role != "key")]


def _segments(project: Project, doubtful: frozenset[Keys]) -> Iterator[Fault]:
    families = _names("features", project.features, doubtful)
    for name, segments in project.segments.items():
        path = ("segments", name)
        yield from _known((*path, "features"), segments.features, families, "feature family")
        yield from _one_entity(path, project, segments.features)
        yield from by_rule.faults(path, project, segments)
        low, high = segments.groups[0], segments.groups[-1]
        if low < 2 or high < low:
            yield Fault((*path, "groups"), f"groups go from two or more up, and this is {list(segments.groups)}", "As: groups = [3, 8].")


def _predictions(project: Project, doubtful: frozenset[Keys]) -> Iterator[Fault]:
    families = _names("features", project.features, doubtful)
    for name, question in project.predict.items():
        path = ("predict", name)
        yield from _known((*path, "features"), question.features, families, "feature family")
        yield from _one_entity(path, project, question.features)
        yield from _known((*path, "candidates"), question.candidates, EVERY_ALGORITHM, "algorithm")
        if question.target.kind == "column":
            yield from _answer((*path, "target"), project, question, doubtful)


def _answer(path: Keys, project: Project, question: Predict, doubtful: frozenset[Keys]) -> Iterator[Fault]:
    """The column that holds the answer must be there, and be something that can be foretold."""
    columns, of = _columns(project, question.features), question.target.options().get("of")
    if columns is None or not isinstance(of, str):
        return
    entity = project.entity(question.features) or ""
    table = ("tables", entity, "columns", of)
    if of not in columns:
        called = "column of the customers table" if entity == project.customers() else f"column of the table {entity!r}"
        yield from _known((*path, "of"), [of], columns, called)
    elif not any(place[:4] == table for place in doubtful):
        yield from (
            Fault((*path, word), said, hint) for word, said, hint in _foretold(of, columns[of], question.target.options().get("positive"))
        )


def _foretold(of: str, column: Column, positive: Any) -> Iterator[tuple[str, str, str]]:
    words = column.one_of or column.order
    if column.role == "key" or column.privacy in ("identifier", "free_text"):
        yield (
            "of",
            f"{of!r} {_HIDDEN.get(str(column.privacy), 'is the key')}: it cannot be foretold",
            "Name the column that says what became of them.",
        )
    elif column.type == "bool":
        if positive is not None:
            yield "positive", f"{of!r} is a bool: true counts as yes", "Leave positive out."
    elif tasks.of_type(column.type, None) is None:
        yield "of", f"{of!r} is a {column.type}, and the answer must be yes or no, a word or a number", "Name another column."
    elif positive is not None and column.type not in ("string", "ordinal"):
        yield "positive", f"{of!r} is a {column.type}: no word of it counts as yes", "Leave positive out."
    elif positive is not None and words and positive not in words:
        yield "positive", f"{positive!r} is no word of {of!r}", nearest(str(positive), words)


def _publications(project: Project, doubtful: frozenset[Keys]) -> Iterator[Fault]:
    for name, one in project.publish.items():
        yield from _known(("publish", name, "of"), [one.of], _names("predict", project.predict, doubtful), "question")


def _known(path: Keys, words: Sequence[str], known: Iterable[str], called: str) -> Iterator[Fault]:
    """Words that must be names of something, each once."""
    names = [*known]
    for word in dict.fromkeys(words):
        if word not in names:
            yield Fault(path, f"there is no {called} {word!r}", nearest(word, names))
        elif words.count(word) > 1:
            yield Fault(path, f"{word!r} stands twice", "Keep one of them.")
