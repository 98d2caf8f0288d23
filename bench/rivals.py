"""Rivals in virtual environments of their own, below .cache: they are no part of the project."""

from __future__ import annotations

import subprocess
import venv
from collections.abc import Sequence
from pathlib import Path

CACHE = Path(__file__).parent.parent / ".cache"


def environment(name: str, packages: Sequence[str]) -> Path:
    """The interpreter of an environment with exactly these packages, made the first time and whenever others are asked for."""
    home = CACHE / name
    python, made = home / "bin" / "python", home / "made.txt"
    if not made.exists() or made.read_text() != "\n".join(packages):
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
        made.write_text("\n".join(packages))
    return python
