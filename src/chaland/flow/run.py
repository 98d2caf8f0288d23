"""One run of a project: its steps in order, each skipped where nothing it depends on has changed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis.expr.types as ir

from chaland import plugins
from chaland.errors import ChalandError, DataError, SpecError, nearest
from chaland.flow import home as homes
from chaland.flow.home import Home
from chaland.lake import Lake
from chaland.ports import Engine
from chaland.prepare import privacy
from chaland.spec import Project, Site

STEPS = ("ingest", "prepare", "trends", "features", "segment", "lifetime", "train", "score", "publish")


@dataclass(frozen=True)
class Asked:
    """What the command line asked of a run."""

    data: Path
    as_of: date | None = None
    force: bool = False
    say: Callable[[str], None] = lambda _: None
    warn: Callable[[str], None] = lambda _: None
    at: Callable[[int, int], None] = lambda *_: None


@dataclass
class Run:
    """What a step may use: the project, the site, its home, and an engine that is opened when first asked for."""

    project: Project
    site: Site
    home: Home
    asked: Asked
    id: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ"))
    opened: list[Engine] = field(default_factory=list)

    @cached_property
    def lake(self) -> Lake:
        """The project's tables."""
        return self.home.lake_of(self.site.lake)

    @cached_property
    def engine(self) -> Engine:
        """The site's engine."""
        part = self.site.engine
        module = plugins.load("engines", part.kind)
        engine: Engine = module.Adapter(module.Options(**part.options()), self.home.staging, self.site.limits, self.asked.at)
        self.opened.append(engine)
        return engine

    @cached_property
    def secret(self) -> bytes:
        """The pseudonym secret."""
        return homes.secret_of(self.home, self.asked.warn, self.lake)

    @cached_property
    def pads(self) -> ir.Table:
        """The secret's pads, as a table of the engine."""
        return self.engine.take(privacy.pads(self.secret))

    @property
    def threads(self) -> int:
        """Threads for fitting."""
        return int(self.site.engine.options().get("threads") or 2)

    def record(self, step: str) -> dict[str, Any] | None:
        """What a step last did in this lake, or None."""
        found: dict[str, Any] | None = homes.read_json(self.home.steps / f"{step}.json")
        return found if found and found.get("lake") == self.site.lake.at else None

    def needed(self, step: str) -> dict[str, Any]:
        """What an earlier step did; a DataError where it never ran."""
        found = self.record(step)
        if found is None:
            raise DataError(
                f"the step {step!r} has not run yet",
                next=f"Run `chaland {step} {self.project.name}` first, or `chaland run`.",
                code="no_run",
            )
        return found


@dataclass(frozen=True)
class Outcome:
    """What a step did: whether it was skipped, its facts for `show`, and the fingerprint of what it was made from."""

    name: str
    seconds: float
    skipped: bool
    facts: dict[str, Any]


def steps_from(only: Sequence[str], start: str | None) -> list[str]:
    """The steps asked for, in their order; a SpecError names the unknown ones."""
    asked = [*only, *([start] if start else [])]
    unknown = [step for step in asked if step not in STEPS]
    if unknown:
        raise SpecError(f"there is no step {unknown[0]!r}", next=nearest(unknown[0], STEPS))
    first = STEPS.index(start) if start else 0
    return [step for step in STEPS[first:] if not only or step in only]


def perform(run: Run, steps: Sequence[str]) -> Iterator[Outcome]:
    """Each step's outcome, as it ends."""
    for name in steps:
        run.asked.say(name)
        started = time.monotonic()
        module = import_module(f"chaland.flow.steps.{name}")
        made_from = module.inputs(run)
        before = run.record(name)
        if before and before["fingerprint"] == made_from and not run.asked.force:
            yield Outcome(name, time.monotonic() - started, True, before["facts"])
            continue
        text = _json({"fingerprint": made_from, "run": run.id, "lake": run.site.lake.at, "facts": getattr(module, name)(run)})
        homes.write_text(run.home.steps / f"{name}.json", text)
        # Read back, so that a step tells the same whether it ran or was skipped.
        yield Outcome(name, time.monotonic() - started, False, json.loads(text)["facts"])


@contextmanager
def opened(project: Project, site: Site, home: Home, asked: Asked) -> Iterator[Run]:
    """A run that holds the project until it ends."""
    with home.held(), closing(Run(project, site, home, asked)) as run:
        yield run


@contextmanager
def closing(run: Run) -> Iterator[Run]:
    """A run whose engines are closed at its end; what an engine or a disk refuses is told in words."""
    try:
        yield run
    except Exception as error:
        trouble = plugins.load("engines", run.site.engine.kind).trouble
        told = None if isinstance(error, ChalandError) else trouble(error)
        if told is None:
            raise
        raise told from error
    finally:
        for engine in run.opened:
            engine.close()


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, default=str)


@contextmanager
def asking(project: Project, site: Site, home: Home, asked: Asked) -> Iterator[Run]:
    """A run that only asks: it does not hold the project, and stages in a private folder of its own."""
    home.sweep_if_idle()
    if not home.lake.exists():
        raise DataError(f"the project {project.name!r} has not run yet", next=f"Run `chaland run {project.name}` first.", code="no_run")
    with (
        TemporaryDirectory(prefix="asking-", dir=home.folder) as folder,
        closing(Run(project, site, _Aside(home.root, home.project, Path(folder)), asked)) as run,
    ):
        yield run


@dataclass(frozen=True)
class _Aside(Home):
    """The same home with another staging folder."""

    folder_aside: Path

    @property
    def staging(self) -> Path:
        return self.folder_aside / "staging"
