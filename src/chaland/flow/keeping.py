"""What the lake keeps, and what the retention lets go."""

from __future__ import annotations

import shutil
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chaland.flow.home import Home
from chaland.spec import Site

DAY = 86_400


def tables(home: Home, site: Site, vacuum: bool) -> dict[str, Any]:
    """Every lake table with rows, bytes and versions; with `vacuum`, first drops what is older than the retention."""
    lake = home.lake_of(site.lake)
    dropped = {"files": 0, "runs": 0, "reports": 0}
    if vacuum:
        with home.held():
            dropped = {"files": lake.vacuum(site.lake.keep_days), "runs": _old(home.runs, site), "reports": _old(home.reports, site)}
    else:
        home.sweep_if_idle()
    standing = [asdict(one) for one in lake.standing()]
    return {"project": home.project, "tables": [{"table": one.pop("name"), **one} for one in standing], "dropped": dropped}


def _old(folder: Path, site: Site) -> int:
    """Drop what runs left in a folder before the retention, but the newest; how many went."""
    left = sorted(path for path in folder.iterdir() if path.is_dir() or path.suffix == ".html")
    old = [path for path in left[:-1] if path.stat().st_mtime < time.time() - site.lake.keep_days * DAY]
    for path in old:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return len(old)
