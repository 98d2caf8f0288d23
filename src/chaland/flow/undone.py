"""Rules that a person took back: kept with the project, taken out of its words before a run."""

from __future__ import annotations

import json
from typing import Any

from chaland.errors import SpecError, nearest
from chaland.flow import home as homes
from chaland.flow.run import Run
from chaland.spec import Column, Project, Table

NEUTRAL: dict[str, Any] = {
    "placeholder": ("placeholders", ()),
    "words": ("words", {}),
    "min": ("min", None),
    "max": ("max", None),
    "one_of": ("one_of", ()),
    "matches": ("matches", None),
    "required": ("required", False),
    "unique": ("unique", False),
}


def in_force(run: Run) -> dict[str, Table]:
    """The tables of the project without the rules that were taken back."""
    cached: dict[str, Table] | None = run.__dict__.get("in_force")
    if cached is None:
        cached = dict(run.project.tables)
        for rule in homes.read_json(run.home.folder / "undone.json") or []:
            cached |= _without(cached, rule)
        run.__dict__["in_force"] = cached
    return cached


def rules(project: Project) -> list[str]:
    """Every rule that can be taken back, as TABLE.COLUMN.RULE or TABLE.RULE."""
    found = []
    for name, table in project.tables.items():
        found += [f"{name}.{rule}" for rule in table.rules]
        found += [f"{name}.{c}.{rule}" for c, column in table.columns.items() for rule in NEUTRAL if _declared(column, rule)]
        found += [f"{name}.duplicates"] if table.duplicates == "merge" else []
    return found


def take_back(run: Run, rule: str) -> str:
    """Write down that a rule no longer holds; its full name. The table's name may be left out where only one table has such a rule."""
    known = rules(run.project)
    full = [name for name in known if rule == name or name.endswith(f".{rule}")]
    if len(full) != 1:
        said = f"{rule!r} is a rule of several tables" if full else f"there is no rule {rule!r} that can be taken back"
        raise SpecError(said, next=f"Say one of: {', '.join(full)}." if full else nearest(rule, known))
    path = run.home.folder / "undone.json"
    before = homes.read_json(path) or []
    homes.write_text(path, json.dumps(sorted({*before, full[0]})))
    run.__dict__.pop("in_force", None)
    return full[0]


def _declared(column: Column, rule: str) -> bool:
    attribute, neutral = NEUTRAL[rule]
    return bool(getattr(column, attribute) != neutral and getattr(column, attribute) not in ((), {}))


def _without(tables: dict[str, Table], rule: str) -> dict[str, Table]:
    name, *rest = rule.split(".")
    table = tables.get(name)
    if table is None:
        return {}
    if rest == ["duplicates"]:
        return {name: table.model_copy(update={"duplicates": "keep"})}
    if len(rest) == 1:
        return {name: table.model_copy(update={"rules": {n: r for n, r in table.rules.items() if n != rest[0]}})}
    column, attribute = table.columns.get(rest[0]), NEUTRAL[rest[1]]
    if column is None:
        return {}
    eased = column.model_copy(update={attribute[0]: attribute[1]})
    return {name: table.model_copy(update={"columns": {**table.columns, rest[0]: eased}})}
