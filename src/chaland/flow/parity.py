"""parity: the same project on two engines, and every table of the lake compared."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import randrange
from typing import Any

from chaland import plugins
from chaland.errors import EnginesDiffer, Fault, SpecError, Where, nearest
from chaland.flow.differences import Difference, differences
from chaland.flow.home import Home, unwritable
from chaland.flow.run import STEPS, Asked, Run, closing, opened, perform
from chaland.lake import Lake
from chaland.ports import Engine
from chaland.reading import read_project
from chaland.simulate import anything
from chaland.spec import Project, Site
from chaland.spec.site import Lake as LakeSpec
from chaland.spec.site import Part

ENGINES = ("duckdb", "spark")
MADE_BY = {"raw": "ingest", "ledger": "prepare", "quarantine": "prepare", "clean": "prepare", "features": "features"} | {
    "trends": "trends",
    "forecasts": "trends",
    "segments": "segment",
    "settling": "segment",
    "lifetime": "lifetime",
    "scores": "score",
}
TOLD = ("read", "accepted", "quarantined", "merged", "reasons", "money", "audit")
COMPARED = tuple(step for step in STEPS if step != "publish")


def parity(project: Project, site: Site, place: Home, asked: Asked, engines: Sequence[str] = ENGINES) -> dict[str, Any]:
    """Run the project on each engine, in a lake of its own, and compare every table with the first engine's.

    Gives the tables with their rows and the seconds of each engine. Raises EnginesDiffer (exit 6) with what differs, in the order of
    the steps, so that one sees where it began; the lakes are then kept to be looked at, else wiped.
    """
    sides = {name: _Apart(place.root, place.project, name) for name in _named(engines)}
    with _kept_open(site, engines, place.folder / "parity"):
        facts, seconds = _each(project, site, dict(zip(sides.values(), engines, strict=True)), asked)
    asked.say("comparing")
    tables, faults = _compared(project, asked, list(sides.values()))
    faults += facts_faults(facts)
    if faults:
        next = f"The lakes are kept under {place.folder / 'parity'}."
        raise EnginesDiffer(f"{' and '.join(sides)} differ", where=Where(project.name), next=next, faults=faults)
    shutil.rmtree(place.folder / "parity", ignore_errors=True)
    return {"project": project.name, "engines": list(sides), "tables": tables, "differences": 0, "seconds": seconds}


@dataclass(frozen=True)
class _Apart(Home):
    """The home of the same project, under the same secret, for the run of one engine."""

    engine: str

    @property
    def folder(self) -> Path:
        return self.root / self.project / "parity" / self.engine


def _named(engines: Sequence[str]) -> list[str]:
    """A name for each side: its engine, numbered where one engine runs twice (does it repeat itself?)."""
    kinds = plugins.kinds("engines")
    for kind in engines:
        if kind not in kinds:
            raise SpecError(f"there is no engine {kind!r}", next=nearest(kind, kinds))
    if len(engines) < 2:
        raise SpecError("parity compares two engines", next="Name both: --engines duckdb,spark.")
    return [kind if kind not in engines[:i] else f"{kind}-{i + 1}" for i, kind in enumerate(engines)]


def _on(site: Site, kind: str) -> Site:
    """The same site with another engine, and its lake in the home folder."""
    part = site.engine if site.engine.kind == kind else Part(kind=kind)
    return site.model_copy(update={"engine": part, "lake": LakeSpec(keep_days=site.lake.keep_days)})


@contextmanager
def _kept_open(site: Site, engines: Sequence[str], folder: Path) -> Iterator[None]:
    """An engine of each kind that stays open, so that those opened meanwhile share what it started: Spark's session takes seconds."""
    with ExitStack() as opened_ones:
        for name, kind in zip(_named(engines), engines, strict=True):
            opened_ones.callback(_adapter(_on(site, kind), folder / f"open-{name}").close)
        yield


def _adapter(site: Site, staging: Path) -> Engine:
    """The site's engine; what the disk refuses is told in words."""
    module = plugins.load("engines", site.engine.kind)
    try:
        engine: Engine = module.Adapter(module.Options(**site.engine.options()), staging, site.limits)
    except OSError as error:
        raise unwritable(staging.parent, error) from error
    return engine


def _each(project: Project, site: Site, sides: Mapping[_Apart, str], asked: Asked) -> tuple[dict[str, Any], dict[str, float]]:
    """What the steps told and the seconds they took, on each side."""
    facts, seconds = {}, {}
    for side, kind in sides.items():
        asked.say(f"on {side.engine}")
        shutil.rmtree(side.folder, ignore_errors=True)
        begun = time.monotonic()
        facts[side.engine] = _ran(project, _on(site, kind), side, asked)
        seconds[side.engine] = round(time.monotonic() - begun, 3)
    return facts, seconds


def _ran(project: Project, site: Site, place: Home, asked: Asked) -> dict[str, Any]:
    """What the steps told, by step."""
    with opened(project, site, place, replace(asked, force=True)) as run:
        return {outcome.name: outcome.facts for outcome in perform(run, COMPARED)}


def _compared(project: Project, asked: Asked, sides: Sequence[_Apart]) -> tuple[list[dict[str, Any]], list[Fault]]:
    looking = replace(sides[0], engine="looking")
    try:
        with closing(Run(project, Site(), looking, asked)) as run:
            return compare(run.engine, [Lake(side.lake) for side in sides])
    finally:
        shutil.rmtree(looking.folder, ignore_errors=True)


def compare(engine: Engine, lakes: Sequence[Lake]) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Every table of the lakes with its rows, and what differs from the first lake, in the order of the steps."""
    told, faults = [], []
    for name in _in_order(lakes):
        one, differing = _table(engine, lakes, name)
        told.append(one)
        faults += [_fault(name, difference) for difference in differing]
    return told, faults


def _table(engine: Engine, lakes: Sequence[Lake], name: str) -> tuple[dict[str, Any], list[Difference]]:
    missing = [lake for lake in lakes if not lake.has(name)]
    if missing:
        return {"table": name, "rows": None}, [Difference("rows", 0, (("a table", "none"),))]
    first, *others = [lake.table(engine, name) for lake in lakes]
    found = [difference for other in others for difference in differences(first, other)]
    return {"table": name, "rows": int(first.count().to_pyarrow().as_py()), "columns": len(first.columns)}, found


def _in_order(lakes: Sequence[Lake]) -> list[str]:
    """All tables, in the order of the steps that make them."""
    steps = list(MADE_BY.values())
    return sorted({name for lake in lakes for name in lake.names()}, key=lambda name: (steps.index(_step(name)), name))


def _step(name: str) -> str:
    return MADE_BY[name.split("/", maxsplit=1)[0]]


def _fault(name: str, difference: Difference) -> Fault:
    count = f" in {difference.rows} rows" if difference.rows else ""
    pairs = "; ".join(f"{mine} | {theirs}" for mine, theirs in difference.shown)
    return Fault((name, difference.column), f"differs{count}, from the step {_step(name)} on: {pairs}")


def facts_faults(facts: Mapping[str, Any]) -> list[Fault]:
    """Where the facts of `prepare` differ that no table of the lake holds: rows by fate, money, audit."""
    first, *others = [told["prepare"]["tables"] for told in facts.values()]
    return [
        Fault((name, key), f"differs: {table[key]!r} | {other[name][key]!r}")
        for other in others
        for name, table in first.items()
        for key in TOLD
        if table[key] != other[name][key]
    ]


def fuzz(count: int, seed: int | None, site: Site, place: Home, asked: Asked, engines: Sequence[str] = ENGINES) -> dict[str, Any]:
    """Parity of `count` random projects over random data, from `seed` on (drawn where it is None).

    Raises EnginesDiffer with the seed of the first that differs; its files and lakes are kept.
    """
    first, rows = (randrange(10**9) if seed is None else seed), 0
    asked.say(f"random projects from seed {first}")
    with _kept_open(site, engines, place.folder):
        for number in range(first, first + count):
            asked.say(f"random project {number}")
            rows += _fuzzed(number, site, place.folder / str(number), asked, engines)
    return {"engines": list(engines), "projects": count, "seed": first, "rows": rows, "differences": 0}


def _fuzzed(number: int, site: Site, folder: Path, asked: Asked, engines: Sequence[str]) -> int:
    """Parity of one random project; the rows in its tables."""
    shutil.rmtree(folder, ignore_errors=True)
    project = read_project(anything.write(folder, number))
    quiet = replace(asked, data=folder, say=lambda _: None, warn=lambda _: None)
    try:
        found = parity(project, site, Home(folder / "home", project.name), quiet, engines)
    except EnginesDiffer as error:
        faults = [replace(fault, keys=(f"seed {number}", *fault.keys)) for fault in error.faults]
        raise EnginesDiffer(f"random project {number}: {error.said}", where=Where(str(folder)), next=error.next, faults=faults) from error
    shutil.rmtree(folder, ignore_errors=True)
    return sum(one["rows"] for one in found["tables"])


def lines(found: Mapping[str, Any]) -> list[str]:
    """What was found, for a terminal."""
    if "projects" in found:
        return [f"{found['projects']} random projects from seed {found['seed']}, {found['rows']} rows in their tables: no difference"]
    tables = [f"{one['table']}: {one['rows']} rows, {one['columns']} columns, equal" for one in found["tables"]]
    return [*tables, f"{' and '.join(found['engines'])}: no difference"]
