"""What the lake keeps, and what the retention lets go."""

from __future__ import annotations

import shutil
import time
from dataclasses import asdict
from typing import Any

from chaland.flow.home import Home
from chaland.lake import Lake
from chaland.spec import Site

DAY = 86_400


def tables(home: Home, site: Site, vacuum: bool) -> dict[str, Any]:
    """Every lake table with rows, bytes and versions; with `vacuum`, first drops what is older than the retention."""
    lake = Lake(home.lake)
    dropped = {"files": 0, "runs": 0}
    if vacuum:
        with home.held():
            dropped = {"files": lake.vacuum(site.lake.keep_days), "runs": _old_runs(home, site.lake.keep_days)}
    else:
        home.sweep_if_idle()
    standing = [asdict(one) for one in lake.standing()]
    return {"project": home.project, "tables": [{"table": one.pop("name"), **one} for one in standing], "dropped": dropped}


def _old_runs(home: Home, keep_days: int) -> int:
    """Drop what runs left before the retention, but the newest."""
    runs = sorted(folder for folder in home.runs.iterdir() if folder.is_dir())
    old = [folder for folder in runs[:-1] if folder.stat().st_mtime < time.time() - keep_days * DAY]
    for folder in old:
        shutil.rmtree(folder)
    return len(old)
