"""Whose fault it is when SQL of the project cannot be computed on a row: a huge number multiplied, a text that is no number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import ibis.expr.types as ir

from chaland.errors import ChalandError, DataError, Fault, Where
from chaland.flow.run import Run
from chaland.spec import Table

NEXT = "Mend the expression so that it holds for every row: TRY_CAST for text that may be no number, CASE WHEN or coalesce for the rest."


@contextmanager
def computed(run: Run, name: str, table: Table, rows: ir.Table) -> Iterator[None]:
    """Work on the SQL of a table; where the engine cannot compute it on some row, a DataError names each expression that fails.

    Looks for the guilty only once something went wrong, by computing each expression alone over `rows`.
    """
    try:
        yield
    except ChalandError:
        raise
    except Exception as error:
        faults = _guilty(run, name, table, rows)
        if not faults:
            raise
        raise DataError(
            f"SQL of the table {name!r} cannot be computed", where=Where(run.project.name), code="sql", faults=faults
        ) from error


def _guilty(run: Run, name: str, table: Table, rows: ir.Table) -> list[Fault]:
    kept = rows.filter(rows._reason.isnull())
    derived = [("derive", column, sql) for column, sql in table.derive.items() if _fails(run, kept, sql)]
    if derived:
        return [_fault(name, *one) for one in derived]
    columns = "".join(f', ({sql}) as "{column}"' for column, sql in table.derive.items())
    whole = run.engine.sql(f"select *{columns} from rows", {"rows": kept})
    rules = [("rules", rule, told.sql) for rule, told in table.rules.items() if _fails(run, whole, told.sql)]
    amount = [("amount", "", table.amount)] if table.amount and _fails(run, rows, table.amount) else []
    return [_fault(name, *one) for one in [*rules, *amount]]


def _fails(run: Run, rows: ir.Table, sql: str) -> bool:
    """Whether an expression fails on some row; all of it is computed, nothing is kept."""
    try:
        run.engine.sql(f'select max({sql}) as "m" from rows', {"rows": rows}).to_pyarrow()
    except Exception:
        return True
    return False


def _fault(name: str, kind: str, called: str, sql: str) -> Fault:
    keys = tuple(key for key in ("tables", name, kind, called) if key)
    return Fault(keys, f"{sql!r} cannot be computed on some row", NEXT)
