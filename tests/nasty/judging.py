"""What a nasty file becomes: a line of the committed list; run as a program it prints the whole list anew."""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa

from chaland.errors import ChalandError
from chaland.files.csv_reader import CsvReader, faithful
from chaland.files.layout import NOTHING_SAID, Said
from chaland.files.report import FileReport, reports

Outcome = dict[str, Any]
POLLOCK = "pollock_polluted_sample"


def read(path: Path, root: Path, said: Said = NOTHING_SAID, slowly: bool = False) -> tuple[FileReport, pa.Table]:
    """Report and rows of one file."""
    reader = CsvReader(str(root), said=said)
    told, rows = reports(pa.Table.from_batches(list((faithful(reader) if slowly else reader)(str(path)))))
    return told[0], rows


def outcome(path: Path, root: Path) -> Outcome:
    """What the file becomes: good rows, columns, and the counts that are not zero; or the code of the error."""
    try:
        report, rows = read(path, root)
    except ChalandError as error:
        return {"error": error.code}
    assert report.read == rows.num_rows == rows.column("_fault").null_count + sum(report.faults.values())
    counts = {"faults": dict(sorted(report.faults.items())), "skipped": {name: count for name, count in report.skipped.items() if count}}
    told = {
        "rows": rows.column("_fault").null_count,
        "columns": rows.num_columns - 4,
        **{name: found for name, found in counts.items() if found},
    }
    return {**told, **({"repaired": report.repaired} if report.repaired else {})}


def good(rows: pa.Table) -> list[list[str]]:
    """The rows without fault."""
    kept = rows.filter(pa.compute.is_null(rows.column("_fault")))
    return [list(row) for row in zip(*(column.to_pylist() for column in kept.columns[:-4]), strict=True)]


def declared(parameters: Path) -> Said:
    """The dialect that Pollock's parameters tell of a file."""
    told = json.loads(parameters.read_text())
    first, count = told["preamble_lines"] + 1, told["header_lines"]
    header = tuple(range(first, first + count)) if count else False
    return Said(told["delimiter"] or None, told["quotechar"] or None, told["escapechar"], told["encoding"] or None, "", header)


def equals_clean(name: str, root: Path, said: Said) -> bool:
    """Whether a polluted file gives the table of its clean version: header and rows, none more and none less."""
    folder = root / POLLOCK
    with open(folder / "clean" / name, newline="", encoding="utf-8") as stream:
        clean = list(csv.reader(stream))
    try:
        report, rows = read(folder / "csv" / name, root, said)
    except ChalandError as error:
        return error.code == "empty" and not clean
    return ([report.header] if report.header else []) + good(rows) == clean


def files(root: Path) -> list[str]:
    """All nasty files, by their names below the folder."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(value)


def listed(root: Path) -> list[str]:
    """The lines of the list."""
    lines = [f"{json.dumps(name)} = {_toml(outcome(root / name, root))}" for name in files(root)]
    for mode in ("declared", "sniffed"):
        folder = root / POLLOCK
        said = {
            name.name: declared(folder / "parameters" / f"{name.name}_parameters.json") if mode == "declared" else NOTHING_SAID
            for name in (folder / "csv").iterdir()
        }
        unequal = sorted(name for name, how in said.items() if not equals_clean(name, root, how))
        lines += ["", f"[unequal_to_clean.{mode}]", "names = [", *(f"  {json.dumps(name)}," for name in unequal), "]"]
    return lines


if __name__ == "__main__":
    sys.stdout.write("\n".join(["[files]", *listed(Path(os.environ["CHALAND_DATA"]) / "nasty")]) + "\n")
