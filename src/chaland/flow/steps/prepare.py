"""prepare: raw rows → clean rows, quarantine, ledger and audit."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from chaland.flow import fingerprint, made
from chaland.flow.as_of import is_dated, today
from chaland.flow.computing import computed
from chaland.flow.ruling import ruled
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.prepare import audit, compare, contract, outliers, unique
from chaland.spec import Table
from chaland.spec.made import in_order


def inputs(run: Run) -> str:
    """The ingest that made the raw rows, and the words of the tables."""
    return fingerprint.of(run.needed("ingest")["fingerprint"], in_force(run), is_dated(run) and str(today(run)))


def prepare(run: Run) -> dict[str, Any]:
    """Clean every table; facts per table: rows by fate, money by reason, audit before and after, what moved since the last run."""
    before = (run.record("prepare") or {"facts": {"tables": {}}})["facts"]["tables"]
    files, tables = run.needed("ingest")["facts"]["tables"], in_force(run)
    told = {name: _prepare_one(run, name, tables[name], files.get(name, {"files": []}), before.get(name)) for name in in_order(tables)}
    return {"tables": {name: told[name] for name in tables}}


def _prepare_one(run: Run, name: str, table: Table, read: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    rows = made.rows(run, name, table) if table.query() else run.lake.table(run.engine, f"raw/{name}")
    with computed(run, name, table, rows):
        return _settled(run, name, table, ruled(run, rows, table), read, before)


def _settled(run: Run, name: str, table: Table, raw: ir.Table, read: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    settled = unique.settle(raw, run.engine.pin(unique.late(raw, table)))
    fates = _rows(audit.reasons(settled, table))
    settled = settled.drop(audit.AMOUNT) if table.amount else settled
    run.lake.write(run.engine, f"ledger/{name}", _ledger(settled, raw))
    run.lake.write(run.engine, f"quarantine/{name}", unique.quarantined(settled))
    _write_clean(run, name, table, settled, _staying(fates))
    found = _rows(audit.events(contract.changes(raw)))
    there = _there(table, read)
    first = _one(audit.measure(raw, there, today(run)))
    clean = run.lake.table(run.engine, f"clean/{name}")
    last = _one(audit.measure(clean, there, today(run)))
    alike = _rows(audit.alike(clean, there)) if audit.quasi(there) else []
    return _facts(there, fates, found, first | {"outliers": last["outliers"]}, last, before) | {
        "k_anonymity": alike[0] if alike else None,
        "flagged": _flagged(run, clean, table),
    }


def _flagged(run: Run, clean: ir.Table, table: Table) -> dict[str, int]:
    """Accepted rows that break a rule which only flags."""
    counts = [f'count(*) filter (where not ({rule.sql})) as "{name}"' for name, rule in table.rules.items() if rule.broken == "flag"]
    return _one(run.engine.sql(f"select {', '.join(counts)} from rows", {"rows": clean})) if counts else {}


def _there(table: Table, read: dict[str, Any]) -> Table:
    """The table without the optional columns that no file has."""
    missing = [set(entry["report"].get("missing", [])) for entry in read["files"]]
    nowhere = set.intersection(*missing) if missing else set()
    return table.model_copy(update={"columns": {name: column for name, column in table.columns.items() if name not in nowhere}})


def _write_clean(run: Run, name: str, table: Table, settled: ir.Table, rows: int) -> None:
    accepted = unique.accepted(settled, table)
    watched = outliers.watched(table)
    bounds = {}
    if watched and rows:
        quartile = _one(outliers.quartiles(accepted, watched, rows, unique.key_of(table)))
        bounds = outliers.fences(quartile, watched)
    run.lake.write(run.engine, f"clean/{name}", outliers.flag(accepted, bounds))


def _ledger(settled: ir.Table, raw: ir.Table) -> ir.Table:
    """Values changed in meaning, and rows merged into an equal one."""
    changed = contract.changes(raw)
    changed = changed.filter(changed.action != "reject")
    merged = settled.filter(settled._reason == unique.MERGED).select("_file", "_line")
    words = {"column": "*", "rule": "duplicates", "before": "", "after": "", "action": "merged"}
    return changed.union(merged.mutate(**{name: ibis.literal(word) for name, word in words.items()}))


def _facts(table: Table, fates: list[Any], found: list[Any], first: Any, last: Any, before: Any) -> dict[str, Any]:
    by_reason = {fate["_reason"]: fate["rows"] for fate in fates if fate["_reason"]}
    merged = by_reason.get(unique.MERGED, 0)
    reasons = {reason: rows for reason, rows in sorted(by_reason.items()) if reason != unique.MERGED}
    moved = compare.moved(last, before["measured"]) if before else []
    return {
        "read": first["rows"],
        "accepted": _staying(fates),
        "quarantined": sum(reasons.values()),
        "merged": merged,
        "reasons": reasons,
        "money": {fate["_reason"].lstrip("#"): _cents(fate["money"]) for fate in fates if fate["_reason"] and fate["money"] is not None},
        "worth": next((_cents(fate["money"]) for fate in fates if fate["_reason"] is None), None),
        "changes": [dict(event) for event in sorted(found, key=lambda e: (e["column"], e["rule"], e["action"]))],
        "audit": {"before": audit.score_before(first, found, by_reason, table), "after": audit.score_after(last, table)},
        "measured": last,
        "moved": [{"column": one.column, "said": one.said, "matters": one.matters} for one in moved],
    }


def _cents(amount: float | None) -> float | None:
    """An amount as it is told: it is rounded here, once."""
    return None if amount is None else round(amount, 2)


def _staying(fates: list[Any]) -> int:
    return sum(fate["rows"] for fate in fates if fate["_reason"] is None)


def _rows(table: ir.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return rows


def _one(table: ir.Table) -> dict[str, Any]:
    return _rows(table)[0]
