"""features: clean tables → one row per customer and family (features/FAMILY)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from chaland.flow import fingerprint
from chaland.flow.as_of import as_of, is_dated
from chaland.flow.customers import customer_key, family, history
from chaland.flow.run import Run
from chaland.history import History


def inputs(run: Run) -> str:
    """The prepared tables, the words of the families, and the day on which we stand where anything has a time."""
    return fingerprint.of(run.needed("prepare")["fingerprint"], run.project.features, is_dated(run) and str(as_of(run)))


def features(run: Run) -> dict[str, Any]:
    """Compute every family, standing on the day `as_of`."""
    past = history(run).before(as_of(run))
    return {"families": {name: _family(run, past, name) for name in run.project.features}}


def _family(run: Run, past: History, name: str) -> dict[str, Any]:
    module, options = family(run, name, settled=False)
    past, key = past.of(options.of), customer_key(run, [name])
    if hasattr(module, "settled"):
        options = module.settled(options, past, key)
    run.lake.write(run.engine, f"features/{name}", module.compute(past, options, key))
    return {"made": [asdict(made) for made in module.describe(options, past)], "words": options.written()}
