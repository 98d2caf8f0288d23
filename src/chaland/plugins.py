"""kind = "parquet" → sources/parquet.py; else an entry point; else the nearest word and the line that installs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_args

from chaland.errors import Fault, PartMissing, SpecError, nearest
from chaland.spec.faults import fit

Family = Literal["engines", "sources", "stores", "trackers", "features", "targets"]

CALLED: dict[Family, str] = {
    "engines": "engine",
    "sources": "source",
    "stores": "store",
    "trackers": "tracker",
    "features": "feature family",
    "targets": "target",
}
"""What one member of each family is called in a message."""

LATER: dict[Family, frozenset[str]] = {
    "engines": frozenset(),
    "sources": frozenset({"delta", "kafka"}),
    "stores": frozenset({"cassandra", "kafka", "mongodb"}),
    "trackers": frozenset(),
    "features": frozenset(),
    "targets": frozenset(),
}
"""Kinds that are planned; a kind leaves this list by getting its file."""

PIP: dict[tuple[Family, str], tuple[str, str]] = {("engines", "spark"): ("pyspark", "spark"), ("trackers", "mlflow"): ("mlflow", "mlflow")}
"""The package a shipped adapter needs and the extra that installs it: {("stores", "mongodb"): ("pymongo", "mongodb")}."""


def kinds(family: Family) -> tuple[str, ...]:
    """The kinds of a family that can be loaded, in the order of the alphabet; nothing is imported."""
    return tuple(sorted({*_shipped(family), *_foreign(family)}))


def load(family: Family, kind: str) -> ModuleType:
    """The module of one kind; SpecError where there is none, PartMissing where what it needs is not installed."""
    if kind in _shipped(family):
        return _imported(family, kind, f"chaland.{family}.{kind}")
    if kind in _foreign(family):
        return _imported(family, kind, _foreign(family)[kind].module)
    said, hint = unknown(family, kind)
    raise SpecError(said, next=hint)


def unknown(family: Family, kind: str) -> tuple[str, str]:
    """What to say of a kind that is not there, and the mend."""
    if kind in LATER[family]:
        return f"the {kind!r} {CALLED[family]} does not exist in this version yet", f"There is: {', '.join(kinds(family))}."
    return f"no {CALLED[family]} is called {kind!r}", nearest(kind, kinds(family))


def misfits(family: Family, kind: str, options: Mapping[str, Any], path: tuple[str, ...]) -> list[Fault]:
    """What is wrong with the words beside a `kind`, as its adapter's `Options` say; `path` leads to them in the file."""
    if kind not in kinds(family):
        return [Fault((*path, "kind"), *unknown(family, kind))]
    _, faults = fit(load(family, kind).Options, options)
    return [replace(fault, keys=(*path, *fault.keys)) for fault in faults]


def _imported(family: Family, kind: str, module: str) -> ModuleType:
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        package, extra = PIP.get((family, kind), (missing.name or "", ""))
        if (missing.name or "").partition(".")[0] in ("chaland", ""):
            raise
        line = f"pip install 'chaland[{extra}]'" if extra else f"pip install {package}"
        raise PartMissing(f"the {kind!r} {CALLED[family]} needs {package}", next=line) from missing


@cache
def _shipped(family: Family) -> frozenset[str]:
    assert family in get_args(Family), family
    folder = Path(__file__).parent / family
    return frozenset(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_"))


@cache
def _foreign(family: Family) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=f"chaland.{family}")}
