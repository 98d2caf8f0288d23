"""Files as rows of Spark: small ones a task each, big ones in parts; every row, fault and line number as one reader would give them."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from chaland import storage
from chaland.files import far, ranges
from chaland.files.csv_reader import relative
from chaland.files.part import PART, Told, merged
from chaland.files.report import FileReport, report_batch
from chaland.ports import Reader
from chaland.spark import expressions, reading
from chaland.spark.reading import Task
from chaland.spec.site import Limits


@dataclass(frozen=True)
class Intake:
    """How files are taken in: `keep` holds on to what was read, `folder` makes a private folder, `part` is the size of a part in bytes."""

    session: SparkSession
    limits: Limits
    keep: Callable[[DataFrame], DataFrame]
    folder: Callable[[str], Path]
    part: int

    def rows(self, files: Sequence[str], reader: Reader, schema: pa.Schema) -> DataFrame:
        """The rows of all files; raises the error of the first file that cannot be read."""
        plans = self._plans(files, reader)
        found = self._read([(file, one) for file in files for one in plans.get(file, [reader])], schema)
        return self._joined(found, list(plans), reader, schema) if plans else found

    def _plans(self, files: Sequence[str], reader: Reader) -> dict[str, list[Any]]:
        """The readers of the parts of each file that is read in parts."""
        big = [file for file in files if _size(file) >= 2 * self.part] if ranges.divisible(reader) else []
        if not big:
            return {}
        planner = ranges.planner(reader, self.part)
        told = self._staged([(file, planner) for file in big], ranges.PLAN).toArrow().to_pylist()
        _refuse(told)
        found = {file: ranges.readers(planner.reader, plan) for file, plan in zip(big, _tables(told), strict=True)}
        return {file: parts for file, parts in found.items() if parts}

    def _read(self, tasks: Sequence[Task], schema: pa.Schema) -> DataFrame:
        staged = self._staged(tasks, schema)
        told = staged.select("number", "path", "error").toArrow().to_pylist()
        _refuse(told)
        paths = [row["path"] for row in told]
        struct = expressions.struct_of(schema)
        if all(paths):
            return self.session.read.schema(struct).parquet(*sorted(paths))
        return staged.mapInArrow(reading.Unpack(schema), struct)

    def _staged(self, tasks: Sequence[Task], schema: pa.Schema) -> DataFrame:
        stage = reading.Stage(tuple(tasks), schema, self.limits, str(self.folder("rows")))
        numbers = self.session.range(0, len(tasks), 1, len(tasks))
        return self.keep(numbers.mapInArrow(stage, expressions.struct_of(reading.STAGED)))

    def _joined(self, found: DataFrame, divided: Sequence[str], reader: Any, schema: pa.Schema) -> DataFrame:
        """The parts as whole files: one report each; a file whose parts cannot be judged alone is read again, whole."""
        names = {_name(file, str(reader.root)): file for file in divided}
        said = found.where(f.col("_fault") == PART).select("_said").toArrow()["_said"].to_pylist()
        told = [Told.from_json(text) for text in said]
        reports = {name: merged([one for one in told if one.report.file == name]) for name in names}
        again = [name for name, report in reports.items() if report is None]
        staying = f.col("_fault").isNull() | (f.col("_fault") != PART)
        if again:
            staying &= ~f.col("_file").isin(again)
        frames = [found.where(staying), self._reported([one for one in reports.values() if one], schema)]
        if again:
            frames.append(self._read([(names[name], reader) for name in again], schema))
        return reduce(DataFrame.unionByName, frames)

    def _reported(self, reports: Sequence[FileReport], schema: pa.Schema) -> DataFrame:
        rows = pa.Table.from_batches([report_batch(one, schema) for one in reports], schema=schema)
        return self.session.createDataFrame(rows, expressions.struct_of(schema))


def _refuse(told: Sequence[Any]) -> None:
    error = reading.first_error(told)
    if error:
        raise error


def _tables(told: Sequence[Any]) -> Iterator[pa.Table]:
    """What each task read, in the order of the tasks; small."""
    by_number: dict[int, list[Any]] = {}
    for row in told:
        by_number.setdefault(row["number"], []).append(row)
    for _, rows in sorted(by_number.items()):
        yield pq.read_table(rows[0]["path"] or io.BytesIO(b"".join(row["part"] for row in rows)))


def _size(file: str) -> int:
    if not storage.remote(file):
        return os.path.getsize(file) if os.path.exists(file) else 0
    found = storage.sized(file)
    return found.bytes if found else 0


def _name(file: str, root: str) -> str:
    return far.named(file, root) if storage.remote(file) else relative(file, root)
