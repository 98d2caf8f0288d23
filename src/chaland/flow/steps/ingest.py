"""ingest: files → typed, checked, protected rows in the lake (raw/TABLE)."""

from __future__ import annotations

import json
from typing import Any

import ibis.expr.types as ir

from chaland import plugins
from chaland.flow import fingerprint
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.prepare import contract, privacy
from chaland.spec import Table

REPORT = "#report"


def inputs(run: Run) -> str:
    """The words of the tables, the secret's check value, and every file with its hash."""
    files = {name: _listed(run, table) for name, table in in_force(run).items()}
    return fingerprint.of(words(run), files, str(run.asked.data.resolve()))


def words(run: Run) -> str:
    """What the rows are made from beside the files."""
    pads = privacy.pads(run.secret).column(0)[0].as_py()
    return fingerprint.of(in_force(run), fingerprint.seal(pads))


def ingest(run: Run) -> dict[str, Any]:
    """Read every table's files; files that have not changed since they were last read are not read again."""
    before = run.record("ingest")
    known = before["facts"] if before and before["facts"]["words"] == words(run) and not run.asked.force else {"tables": {}}
    tables = {name: _ingest_one(run, name, table, known["tables"].get(name)) for name, table in in_force(run).items()}
    return {"words": words(run), "tables": tables}


def _ingest_one(run: Run, name: str, table: Table, known: dict[str, Any] | None) -> dict[str, Any]:
    found = _distinct(_listed(run, table))
    old = {entry["file"]: entry for entry in (known or {}).get("files", [])} if run.lake.has(f"raw/{name}") else {}
    same = [entry for entry in found if _unchanged(entry, old)]
    fresh = [entry["file"] for entry in found if not _unchanged(entry, old)]
    reports = {entry["file"]: old[entry["file"]]["report"] for entry in same}
    if fresh or len(same) != len(old) or not old:
        rows, told = _read(run, table, fresh)
        reports |= told
        kept = run.lake.table(run.engine, f"raw/{name}") if same else None
        run.lake.write(run.engine, f"raw/{name}", _together(rows, kept, list(reports), fresh))
    return {"files": [entry | {"report": reports[entry["file"]]} for entry in found], "same": _copies(_listed(run, table))}


def _read(run: Run, table: Table, fresh: list[str]) -> tuple[ir.Table, dict[str, Any]]:
    rows = _adapter(run, table, fresh).table(run.engine)
    told = rows.filter(rows._fault == REPORT).select("_file", "_said").to_pyarrow().to_pylist()
    reports = {row["_file"]: json.loads(row["_said"]) for row in told}
    records = rows.filter(rows._fault.isnull() | ~rows._fault.startswith("#"))
    return contract.enforce(records, table, run.pads), reports


def _together(rows: ir.Table, kept: ir.Table | None, files: list[str], fresh: list[str]) -> ir.Table:
    if kept is None:
        return rows
    staying = kept.filter(kept._file.isin(files) & kept._file.notin(fresh)) if fresh else kept.filter(kept._file.isin(files))
    return rows.union(staying.select(*rows.columns).cast(rows.schema()))


def _adapter(run: Run, table: Table, only: list[str] | None = None) -> Any:
    module = plugins.load("sources", table.source.kind)
    columns = {name: (column.names(name), column.optional) for name, column in table.columns.items()}
    words = table.source.options() | ({} if only is None else {"path": only})
    return module.Adapter(module.Options(**words), run.asked.data, columns, run.site.limits)


def _listed(run: Run, table: Table) -> list[dict[str, Any]]:
    cache = run.__dict__.setdefault("listed", {})
    key = id(table.source)
    if key not in cache:
        cache[key] = [{"file": f.name, "sha256": f.sha256, "bytes": f.bytes} for f in _adapter(run, table).files()]
    found: list[dict[str, Any]] = cache[key]
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
