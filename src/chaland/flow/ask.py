"""Questions about what is in the lake: one customer, one table, rows to score."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from chaland.errors import DataError, SpecError, UnknownCustomer, nearest
from chaland.flow import png
from chaland.flow.customers import customer_key
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.prepare import contract
from chaland.spec import Predict, Segments, made

PLACE = re.compile(r"^(?P<file>.+):(?P<line>[0-9]+)$")


def customer(run: Run, id: str) -> dict[str, Any]:
    """All that is known of one customer, whose ID is as in the source files, or FILE:LINE; UnknownCustomer where there is none."""
    name = run.project.customers()
    if name is None:
        raise SpecError("the project has no table of role customers", next='Give one of its tables role = "customers".')
    table, key = in_force(run)[name], customer_key(run)
    clean = run.lake.table(run.engine, f"clean/{name}")
    found = clean.filter(clean[key] == _pseudonym(run, name, id)) if table.key() else None
    rows = found.limit(1).to_pyarrow().to_pylist() if found is not None else []
    rows = rows or _by_place(clean, id)
    if not rows:
        how = "as in the source files" if table.key() else "as FILE:LINE, the file and the line where the record begins"
        raise UnknownCustomer(f"nobody of that name is in {name!r}", next=f"Give the ID {how}; rows in quarantine are no customers.")
    return {"customer": rows[0][key], "table": name, "values": rows[0]} | _told(run, rows[0][key])


def export(run: Run, name: str, out: Path, lang: str = "en") -> int:
    """Write a lake table as CSV (safe from formulas) or Parquet, a trend as a PNG picture too, in `lang`; how many rows."""
    kind, _, of = name.partition("/")
    pictured = kind == "trends" and out.suffix.lower() == ".png"
    if out.suffix.lower() not in (".csv", ".parquet") and not pictured:
        hint = "Name a file that ends in .csv or .parquet." if kind != "trends" else "Name a file that ends in .csv, .parquet or .png."
        raise SpecError(f"cannot export to {out.name!r}", next=hint)
    if not run.lake.has(name):
        raise SpecError(f"the lake has no table {name!r}", next=nearest(name, run.lake.names()) or "Run the project first.")
    if pictured:
        told = run.needed("trends")["facts"]["trends"][of]
        png.write(run.project, of, told, lang, out)
        return int(told["rows"])
    rows = run.lake.table(run.engine, name).to_pyarrow()
    rows = rows.sort_by([(column, "ascending") for column in ("_file", "_line", rows.column_names[0]) if column in rows.column_names])
    write_rows(rows, out)
    return len(rows)


def write_rows(rows: pa.Table, out: Path) -> None:
    """Write rows as CSV (safe from formulas) or Parquet, by the ending of the name."""
    import pyarrow.csv as pcsv
    import pyarrow.parquet as pq

    try:
        if out.suffix.lower() == ".parquet":
            pq.write_table(rows, out)
        else:
            pcsv.write_csv(_formula_safe(rows), out)
    except OSError as error:
        raise DataError(f"{out.name} cannot be written: {error}", next="Name a folder that exists and that you may write to.") from error


def _formula_safe(rows: pa.Table) -> pa.Table:
    """Text that a spreadsheet would take for a formula gets a leading apostrophe (OWASP: CSV injection)."""
    import pyarrow.compute as pc

    def safe(column: pa.ChunkedArray) -> pa.ChunkedArray:
        if not pa.types.is_string(column.type):
            return column
        risky = pc.match_substring_regex(column, r"^[=+\-@\t\r]")
        return pc.if_else(pc.fill_null(risky, False), pc.binary_join_element_wise("'", column, ""), column)

    return pa.table({name: safe(rows[name]) for name in rows.column_names})


def _pseudonym(run: Run, name: str, id: str) -> str | None:
    """The pseudonym of an ID, made as in the table that is read: the key of a table made by SQL comes from there."""
    of, key = made.origin(in_force(run), name, in_force(run)[name].key() or "")
    table = in_force(run)[of]
    alone = table.model_copy(update={"columns": {key: table.columns[key]}, "rules": {}, "derive": {}})
    row = pa.table({key: [id], "_file": ["-"], "_line": [1], "_fault": pa.array([None], pa.string())})
    told: str | None = contract.enforce(run.engine.take(row), alone, run.pads).to_pyarrow()[key][0].as_py()
    return told


def _by_place(clean: Any, id: str) -> list[dict[str, Any]]:
    place = PLACE.match(id)
    if not place:
        return []
    wanted = clean.filter(
        (clean._line == int(place["line"])) & ((clean._file == place["file"]) | clean._file.endswith("/" + place["file"]))
    )
    rows: list[dict[str, Any]] = wanted.limit(1).to_pyarrow().to_pylist()
    return rows


def _told(run: Run, key: str) -> dict[str, Any]:
    """What the stores keep of a customer: scores and groups."""
    told: dict[str, Any] = {"scores": {}, "segments": {}}
    for name in _of_customers(run, run.project.predict):
        told["scores"][name] = _row(run, f"scores/{name}", key)
    for name in _of_customers(run, run.project.segments):
        row = _row(run, f"segments/{name}", key)
        told["segments"][name] = _group(run, name, row) if row and row["group"] is not None else None
    own = [name for name, words in run.project.lifetime.items() if words.of in (None, run.project.customers())]
    return told | ({"lifetime": {name: _row(run, f"lifetime/{name}", key) for name in own}} if own else {})


def _of_customers(run: Run, asked: Mapping[str, Predict] | Mapping[str, Segments]) -> list[str]:
    """The questions, or the segmentations, that are about customers and nothing else."""
    return [name for name, spec in asked.items() if run.project.entity(spec.features) == run.project.customers()]


def _group(run: Run, segments: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A group's number, its name in each language, and the scores that it was made by, if it was."""
    found = (run.record("segment") or {"facts": {"segments": {}}})["facts"]["segments"]
    names = {one["id"]: one["name"] for one in (found.get(segments) or {}).get("groups") or []}
    return {**row, "name": names.get(row["group"])}


def _row(run: Run, name: str, key: str) -> dict[str, Any] | None:
    if not run.lake.has(name):
        return None
    table, column = run.lake.table(run.engine, name), customer_key(run)
    rows = table.filter(table[column] == key).drop(column).limit(1).to_pyarrow().to_pylist()
    return rows[0] if rows else None
