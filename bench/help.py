"""How long `chaland --help` takes (goal: 300 ms), against an empty Python."""

from __future__ import annotations

import sys
from statistics import median

from bench.measure import command

TIMES = 15
GOAL = 0.3


def main() -> None:
    """Print the middle of some runs, after a first that warms the disk."""
    words = [sys.executable, "-m", "chaland", "--help"]
    assert "Usage" in command(words).printed
    told = sorted(command(words).seconds for _ in range(TIMES))
    bare = median(command([sys.executable, "-c", ""]).seconds for _ in range(TIMES))
    print(
        f"chaland --help      {median(told) * 1000:6.0f} ms (fastest {told[0] * 1000:.0f}, slowest {told[-1] * 1000:.0f}; goal ≤ {GOAL * 1000:.0f})"
    )
    print(f"python -c ''        {bare * 1000:6.0f} ms")
