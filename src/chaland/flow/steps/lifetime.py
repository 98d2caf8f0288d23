"""lifetime: clean tables → what each customer will buy and be worth (lifetime/LIFETIME), where a model foretells it better than a simple rule."""

from __future__ import annotations

from typing import Any

from chaland.flow import fingerprint
from chaland.flow.as_of import as_of
from chaland.flow.lifetimes import Lifetimes
from chaland.flow.run import Run


def inputs(run: Run) -> str:
    """The prepared tables, the words of each lifetime, and the day on which we stand."""
    asked = run.project.lifetime
    return fingerprint.of(asked and run.needed("prepare")["fingerprint"], asked, asked and str(as_of(run)))


def lifetime(run: Run) -> dict[str, Any]:
    """Fit, measure on days that were not known, and foretell, for every lifetime of the project."""
    return {"lifetime": {name: Lifetimes(run, name).told() for name in run.project.lifetime}}
