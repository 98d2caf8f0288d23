"""A whole run: steps, document, report, tracker — what `chaland run` and `chaland.run` do."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chaland.flow import card, home, report, show, tracking, undone
from chaland.flow.as_of import as_of, today
from chaland.flow.home import Home
from chaland.flow.run import STEPS, Asked, Run, opened, perform
from chaland.spec import Project, Site


@dataclass(frozen=True)
class Report:
    """What a run found: the document of `show --json`, and the HTML report."""

    document: dict[str, Any]
    path: Path


def run(project: Project, site: Site, place: Home, asked: Asked, steps: Sequence[str] = STEPS, lang: str = "en") -> Report:
    """Run the steps, write the report, and write the run down. Another run of the project at the same time is refused (Busy)."""
    tracking.check(site)
    started = datetime.now(UTC)
    with opened(project, site, place, asked) as current:
        outcomes = list(perform(current, steps))
        day = as_of(current) if current.record("prepare") else today(current)
        _cards(current, lang)
        found = show.document(current, outcomes, started, day)
        home.write_text(show.report_path(current), report.render(found, show.details(current), project, lang))
        show.keep(current, found)
        looked_at = tracking.track(current, found, started, lang)
        if looked_at:
            found["files"]["runs"] = looked_at
            show.keep(current, found)
    return Report(found, Path(found["files"]["report"]))


def undo(project: Project, site: Site, place: Home, asked: Asked, rule: str, lang: str = "en") -> Report:
    """Take a cleaning rule back, write that down, and replay."""
    with opened(project, site, place, asked) as current:
        undone.take_back(current, rule)
    return run(project, site, place, asked, lang=lang)


def _cards(current: Run, lang: str) -> None:
    trained = (current.record("train") or {"facts": {"predict": {}}})["facts"]["predict"]
    for name, told in trained.items():
        path = show.card_path(current.home, name)
        if told["kept"]:
            home.write_text(path, card.render(name, told, current.project, lang))
        else:
            with suppress(FileNotFoundError):
                path.unlink()
