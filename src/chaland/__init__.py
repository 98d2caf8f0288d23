"""chaland: customer files in; audited tables, segments, predictions and decisions out."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chaland.api import load_model, open_lake, read, run
    from chaland.errors import ChalandError
    from chaland.flow.whole import Report
    from chaland.model import Model
    from chaland.spec import Project

__version__ = "0.1.0"
__all__ = ["ChalandError", "Model", "Project", "Report", "load_model", "open_lake", "read", "run"]
_HOMES = {
    "ChalandError": "chaland.errors",
    "Model": "chaland.model",
    "Project": "chaland.spec",
    "Report": "chaland.flow.whole",
    "load_model": "chaland.api",
    "open_lake": "chaland.api",
    "read": "chaland.api",
    "run": "chaland.api",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for, so that `import chaland` is light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'chaland' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
