"""While Spark works, tasks done of tasks in all are told."""

import time
from collections.abc import Iterator

import pyarrow as pa

from chaland.spark.watching import watched
from tests import sparking

pytestmark = sparking.LOOPBACK


def slowly(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        time.sleep(0.4)
        yield batch


def test_tasks_done_are_told_while_a_job_runs() -> None:
    from pyspark.sql import SparkSession

    sparking.needed()
    sparking.session()
    session = SparkSession.getActiveSession()
    assert session is not None
    told: list[tuple[int, int]] = []
    with watched(session, lambda done, every: told.append((done, every))):
        session.range(0, 8, 1, 8).mapInArrow(slowly, "id long").count()
    assert told
    assert told == sorted(told, key=lambda one: (one[1], one[0]))  # a count is two jobs: the second may be seen too
    assert {every for _, every in told} <= {8, 9}
    assert any(0 < done < every for done, every in told)


def test_nothing_is_told_where_nothing_runs() -> None:
    from pyspark.sql import SparkSession

    sparking.needed()
    sparking.session()
    session = SparkSession.getActiveSession()
    assert session is not None
    told: list[tuple[int, int]] = []
    with watched(session, lambda done, every: told.append((done, every))):
        time.sleep(1.2)
    assert told == []
