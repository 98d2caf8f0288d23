"""Commands that touch no project's home: checking files, making files up."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from chaland import reading
from chaland.errors import ChalandError, SpecError, nearest
from chaland.spec import Project

NOT_A_BUSINESS = ("__init__", "dirt")


def check(names: Sequence[str]) -> dict[str, Any]:
    """Read every file; the faults of all of them are told at once."""
    told, faults = [], []
    for name in names:
        try:
            spec = reading.read_any(name)
            told.append({"file": name, "kind": "project" if isinstance(spec, Project) else "site"})
        except ChalandError as error:
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        every = [fault for error in faults for fault in error.faults]
        raise SpecError("\n".join(str(error) for error in faults)) if not every else _together(faults)
    return {"files": told}


def _together(errors: Sequence[ChalandError]) -> SpecError:
    """Several files' faults as one error, each with its file."""
    from dataclasses import replace

    faults = [replace(f, where=replace(f.where, file=f.where.file or e.where.file)) for e in errors for f in e.faults]
    return SpecError("; ".join(error.said for error in errors), where=faults[0].where, next=faults[0].hint, faults=faults)


def businesses() -> list[str]:
    """The businesses that can be made up."""
    names = (entry.name for entry in package_files("chaland.simulate").iterdir())
    return sorted(
        name[:-3] for name in names if name.endswith(".py") and name[:-3] not in NOT_A_BUSINESS and hasattr(_module(name[:-3]), "simulate")
    )


def simulate(business: str, rows: int, seed: int, out: Path) -> list[str]:
    """Write the files of a made-up business; their names."""
    if business not in businesses():
        raise SpecError(f"there is no made-up business {business!r}", next=nearest(business, businesses()))
    return [str(path) for path in _module(business).simulate(rows, seed, out)]


def _module(name: str) -> Any:
    return import_module(f"chaland.simulate.{name}")
