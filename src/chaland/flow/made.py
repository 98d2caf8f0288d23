"""Rows of a table that SQL makes of other tables, as the contract gives those of files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis.expr.types as ir

from chaland import plugins
from chaland.errors import ChalandError, DataError, Fault, Where
from chaland.flow.computing import NEXT
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.prepare import contract
from chaland.spec import Table
from chaland.spec.made import made_of, sealed


def rows(run: Run, name: str, table: Table, of: Mapping[str, ir.Table] | None = None) -> ir.Table:
    """The rows of the query over clean tables: typed, checked, protected, and computed once; a DataError where the query fails.

    `of` are the clean tables where they are not those of the lake.
    """
    try:
        given = _source(run, name, table, of=of).table(run.engine)
        return run.engine.pin(contract.enforce(given, table, run.pads, sealed(in_force(run), name)))
    except ChalandError:
        raise
    except Exception as error:
        if plugins.load("engines", run.site.engine.kind).trouble(error) or not (fault := _fault(run, name, table)):
            raise
        raise DataError(f"the query of the table {name!r} fails", where=Where(run.project.name), code="sql", faults=[fault]) from error


def _source(run: Run, name: str, table: Table, limit: int | None = None, of: Mapping[str, ir.Table] | None = None) -> Any:
    module = plugins.load("sources", table.source.kind)
    tables = {one: _plain(run, one, limit, of) for one in made_of(in_force(run), name)}
    return module.Adapter(module.Options(**table.source.options()), tables, _columns(table))


def _plain(run: Run, name: str, limit: int | None, of: Mapping[str, ir.Table] | None = None) -> ir.Table:
    """The clean rows of a table, without what chaland itself notes of them."""
    clean = of[name] if of else run.lake.table(run.engine, f"clean/{name}")
    kept = clean.select(*[column for column in clean.columns if not column.startswith("_")])
    return kept if limit is None else kept.limit(limit)


def _columns(table: Table) -> list[str]:
    """The columns of a table, the key first: rows are numbered in their order."""
    return sorted(table.columns, key=lambda name: table.columns[name].role != "key")


def _fault(run: Run, name: str, table: Table) -> Fault | None:
    """What is wrong with a query; None where it is not at fault.

    What the engine says is told only of a query over no rows, so that no value of anybody can be in it.
    """
    keys = ("tables", name, "source", "query")
    if said := _fails(run, name, table, 0):
        return Fault(keys, f"the engine refuses it: {said}", "Mend the query.")
    return Fault(keys, "it cannot be computed on some row", NEXT) if _fails(run, name, table, None) else None


def _fails(run: Run, name: str, table: Table, limit: int | None) -> str:
    """The first line of what the engine says of a query; "" where it runs."""
    try:
        run.engine.pin(_source(run, name, table, limit).table(run.engine))
    except Exception as error:
        return str(error).strip().split("\n")[0] or type(error).__name__
    return ""
