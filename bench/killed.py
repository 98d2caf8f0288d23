"""SIGKILL at thirty moments spread over a run, and once at every commit boundary: the next run must end as the undisturbed one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.flow import killing, shop

MOMENTS = 30
ROWS = 120
RUN = "import sys; from pathlib import Path; from tests.flow import killing; killing.run(Path(sys.argv[1]))"


def main() -> None:
    """Print how many killed runs were mended by the next one; fail at the first that was not."""
    os.environ["CHALAND_SECRET"] = "made up for the benchmark"
    with tempfile.TemporaryDirectory(prefix="chaland-killed-") as name:
        folder = Path(name)
        begun = time.perf_counter()
        _start(_shop(folder / "undisturbed")).wait()
        lasts = time.perf_counter() - begun
        whole = _state(folder / "undisturbed")
        mended = sum(_mended(folder / f"moment-{n}", lasts * (n + 0.5) / MOMENTS, whole) for n in range(MOMENTS))
        print(f"killed at {MOMENTS} moments of a run of {lasts:.1f} s: {mended} mended by the next run")
        boundaries, number = 0, 0
        while True:
            died = [_at_commit(folder / f"commit-{number}-{after}", number, after, whole) for after in (False, True)]
            if not any(died):
                break
            boundaries, number = boundaries + sum(died), number + 1
        print(f"killed before and after each of {number} commits: {boundaries} mended by the next run")


def _shop(folder: Path) -> Path:
    shop.write(folder / "data", ROWS)
    return folder / "data"


def _start(data: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", RUN, str(data)], start_new_session=True)


def _mended(folder: Path, seconds: float, whole: dict[str, Any]) -> bool:
    process = _start(_shop(folder))
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return _equal_after_next(folder, whole, f"after {seconds:.2f} s")


def _at_commit(folder: Path, number: int, after: bool, whole: dict[str, Any]) -> bool:
    data = _shop(folder)
    if not killing.run_and_die(data, number, after):
        return False
    return _equal_after_next(folder, whole, f"at commit {number}, {'after' if after else 'before'}")


def _equal_after_next(folder: Path, whole: dict[str, Any], when: str) -> bool:
    if _start(folder / "data").wait():
        raise RuntimeError(f"killed {when}: the next run failed")
    told = _state(folder)
    if told != whole:
        raise RuntimeError(f"killed {when}: {[name for name in whole if told[name] != whole[name]]} differ from the undisturbed run's")
    return True


def _state(folder: Path) -> dict[str, Any]:
    """What a run leaves, without paths, so that folders may differ."""
    told = killing.state(folder / "data")
    return told | {"show": str(told["show"]).replace(str(folder), "")}


if __name__ == "__main__":
    main()
