"""A few limited processes that read untrusted files, so that no file can take chaland down."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from chaland import errors, storage
from chaland.errors import ChalandError, DataError, Fault, PartMissing, Where
from chaland.files import far
from chaland.files.worker import Job

if TYPE_CHECKING:
    from chaland.ports import Reader
    from chaland.spec.site import Limits

Progress = Callable[[int, int], None]


def stage(
    files: Sequence[str], reader: Reader, schema: pa.Schema | None, folder: Path, limits: Limits, progress: Progress | None = None
) -> list[Path]:
    """Reads each of `files` with `reader` in a limited process, each into one Parquet file of `folder` (0700, files 0600).

    A file on S3 is fetched into a private folder beside its target first, by this process: the limited one has no key; it goes once read.
    `progress` is told bytes done and bytes in all. Raises the reader's own ChalandError, or a DataError that names the file
    where the process crashed, hung, or wanted more memory than `limits` allow; what was staged by this call is removed then.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    first = sum(1 for _ in folder.iterdir())
    targets = [folder / f"{first + number:06d}-{os.urandom(4).hex()}.parquet" for number in range(len(files))]
    jobs = [
        Job(number, path, reader, schema, str(target), limits.seconds)
        for number, (path, target) in enumerate(zip(files, targets, strict=True))
    ]
    try:
        with _lock:
            _Round(jobs, limits, progress).run()
    except BaseException:
        for target in targets:
            target.unlink(missing_ok=True)
            _forget(target)
        raise
    return targets


def _near(job: Job) -> Job:
    """The same job over a file of this disk."""
    if not storage.remote(job.path):
        return job
    path, reader = far.brought(job.path, job.reader, _beside(job.target))
    return replace(job, path=path, reader=reader)


def _forget(target: str | Path) -> None:
    """Wipe what was fetched for a target."""
    shutil.rmtree(_beside(target), ignore_errors=True)


def _beside(target: str | Path) -> Path:
    return Path(f"{target}.near")


_lock = threading.Lock()
_idle: dict[int, list[_Worker]] = {}


@dataclass
class _Worker:
    """A process, the line to it, and what it is doing until when."""

    process: subprocess.Popen[bytes]
    line: Connection
    memory_mib: int
    job: Job | None = None
    until: float = 0.0

    @classmethod
    def start(cls, memory_mib: int) -> _Worker:
        ours, theirs = socket.socketpair()
        number = theirs.fileno()
        command = [sys.executable, "-c", _START, str(number), str(memory_mib), *sys.path]
        with theirs:
            process = subprocess.Popen(command, pass_fds=(number,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=_environment())
        return cls(process, Connection(ours.detach()), memory_mib)

    def give(self, job: Job) -> None:
        self.job, self.until = job, time.monotonic() + job.seconds
        self.line.send(job)

    def end(self) -> int:
        """Kills the process; how it had ended by itself, or minus the signal."""
        if self.process.poll() is None:
            self.process.kill()
        self.line.close()
        return self.process.wait()


_START = "import sys; n, m, *sys.path = sys.argv[1:]; from chaland.files.worker import main; main(int(n), int(m))"


def _environment() -> dict[str, str]:
    """Nothing of ours but what finds libraries: secrets stay outside."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "LANG", "LC_ALL", "PYTHONHOME", "VIRTUAL_ENV")
    own = {name: os.environ[name] for name in kept if name in os.environ}
    return {**own, "PYTHONDONTWRITEBYTECODE": "1"}


class _Round:
    """One call of `stage`: its jobs, dealt to the workers."""

    def __init__(self, jobs: Sequence[Job], limits: Limits, progress: Progress | None) -> None:
        self._todo = deque(jobs)
        self._limits = limits
        self._tell = progress or (lambda _done, _all: None)
        self._paths = [job.path for job in jobs]
        self._sizes = [_size(path) for path in self._paths]
        self._done = 0
        self._busy: list[_Worker] = []

    def run(self) -> None:
        try:
            while self._todo or self._busy:
                self._deal()
                self._hear()
        except BaseException:
            for worker in self._busy:
                worker.end()
            raise

    def _deal(self) -> None:
        spare = _idle.setdefault(self._limits.memory_mib, [])
        while self._todo and len(self._busy) < self._limits.workers:
            worker = spare.pop() if spare else _Worker.start(self._limits.memory_mib)
            if worker.process.poll() is not None:
                worker.end()
                continue
            self._busy.append(worker)
            worker.give(self._fetched(self._todo.popleft()))

    def _fetched(self, job: Job) -> Job:
        near = _near(job)
        self._sizes[job.number] = _size(near.path)
        return near

    def _hear(self) -> None:
        patience = max(0.0, min(worker.until for worker in self._busy) - time.monotonic())
        ready = wait([worker.line for worker in self._busy], min(patience, 60.0))
        for worker in [worker for worker in self._busy if worker.line in ready]:
            self._listen(worker)
        for worker in self._busy:
            if time.monotonic() > worker.until:
                raise self._ended(worker, "time")

    def _listen(self, worker: _Worker) -> None:
        try:
            told: dict[str, Any] = json.loads(worker.line.recv_bytes())
        except (EOFError, OSError, ValueError):
            raise self._ended(worker, "") from None
        assert worker.job is not None
        size = self._sizes[worker.job.number]
        if "so_far" in told:
            self._tell(self._done + min(int(told["so_far"]), size), sum(self._sizes))
            return
        job, worker.job = worker.job, None
        if storage.remote(self._paths[job.number]):
            _forget(job.target)
        if told.get("failed") != "memory":
            self._busy.remove(worker)
            _idle[worker.memory_mib].append(worker)
        if "rows" not in told:
            raise unpacked(told["error"]) if "error" in told else _failed(job, told["failed"], told.get("said", ""), self._limits)
        self._done += size
        self._tell(self._done, sum(self._sizes))

    def _ended(self, worker: _Worker, how: str) -> ChalandError:
        assert worker.job is not None
        status = worker.end()
        if not how:
            how = {-signal.SIGXCPU: "time", -signal.SIGKILL: "memory"}.get(status, "crash")
        return _failed(worker.job, how, f"signal {-status}" if status < 0 else f"status {status}", self._limits)


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def _failed(job: Job, how: str, said: str, limits: Limits) -> ChalandError:
    file = Path(job.path).name
    if how == "memory":
        return DataError(
            f"{file} needs more than {limits.memory_mib} MiB of memory to be read.",
            where=Where(file),
            next="Split it, or raise `limits.memory_mib` in the site file if it is to be trusted.",
            code="file_memory",
        )
    if how == "time":
        return DataError(
            f"{file} was not read within {limits.seconds:g} seconds.",
            where=Where(file),
            next="Split it, or raise `limits.seconds` in the site file if it is to be trusted.",
            code="file_time",
        )
    if how == "disk":
        return PartMissing(
            f"what {file} holds cannot be staged: {said}.",
            where=Where(file),
            next="Is the disk full, or may you not write there?",
            code="disk",
        )
    return DataError(
        f"reading {file} ended with a crash ({said}).",
        where=Where(file),
        next="The file is damaged in a way no reader expects: ask for it anew, or take it out, and report it.",
        code="file_crash",
    )


def unpacked(told: dict[str, Any]) -> ChalandError:
    kind = getattr(errors, str(told["kind"]), DataError)
    made = kind if isinstance(kind, type) and issubclass(kind, ChalandError) else DataError
    faults = [Fault(tuple(f["keys"]), f["said"], f["hint"], Where(*f["where"]), f["code"]) for f in told["faults"]]
    return made(told["said"], where=Where(*told["where"]), next=told["next"], code=told["code"], faults=faults)


@atexit.register
def close() -> None:
    """Ends all idle workers; the next `stage` starts new ones."""
    for workers in _idle.values():
        while workers:
            workers.pop().end()
