"""What is written beside made-up files: facts as JSON, rows as CSV, and each piece of dirt."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from chaland.simulate.dirt import Soiled, Stain, accounts

Codes = np.ndarray


def write_dirt(out: Path, soiled: Mapping[str, Soiled]) -> None:
    """`dirt.csv`: every piece of dirt with its file and line; `dirt.json`: what a reader should count."""
    with (out / "dirt.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [one.name for one in fields(Stain)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(stain) for one in soiled.values() for stain in one.stains)
    write_facts(out / "dirt.json", accounts(soiled))


def write_facts(path: Path, facts: Any) -> None:
    """Facts as JSON."""
    path.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_rows(path: Path, columns: Mapping[str, Any]) -> None:
    """Columns of one length as CSV."""
    pa.csv.write_csv(pa.table({name: pa.array(values) for name, values in columns.items()}), path)


def worded(codes: Codes, words: tuple[str, ...]) -> pa.Array:
    """The word of each code; a code below zero is no word."""
    there = pa.array(np.maximum(codes, 0).astype(np.int64), mask=codes < 0)
    taken: pa.Array = pa.array(words, pa.string()).take(there)
    return taken


def lines(table: pa.Table, separator: str) -> list[str]:
    """The rows of a table as lines of CSV, without a header and without quotes."""
    sink = pa.BufferOutputStream()
    options = pa.csv.WriteOptions(include_header=False, delimiter=separator, quoting_style="none")
    pa.csv.write_csv(table, sink, options)
    text: str = sink.getvalue().to_pybytes().decode()
    return text.splitlines()
