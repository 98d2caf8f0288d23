"""ingest: files → typed, checked, protected rows in the lake (raw/TABLE)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from chaland import plugins
from chaland.errors import DataError, Fault, Where
from chaland.flow import fingerprint
from chaland.flow.run import Run
from chaland.flow.shared import Columns, Shared
from chaland.flow.undone import in_force
from chaland.prepare import contract, dates, privacy
from chaland.spec import Table

REPORT = "#report"


def inputs(run: Run) -> str:
    """The words of the tables, the secret's check value, and every file with its hash."""
    files = {name: _listed(run, table) for name, table in _read_ones(run).items()}
    return fingerprint.of(words(run), files, str(run.asked.data.resolve()))


def words(run: Run) -> str:
    """What the rows are made from beside the files."""
    pads = privacy.pads(run.secret).column(0)[0].as_py()
    return fingerprint.of(_read_ones(run), fingerprint.seal(pads))


def ingest(run: Run) -> dict[str, Any]:
    """Read every table's files; files that have not changed since they were last read are not read again."""
    before = run.record("ingest")
    known = before["facts"] if before and before["facts"]["words"] == words(run) and not run.asked.force else {"tables": {}}
    tables = _read_ones(run)
    todo = {name: _todo(run, name, table, known["tables"].get(name)) for name, table in tables.items()}
    # Should the run end halfway, the rows in the lake are no longer those of the record.
    if any(one.changed for one in todo.values()):
        (run.home.steps / "ingest.json").unlink(missing_ok=True)
    for group in _groups(tables):
        _ingest_group(run, group, {name: todo[name] for name in group})
    return {"words": words(run), "tables": {name: todo[name].facts(_copies(_listed(run, table))) for name, table in tables.items()}}


@dataclass
class _Todo:
    """What is to be done for one table: its files, those to be read, what is known of each, and whether its rows change at all."""

    found: list[dict[str, Any]]
    fresh: list[str]
    reports: dict[str, Any]
    changed: bool

    def facts(self, same: list[list[str]]) -> dict[str, Any]:
        """The files of the table, each with its report."""
        return {"files": [entry | {"report": self.reports[entry["file"]]} for entry in self.found], "same": same}


def _todo(run: Run, name: str, table: Table, known: dict[str, Any] | None) -> _Todo:
    found = _distinct(_listed(run, table))
    old = {entry["file"]: entry for entry in (known or {}).get("files", [])} if run.lake.has(f"raw/{name}") else {}
    same = [entry["file"] for entry in found if _unchanged(entry, old)]
    fresh = [entry["file"] for entry in found if not _unchanged(entry, old)]
    return _Todo(found, fresh, {file: old[file]["report"] for file in same}, bool(fresh) or len(same) != len(old) or not old)


def _read_ones(run: Run) -> dict[str, Table]:
    """The tables that are read, not made by SQL of others."""
    return {name: table for name, table in in_force(run).items() if table.query() is None}


def _groups(tables: dict[str, Table]) -> list[dict[str, Table]]:
    """The tables that are read from the same files, together."""
    groups: dict[str, dict[str, Table]] = {}
    for name, table in tables.items():
        groups.setdefault(table.source.model_dump_json(), {})[name] = table
    return list(groups.values())


def _ingest_group(run: Run, tables: dict[str, Table], todo: dict[str, _Todo]) -> None:
    """Read the files of some tables once, and make each one's rows."""
    changed = {name: table for name, table in tables.items() if todo[name].changed}
    if not changed:
        return
    shared = Shared.of(changed)
    fresh = sorted({file for name in changed for file in todo[name].fresh})
    rows = _adapter(run, next(iter(changed.values())), shared.columns, fresh).table(run.engine)
    told = rows.filter(rows._fault == REPORT).select("_file", "_said").to_pyarrow().to_pylist()
    reports = {row["_file"]: json.loads(row["_said"]) for row in told}
    records = rows.filter(rows._fault.isnull() | ~rows._fault.startswith("#"))
    for name, table in changed.items():
        own = shared.rows(records, name)
        own = own if sorted(todo[name].fresh) == fresh else own.filter(own._file.isin(todo[name].fresh))
        todo[name].reports |= {file: shared.report(reports[file], name) for file in todo[name].fresh}
        _write(run, name, contract.enforce(own, table, run.pads), todo[name])
        _judge_dates(run, name, table, own)


def _judge_dates(run: Run, name: str, table: Table, rows: ir.Table) -> None:
    """Raises DataError where most dates of a file stand in another order than their column declares."""
    raw = run.lake.table(run.engine, f"raw/{name}")
    counts = dates.unread(raw, dates.dated(table)).to_pyarrow().to_pylist() if dates.dated(table) else [{}]
    doubtful = [column for column, count in counts[0].items() if count]
    if not doubtful:
        return
    found = dates.orders(rows, table, doubtful).to_pyarrow().to_pylist()
    faults = [_order_fault(name, table, one) for one in dates.contradictions(found, table, doubtful)]
    if faults:
        said = f"dates of the table {name!r} stand in another order than its columns declare"
        raise DataError(said, where=faults[0].where, next=faults[0].hint, code="date_order", faults=faults)


def _order_fault(name: str, table: Table, found: dates.Contradiction) -> Fault:
    declared = table.columns[found.column].date_order
    said = f"{found.file}: {found.unread} of {found.dates} dates are not read as date_order = {declared!r}, and most of them would be in another"
    mend = " or ".join(f"date_order = {order!r}" for order in found.orders)
    keys = ("tables", name, "columns", found.column)
    return Fault(keys, said, f"Say {mend}; where files differ, read them as two tables.", Where(found.file), "date_order")


def _write(run: Run, name: str, rows: ir.Table, todo: _Todo) -> None:
    kept = run.lake.table(run.engine, f"raw/{name}") if len(todo.fresh) < len(todo.found) else None
    run.lake.write(run.engine, f"raw/{name}", _together(rows, kept, list(todo.reports), todo.fresh))


def _together(rows: ir.Table, kept: ir.Table | None, files: list[str], fresh: list[str]) -> ir.Table:
    if kept is None:
        return rows
    staying = kept.filter(kept._file.isin(files) & kept._file.notin(fresh)) if fresh else kept.filter(kept._file.isin(files))
    return rows.union(staying.select(*rows.columns).cast(rows.schema()))


def _adapter(run: Run, table: Table, columns: Columns, only: list[str] | None = None) -> Any:
    module = plugins.load("sources", table.source.kind)
    words = table.source.options() | ({} if only is None else {"path": only})
    return module.Adapter(module.Options(**words), run.asked.data, columns, run.site.limits)


def _listed(run: Run, table: Table) -> list[dict[str, Any]]:
    cache = run.__dict__.setdefault("listed", {})
    key = table.source.model_dump_json()
    if key not in cache:
        cache[key] = [{"file": f.name, "sha256": f.sha256, "bytes": f.bytes} for f in _files(run, table)]
    found: list[dict[str, Any]] = cache[key]
    return found


def _files(run: Run, table: Table) -> list[Any]:
    """The files of a table; none where they are missing and need not be there."""
    try:
        found: list[Any] = _adapter(run, table, {}).files()
    except DataError as error:
        if table.optional and error.code == "no_file":
            return []
        raise
    return found


def _distinct(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each content once, under the first of its names."""
    return list({entry["sha256"]: entry for entry in reversed(found)}.values())[::-1]


def _copies(found: list[dict[str, Any]]) -> list[list[str]]:
    """Files that are the same under several names."""
    names: dict[str, list[str]] = {}
    for entry in found:
        names.setdefault(entry["sha256"], []).append(entry["file"])
    return [same for same in names.values() if len(same) > 1]


def _unchanged(entry: dict[str, Any], old: dict[str, Any]) -> bool:
    return entry["file"] in old and old[entry["file"]]["sha256"] == entry["sha256"]
