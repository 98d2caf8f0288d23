"""A run that kills itself (SIGKILL) at its n-th commit, in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chaland import delta
from chaland.flow import home as homes
from chaland.flow import whole
from tests.flow import shop

ROOT = Path(__file__).parents[2]


def run(folder: Path) -> None:
    """A whole run of the made-up shop."""
    whole.run(shop.spec(folder), shop.SITE, shop.home(folder), shop.asked(folder))


def run_and_die(folder: Path, at: int, after: bool) -> bool:
    """Run in a process of its own that dies just before, or just after, its commit number `at` (from 0); whether it came so far."""
    code = f"from pathlib import Path; from tests.flow import killing; killing.dying({at}, {after}); killing.run(Path({str(folder)!r}))"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == -signal.SIGKILL


def dying(at: int, after: bool) -> None:
    """Count commits (tables and files alike), and die at one of them."""
    seen = iter(range(10_000))

    def fatal(commit: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*words: Any) -> Any:
            number = next(seen)
            if number == at and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            done = commit(*words)
            if number == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return counted

    delta.write, delta.adopt = fatal(delta.write), fatal(delta.adopt)
    homes.write_bytes = fatal(homes.write_bytes)


def state(folder: Path) -> dict[str, Any]:
    """All that a run leaves, without its times and its name: tables, models, stores, reports."""
    from chaland.engines.duckdb import Adapter, Options
    from chaland.lake import Lake
    from chaland.spec.site import Limits
    from chaland.stores.sqlite import Adapter as Store
    from chaland.stores.sqlite import Options as Stored

    home = shop.home(folder)
    engine = Adapter(Options(), home.folder / "looking", Limits())
    lake = Lake(home.lake)
    tables = {name: sorted(map(str, lake.table(engine, name).to_pyarrow().to_pylist())) for name in lake.names()}
    engine.close()
    store = Store(Stored(), home.folder)
    kept = {name: store.scan(name, None, 10_000) for name in ("leaving", "segments_habits")}
    store.close()
    models = {file.name: file.read_bytes() for file in sorted(home.models.iterdir())}
    return {
        "tables": tables,
        "store": kept,
        "models": models,
        "show": _timeless(homes.read_json(home.runs / "last.json")),
        "left": _left(home),
    }


def _timeless(document: Any) -> Any:
    """The document without what differs between two equal runs."""
    if isinstance(document, dict):
        return {key: _timeless(value) for key, value in document.items() if key not in ("run", "started", "seconds", "steps", "report")}
    return [_timeless(value) for value in document] if isinstance(document, list) else document


def _report(home: Any) -> str:
    """The last report, without the run's name and figures of time."""
    last = homes.read_json(home.runs / "last.json")
    text = Path(last["files"]["report"]).read_text().replace(last["run"], "").replace(str(home.root), "")
    return re.sub(r"[0-9.,]+[\s\u00a0\u202f]*s\b", "", text)


def _left(home: Any) -> list[str]:
    return sorted(str(path.relative_to(home.folder)) for path in home.folder.rglob("*") if ".part-" in path.name or path.name == "staging")
