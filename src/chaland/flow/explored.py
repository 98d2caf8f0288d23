"""explore: what clean tables look like, as one page and as facts; touches nothing else."""

from __future__ import annotations

from typing import Any

from chaland.errors import DataError, SpecError, nearest
from chaland.explore import exploration, looking
from chaland.flow import home
from chaland.flow.report import explored
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.prepare.unique import key_of
from chaland.spec import Table
from chaland.spec.trends import types

LIMIT = looking.LIMIT


def explore(run: Run, table: str | None, lang: str, limit: int = LIMIT) -> dict[str, Any]:
    """The facts of every table (or of one), and the path of their page; a DataError where `prepare` has not run yet."""
    tables = in_force(run)
    if table is not None and table not in tables:
        raise SpecError(f"the project has no table {table!r}", next=nearest(table, tables))
    asked = [table] if table else list(tables)
    missing = [name for name in asked if not run.lake.has(f"clean/{name}")]
    if missing or run.record("prepare") is None:
        said = f"the table {(missing or asked)[0]!r} is not prepared yet"
        raise DataError(said, next=f"Run `chaland prepare {run.project.name}` first, or `chaland run`.", code="no_run")
    found = {name: _one(run, name, tables[name], limit) for name in asked}
    page = run.home.reports / f"explore-{table or 'all'}.html"
    home.write_text(page, explored.render(found, run.project, lang, str(run.record("prepare")["run"])))  # type: ignore[index]
    return {"project": run.project.name, "tables": found, "page": str(page)}


def lines(told: dict[str, Any]) -> list[str]:
    """What was found, for a terminal."""
    said = []
    for name, one in told["tables"].items():
        part = f", {one['looked_at']} of them looked at" if one["looked_at"] < one["rows"] else ""
        strongest = one["pairs"][0] if one["pairs"] else None
        beside = f"; {strongest['a']} and {strongest['b']} go together most ({strongest['value']:.2f})" if strongest else ""
        said.append(f"{name}: {one['rows']} rows{part}, {len(one['columns'])} columns{beside}")
    return [*said, told["page"]]


def _one(run: Run, name: str, table: Table, limit: int) -> dict[str, Any]:
    kinds = types(table)
    rows = run.lake.table(run.engine, f"clean/{name}")
    looked = looking.look(run.engine, rows, table, kinds, key_of(table), limit)
    return exploration.explore(run.engine, looked, _answers(run, name, kinds))


def _answers(run: Run, name: str, kinds: dict[str, str]) -> dict[str, str]:
    """The questions whose answer is a column of this table."""
    found = {}
    for question, spec in run.project.predict.items():
        column = spec.target.options().get("of")
        if spec.target.kind == "column" and isinstance(column, str) and column in kinds and run.project.entity(spec.features) == name:
            found[question] = column
    return found
