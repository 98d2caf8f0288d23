"""What a reader gives: the schema of its batches, and the account of one file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

if TYPE_CHECKING:
    from chaland.spec.site import Limits

Wanted = Mapping[str, tuple[tuple[str, ...], bool]]
"""Logical column → (its alternative headers, whether it may be absent)."""

REPORT = "#report"
"""The fault of the last row of each file: its `_said` holds the FileReport as JSON."""

SERVICE = pa.schema([("_file", pa.string()), ("_line", pa.int64()), ("_fault", pa.string()), ("_said", pa.string())])
"""The columns that follow the wanted ones in every batch."""


@dataclass(frozen=True)
class Bounds:
    """What one file may use up, as plain numbers: worker processes need not load the spec."""

    row_bytes: int = 4096 << 10
    file_bytes: int = 64 << 30
    columns: int = 20000

    @classmethod
    def of(cls, limits: Limits) -> Bounds:
        """The bounds that a site file's limits ask for."""
        return cls(limits.row_kib << 10, int(limits.file_gib * (1 << 30)), limits.columns)


BOUNDS = Bounds()


@dataclass(frozen=True)
class FileReport:
    """The account of one file: what it is, how it was read, what was skipped and what was wrong.

    `read` counts every record after the header, faulty ones too; it equals the rows given for the file.
    """

    file: str
    bytes: int
    kind: Literal["csv", "parquet", "xlsx"]
    encoding: str = ""
    compression: str = ""
    separator: str = ""
    quote: str = ""
    escape: str = ""
    header: list[str] = field(default_factory=list)
    header_line: int = 0
    unnamed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    read: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    repaired: int = 0
    truncated: bool = False
    path_taken: Literal["fast", "faithful"] = "fast"
    notes: list[str] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)
    sha256: str | None = None

    def to_json(self) -> str:
        """The report as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> FileReport:
        """The report that `to_json` wrote."""
        return cls(**json.loads(text))


def schema_for(columns: Iterable[str]) -> pa.Schema:
    """The schema of a reader's batches: the columns as text, then file, line, fault and what is said of it."""
    return pa.schema([*((name, pa.string()) for name in columns), *SERVICE])


def report_batch(report: FileReport, schema: pa.Schema, fault: str = REPORT, said: str | None = None) -> pa.RecordBatch:
    """The last row of a file: nothing but its report."""
    row = {"_file": report.file, "_line": None, "_fault": fault, "_said": said or report.to_json()}
    return pa.RecordBatch.from_arrays([pa.array([row.get(f.name)], f.type) for f in schema], schema=schema)


def reports(table: pa.Table) -> tuple[list[FileReport], pa.Table]:
    """Parts the reports from the rows of a table that readers gave."""
    said = [FileReport.from_json(row) for row in _said(table)]
    mask = pa.compute.fill_null(pa.compute.not_equal(table.column("_fault"), REPORT), True)
    return said, table.filter(mask)


def _said(table: pa.Table) -> list[str]:
    texts: list[str] = table.filter(pa.compute.equal(table.column("_fault"), REPORT)).column("_said").to_pylist()
    return texts
