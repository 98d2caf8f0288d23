"""How far Spark is: tasks done of the tasks that running jobs have, told twice a second while somebody waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

EVERY = 0.5


@contextmanager
def watched(session: SparkSession, tell: Callable[[int, int], None]) -> Iterator[None]:
    """Tell of the jobs of this session until the work within is done; a cluster that does not answer is not waited for."""
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(session, tell, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join(2 * EVERY)


def tasks(session: SparkSession) -> tuple[int, int]:
    """Tasks done, and all tasks, of the jobs that run."""
    tracker = session.sparkContext.statusTracker()
    jobs = [job for number in tracker.getActiveJobsIds() if (job := tracker.getJobInfo(number))]
    stages = [stage for job in jobs for number in job.stageIds if (stage := tracker.getStageInfo(number))]
    return sum(stage.numCompletedTasks for stage in stages), sum(stage.numTasks for stage in stages)


def _watch(session: SparkSession, tell: Callable[[int, int], None], over: threading.Event) -> None:
    while not over.wait(EVERY):
        try:
            done, every = tasks(session)
        except Exception:  # the driver or its JVM is going away: whoever waits for the work hears why
            return
        if every:
            tell(done, every)
