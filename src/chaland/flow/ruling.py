"""What the words of a table make of its rows beyond the contract: derived columns, rules between columns, and the rows that stay."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from chaland.flow import made
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.prepare import audit, unique
from chaland.spec import Table


def ruled(run: Run, raw: ir.Table, table: Table) -> ir.Table:
    """Rows with derived columns, and with rules between columns among their reasons; what is already broken is not computed on."""
    derived = "".join(f', case when "_reason" is null then ({sql}) end as "{name}"' for name, sql in table.derive.items())
    rows = run.engine.sql(f"select *{derived} from rows", {"rows": raw}) if derived else raw
    if table.amount:
        rows = run.engine.sql(f'select *, ({table.amount}) as "{audit.AMOUNT}" from rows', {"rows": rows})
    rejects = {name: rule for name, rule in table.rules.items() if rule.broken == "reject"}
    if not rejects:
        return rows
    broken = " ".join(f"when not ({rule.sql}) then '{name}'" for name, rule in rejects.items())
    told = run.engine.sql(f'select *, case when "_reason" is not null then null {broken} end as "_rule" from rows', {"rows": rows})
    return told.mutate(_reason=ibis.coalesce(told._reason, told._rule)).drop("_rule")


def again(run: Run, name: str, of: Mapping[str, ir.Table]) -> ir.Table:
    """The accepted rows of a table made by SQL, made again of these tables in place of those of the lake; nothing is written."""
    table = in_force(run)[name]
    rows = ruled(run, made.rows(run, name, table, of), table)
    settled = unique.settle(rows, run.engine.pin(unique.late(rows, table)))
    settled = settled.drop(audit.AMOUNT) if table.amount else settled
    return run.engine.pin(unique.accepted(settled, table))
