"""Seconds and peak memory of a command, with everything it starts."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BETWEEN_LOOKS = 0.02
LOOKS = 500  # of a long run fewer, so that looking does not slow it down


@dataclass(frozen=True)
class Measured:
    """What a command took: seconds by the clock, MiB at the peak (of all its processes together), and what it printed."""

    seconds: float
    peak_mib: float
    printed: str

    def __str__(self) -> str:
        return f"{self.seconds:8.2f} s {self.peak_mib:8.0f} MiB"


def python(code: str, *arguments: str) -> Measured:
    """Measure a piece of Python in a process of its own; RuntimeError where it fails."""
    return command([sys.executable, "-c", code, *arguments])


def command(words: Sequence[str]) -> Measured:
    """Measure a command; RuntimeError where it fails."""
    begun, peak = time.perf_counter(), 0.0
    # What is printed goes to a file: a pipe that nobody empties would stop the command.
    with (
        tempfile.TemporaryFile("w+") as out,
        subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT, start_new_session=True) as process,
    ):
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(max(BETWEEN_LOOKS, (time.perf_counter() - begun) / LOOKS))
        seconds = time.perf_counter() - begun
        out.seek(0)
        printed = out.read()
    if process.returncode:
        raise RuntimeError(f"{words[:3]} ended with {process.returncode}:\n{printed}")
    return Measured(seconds, peak, printed)


def own_peak_mib() -> float:
    """MiB that this process has held at its peak so far (resident, as the system counts it: KiB on Linux, bytes on macOS)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def _resident(session: int) -> float:
    """MiB that all processes of a session hold now (pages they share are counted once: PSS); 0 where the system does not tell."""
    return sum(_pss(int(folder.name)) for folder in Path("/proc").glob("[0-9]*") if _session(int(folder.name)) == session) / 1024


def _session(process: int) -> int | None:
    try:
        return os.getsid(process)
    except OSError:
        return None


def _pss(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
