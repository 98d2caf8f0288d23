"""What somebody owns, as it stands in another table: a column of the owned row, or the group that its like was found in."""

from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.types as ir
from pydantic import Field

from chaland.errors import Fault, nearest
from chaland.history import History
from chaland.spec import Project, tasks
from chaland.spec.base import Spec
from chaland.targets.column import answered

NEEDS: dict[str, set[str]] = {}
LABEL = "_label"
GROUP = "_group"
GROUPS = "segments/"
"""Where a history has the rows of a segmentation with the name of their group, `_group`, beside their own columns."""

Keys = tuple[str, ...]


class Options(Spec):
    """What a project may say of this target."""

    in_: str = Field(alias="in")
    """The table that says who owns what."""
    by: str
    """The column of that table, and of the table whose rows are described, by which the two are joined."""
    of: str | None = None
    """The column of that table which holds the answer."""
    segment: str | None = None
    """Or the segmentation whose group is the answer: of its rows the one that equals the owned row in every column that both tables have."""
    positive: str | None = None
    """Where the column is text: the word that counts as yes. Without it every word is an answer of its own."""


def faults(path: Keys, options: Options, project: Project, entity: str) -> list[Fault]:
    """Names that are not there; `path` leads to the target."""
    table, own = project.tables.get(options.in_), project.tables.get(entity)
    if table is None:
        return [Fault((*path, "in"), f"there is no table {options.in_!r}", nearest(options.in_, project.tables))]
    told = [
        Fault((*path, "by"), f"there is no column {options.by!r} in the table {name!r}", nearest(options.by, one.columns))
        for name, one in ((options.in_, table), (entity, own))
        if one is not None and options.by not in one.columns
    ]
    if own is not None and not told and _seals(project, entity, options.by) != _seals(project, options.in_, options.by):
        said = f"{options.by!r} is an identifier in one of {entity!r} and {options.in_!r} only: a pseudonym equals no plain value"
        told.append(Fault((*path, "by"), said, 'Say privacy = "identifier" on both.'))
    return told + list(_answer_faults(path, options, project))


def _seals(project: Project, table: str, column: str) -> bool:
    return project.tables[table].columns[column].privacy == "identifier"


def _answer_faults(path: Keys, options: Options, project: Project) -> Iterator[Fault]:
    columns = project.tables[options.in_].columns
    if (options.of is None) == (options.segment is None):
        yield Fault(path, "the answer is a column (of) or a group (segment), one of the two", 'As: of = "length", or segment = "vehicles".')
    elif options.of is not None and options.of not in columns:
        yield Fault((*path, "of"), f"there is no column {options.of!r} in the table {options.in_!r}", nearest(options.of, columns))
    elif options.of is not None and tasks.of_type(columns[options.of].type, options.positive) is None:
        yield Fault((*path, "of"), f"{options.of!r} is a {columns[options.of].type}, and the answer must be yes or no, a word or a number")
    elif options.segment is not None and options.segment not in project.segments:
        said = f"there are no segments {options.segment!r}"
        yield Fault((*path, "segment"), said, nearest(options.segment, project.segments))
    elif options.segment is not None and not _shared(options, project):
        yield Fault((*path, "segment"), f"{options.in_!r} has no column of the table that {options.segment!r} groups")


def _shared(options: Options, project: Project) -> list[str]:
    grouped = project.tables.get(project.entity(project.segments[options.segment or ""].features) or "")
    return [name for name in grouped.columns if name in project.tables[options.in_].columns] if grouped else []


def task(options: Options, project: Project, entity: str) -> tasks.Task | None:
    """Follows from the column's type; a group is one of several."""
    if options.segment is not None:
        return "multiclass"
    return tasks.of_type(project.tables[options.in_].columns[options.of or ""].type, options.positive)


def labels(options: Options, project: Project, entity: str) -> tuple[str, ...]:
    """The answers in their order, where the column has one."""
    return () if options.of is None else project.tables[options.in_].columns[options.of].order


def label(past: History, future: History, options: Options, key: str) -> ir.Table:
    """One row per customer who owns something: `key`, `_label`, `_file` (where the customer's row came from).

    Where several rows are owned, or a row is like several of the grouped, the least answer is taken, so that it is the same on every engine.
    """
    _, rows, _ = past.customers()
    owned = _answers(past, options).filter(lambda t: t[LABEL].notnull()).group_by("_by").agg(**{LABEL: lambda t: t[LABEL].min()})
    owners = rows.select(key, "_file", _by=rows[options.by])
    return owners.join(owned, "_by").select(key, "_file", LABEL)


def notes(past: History, options: Options, key: str) -> list[dict[str, str]]:
    """How many customers share what they own, and how many own nothing, as notes of the question; nothing where nobody does."""
    _, rows, _ = past.customers()
    held = rows.filter(rows[options.by].notnull()).group_by(_by=rows[options.by]).agg(people=lambda t: t.count())
    shared = held.filter(held.people > 1)
    told = shared.agg(values=shared.count(), people=shared.people.sum().cast("int64")).to_pyarrow().to_pylist()[0]
    without = rows.anti_join(label(past, past, options, key), key).count().to_pyarrow().as_py()
    found = []
    if told["values"]:
        said = f"{told['values']} values of {options.by!r} are held by several customers ({told['people']}): none is merged, each gets what is owned"
        found.append({"code": "shared_owner", "said": said})
    if without:
        found.append({"code": "owns_nothing", "said": f"{without} customers own nothing in {options.in_!r}: nothing is learnt from them"})
    return found


def _answers(past: History, options: Options) -> ir.Table:
    """Each owned row: `_by` and `_label`."""
    rows, spec = past.tables[options.in_], past.specs[options.in_]
    if options.of is not None:
        return rows.select(_by=rows[options.by], **{LABEL: answered(rows[options.of], spec.columns[options.of].type, options.positive)})
    grouped = past.tables[f"{GROUPS}{options.segment}"]
    shared = [name for name in past.specs[f"{GROUPS}{options.segment}"].columns if name in spec.columns]
    alike = grouped.group_by([grouped[name].name(f"_{place}") for place, name in enumerate(shared)]).agg(_group=grouped[GROUP].min())
    joined = rows.join(alike, [rows[name].identical_to(alike[f"_{place}"]) for place, name in enumerate(shared)])
    return joined.select(_by=joined[options.by], **{LABEL: joined[GROUP]})
