"""Mutants of the nasty files, and the law that every reading of one must obey."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from chaland.errors import DataError
from chaland.files.csv_reader import CsvReader, faithful
from chaland.files.report import Bounds, FileReport, reports

_SHARP = [
    b'"',
    b"'",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\\",
    b'""',
    b"\xff",
    b"\xc3",
    b"\xe2\x82",
    b"\xef\xbb\xbf",
    b" ",
    b'",',
    b',"',
    b"\n\n",
    b"\x1f\x8b",
    b"\xff\xfe",
]
_LARGEST = 12 << 10
_BOUNDS = Bounds(row_bytes=1 << 14, file_bytes=8 << 20, columns=2000)


def mutants(nasty: Path, count: int, seed: int) -> Iterator[tuple[int, bytes]]:
    """`count` mutants, each with the seed that makes it again."""
    seeds = [path.read_bytes() for path in sorted(nasty.rglob("*")) if path.is_file() and path.suffix not in {".json", ".md"}]
    contents = [content for content in seeds if content]
    for number in range(seed, seed + count):
        yield number, _mutant(random.Random(number), contents)


def _mutant(draw: random.Random, contents: list[bytes]) -> bytes:
    content = draw.choice(contents)
    start = draw.randrange(len(content)) if len(content) > _LARGEST and draw.random() < 0.3 else 0
    data = bytearray(content[start : start + draw.choice([400, 400, 3000, _LARGEST])])
    for _ in range(draw.choice([1, 1, 2, 5, 30])):
        _change(draw, data, contents)
    return bytes(data)


def _change(draw: random.Random, data: bytearray, contents: list[bytes]) -> None:
    at = draw.randrange(len(data) + 1)
    what = draw.randrange(6)
    if what == 0:
        data[at:at] = draw.choice(_SHARP)
    elif what == 1:
        del data[at : at + draw.choice([1, 1, 2, 20, 500])]
    elif what == 2 and at < len(data):
        data[at] = draw.randrange(256)
    elif what == 3:
        data[at:at] = data[at : at + draw.choice([1, 10, 300])] * draw.choice([1, 2, 20])
    elif what == 4:
        other = draw.choice(contents)
        begin = draw.randrange(len(other))
        data[at:at] = other[begin : begin + draw.choice([10, 200, 2000])]
    elif data:
        byte = draw.choice(list(data[:200]))
        data[:] = data.replace(bytes([byte]), draw.choice(_SHARP)) if draw.random() < 0.3 else data[:at]


def check(content: bytes, path: Path, seed: int) -> None:
    """Reads a mutant on both paths, in large and small blocks: the same table or the same error, every record accounted for."""
    path.write_bytes(content)
    reader = CsvReader(str(path.parent), bounds=_BOUNDS)
    first = _told(reader, path)
    for other in (faithful(reader), CsvReader(str(path.parent), bounds=_BOUNDS, block=1 << 10)):
        assert _told(other, path) == first, f"mutant {seed} reads differently"


def _told(reader: CsvReader, path: Path) -> object:
    """What must be equal between two readings of one file."""
    try:
        said, rows = reports(pa.Table.from_batches(list(reader(str(path)))))
    except DataError as error:
        return error.code
    _account(said[0], rows)
    return said[0].read, said[0].skipped, said[0].faults, said[0].header, rows.to_pydict()


def _account(report: FileReport, rows: pa.Table) -> None:
    faults = rows.column("_fault")
    assert report.read == rows.num_rows == faults.null_count + sum(report.faults.values())
    shown = rows.filter(pa.compute.is_valid(faults)).select(list(range(rows.num_columns - 4)))
    assert all(column.null_count == shown.num_rows for column in shown.columns), "a faulty record shows values"
    lines = rows.column("_line").to_pylist()
    assert lines == sorted(lines)
    assert len(set(lines)) == len(lines)
