"""Batches travel whole, and fit what Spark was told."""

import datetime as dt
from collections.abc import Iterator

import pyarrow as pa

from chaland.spark import batches

ROWS = pa.record_batch({"a": [1, None], "b": ["é", ""]})


def lengths(given: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in given:
        yield pa.record_batch({"n": pa.array([batch.num_rows], pa.int32())})


def test_a_packed_batch_is_opened_as_it_was() -> None:
    [packed] = batches.packed(iter([ROWS]))
    with pa.ipc.open_stream(packed.column("batch")[0].as_py()) as reader:
        assert reader.read_all().to_pylist() == ROWS.to_pylist()


def test_what_a_function_gives_is_made_to_fit_the_schema() -> None:
    [told] = batches.Fitting(lengths, pa.schema([("n", pa.uint64())]))(iter([ROWS]))
    assert (told.schema.field("n").type, told.to_pylist()) == (pa.int64(), [{"n": 2}])


def test_types_that_spark_does_not_know_become_those_it_knows() -> None:
    given = {
        pa.large_string(): pa.string(),
        pa.dictionary(pa.int32(), pa.string()): pa.string(),
        pa.timestamp("ns"): pa.timestamp("us", "UTC"),
        pa.list_(pa.uint8()): pa.list_(pa.int64()),
        pa.float64(): pa.float64(),
    }
    assert {kind: batches.plain(kind) for kind in given} == given


def test_a_time_keeps_its_microseconds() -> None:
    moment = dt.datetime(2024, 3, 31, 1, 30, 0, 123456, tzinfo=dt.UTC)
    rows = pa.table({"t": pa.array([moment], pa.timestamp("us", "UTC"))})
    assert rows.cast(pa.schema([("t", batches.plain(rows.schema.field("t").type))])).to_pylist() == [{"t": moment}]
