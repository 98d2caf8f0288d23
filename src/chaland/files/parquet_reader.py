"""The reader of Parquet files: every column cast to text, every row accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chaland.errors import DataError, Where
from chaland.files import header
from chaland.files.csv_reader import relative
from chaland.files.kinds import refuse
from chaland.files.opening import plain
from chaland.files.report import BOUNDS, Bounds, FileReport, Wanted, report_batch, schema_for

_ROWS = 65536


@dataclass(frozen=True)
class ParquetReader:
    """Reads one Parquet file: a picklable callable, path → batches, as CsvReader does; `_line` is the row from 1.

    Text of values: numbers as short as they can be (a double 17850.0 is "17850"), NaN is null, dates and times ISO 8601 (with a
    zone: UTC and "Z"), booleans "true" and "false". Raises DataError for nested or binary columns that are wanted.
    """

    root: str
    columns: Wanted | None = None
    bounds: Bounds = BOUNDS
    rows: int | None = None

    def __call__(self, path: str) -> Iterator[pa.RecordBatch]:
        """The batches of the file at `path`."""
        file = relative(path, self.root)
        stored = _opened(path, file)
        try:
            yield from self._batches(path, file, stored)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as cause:
            raise _damaged(file) from cause

    def _batches(self, path: str, file: str, stored: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
        fields = list(stored.schema_arrow)
        places, left_out = self._places(fields, file)
        schema = schema_for(places)
        used = sorted({fields[place].name for place in places.values() if place is not None})
        read = 0
        for batch in stored.iter_batches(_ROWS, columns=used):
            kept = batch if self.rows is None else batch.slice(0, self.rows - read)
            if kept.num_rows:
                texts = [None if place is None else text_of(kept.column(fields[place].name)) for place in places.values()]
                yield _row_batch(texts, schema, file, range(read, read + kept.num_rows))
            read += kept.num_rows
            if read == self.rows:
                break
        notes = [f"nested or binary columns left out: {', '.join(map(repr, left_out))}"] if left_out else []
        yield report_batch(_report(path, file, [field.name for field in fields], places, read, notes), schema)

    def _places(self, fields: list[pa.Field], file: str) -> tuple[dict[str, int | None], list[str]]:
        names = [field.name for field in fields]
        if len(names) > self.bounds.columns:
            raise DataError(
                f"{file} has {len(names)} columns; {self.bounds.columns} are allowed.",
                where=Where(file),
                next="Raise `limits.columns` in the site file if it is right.",
                code="too_wide",
            )
        if self.columns is None:
            unique = header.unique(names)
            flat = {name: place for place, name in enumerate(unique) if _is_flat(fields[place].type)}
            return dict(flat), [name for name in unique if name not in flat]
        places = header.match(names, self.columns, file, 0)
        nested = [fields[place] for place in places.values() if place is not None and not _is_flat(fields[place].type)]
        if nested:
            told = ", ".join(f"{field.name!r} ({field.type})" for field in nested)
            raise DataError(
                f"{file}: columns that hold no plain values: {told}.",
                where=Where(file),
                next="Spread them over plain columns before, or leave them out.",
                code="nested",
            )
        return places, []


def _report(path: str, file: str, names: list[str], places: dict[str, int | None], read: int, notes: list[str]) -> FileReport:
    return FileReport(
        file=file,
        bytes=Path(path).stat().st_size,
        kind="parquet",
        header=names,
        unnamed=[name for place, name in enumerate(names) if place not in places.values()],
        missing=[name for name, place in places.items() if place is None],
        read=read,
        notes=notes,
    )


def _opened(path: str, file: str) -> pq.ParquetFile:
    with plain(path, file) as stream:
        head = stream.read(1 << 12)
    if head.startswith(b"PARE"):
        raise DataError(
            f"{file} is an encrypted Parquet file.",
            where=Where(file),
            next="Decrypt it first: chaland holds no keys of yours.",
            code="encrypted",
        )
    if not head.startswith(b"PAR1"):
        refuse(head, file)
        what = "is empty" if not head else "is not a Parquet file"
        raise DataError(
            f"{file} {what}.",
            where=Where(file),
            next='Write kind = "csv" if it is text in columns.',
            code="not_parquet" if head else "empty",
        )
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as cause:
        raise _damaged(file) from cause


def _damaged(file: str) -> DataError:
    return DataError(
        f"{file} is a damaged or cut off Parquet file.", where=Where(file), next="Copy it again from where it came.", code="damaged"
    )


def _is_flat(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return not (pa.types.is_nested(inner) or pa.types.is_duration(inner) or pa.types.is_interval(inner) or _is_binary(inner))


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_fixed_size_binary(kind))


def _row_batch(texts: list[pa.Array | None], schema: pa.Schema, file: str, rows: range) -> pa.RecordBatch:
    count = len(rows)
    nulls = pa.nulls(count, pa.string())
    lines = pa.array(range(rows.start + 1, rows.stop + 1), pa.int64())
    columns = [nulls if text is None else text for text in texts]
    return pa.RecordBatch.from_arrays([*columns, pa.repeat(pa.scalar(file), count), lines, nulls, nulls], schema=schema)


def text_of(values: pa.Array) -> pa.Array:
    """The values as text."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    kind = values.type
    if pa.types.is_floating(kind):
        return _number(values)
    if pa.types.is_timestamp(kind):
        return _moment(values)
    return values.cast(pa.string())


def _number(values: pa.Array) -> pa.Array:
    """Numbers as short as they can be; whole ones without a point, however Arrow writes them; NaN is null."""
    known = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
    whole = pc.and_(pc.equal(pc.floor(known), known), pc.less(pc.abs(known), 2.0**53))
    integers = pc.cast(pc.if_else(whole, known, pa.scalar(None, values.type)), pa.int64())
    return pc.if_else(pc.fill_null(whole, False), integers.cast(pa.string()), known.cast(pa.string()))


def _moment(values: pa.Array) -> pa.Array:
    """ISO 8601, with the fraction of a second only where there is one; moments with a zone in UTC, with a Z."""
    zoned = values.type.tz is not None
    plain_ = values.cast(pa.timestamp(values.type.unit, "UTC")).cast(pa.timestamp(values.type.unit)) if zoned else values
    text = pc.strftime(plain_, format="%Y-%m-%dT%H:%M:%S")
    if values.type.unit != "s":
        text = pc.replace_substring_regex(text, r"\.0+$", "")
    return pc.binary_join_element_wise(text, "Z", "") if zoned else text
