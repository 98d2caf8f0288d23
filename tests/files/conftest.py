"""Small files made up on the spot, read on both paths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland.files.csv_reader import CsvReader
from chaland.files.report import FileReport, reports


@dataclass
class Read:
    """What a file became: the report, the good rows, and line and fault of every row."""

    report: FileReport
    columns: list[str]
    rows: list[list[str | None]]
    lines: list[int]
    faults: list[str | None]


def table_of(reader: CsvReader, path: Path) -> Read:
    said, table = reports(pa.Table.from_batches(list(reader(str(path)))))
    names = table.column_names[:-4]
    values = [table.column(place).to_pylist() for place in range(len(names))]
    rows = [list(row) for row in zip(*values, strict=True)] if names else []
    return Read(said[0], names, rows, table.column("_line").to_pylist(), table.column("_fault").to_pylist())


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    """Writes content to a file and reads it on the fast and on the faithful path, in large and small blocks: all must agree."""

    def reading(content: bytes | str, columns: Any = None, name: str = "made.csv", **options: Any) -> Read:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        reader = CsvReader(str(tmp_path), columns, **options)
        first = table_of(reader, path)
        for other in (replace(reader, always_faithful=True), replace(reader, block=7), replace(reader, block=7, always_faithful=True)):
            again = table_of(other, path)
            assert (again.columns, again.rows, again.lines, again.faults) == (first.columns, first.rows, first.lines, first.faults)
            assert replace(again.report, path_taken="fast", examples=[]) == replace(first.report, path_taken="fast", examples=[])
        assert first.report.read == len(first.lines)
        return first

    return reading
