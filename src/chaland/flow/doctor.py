"""What is installed, what is missing for which feature, and the line that installs it."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
from pathlib import Path
from typing import Any

from chaland.spark import doctor as spark
from chaland.spec.site import Site

NEEDED = (
    "duckdb",
    "ibis-framework",
    "sqlglot",
    "pyarrow",
    "deltalake",
    "scikit-learn",
    "lightgbm",
    "onnx",
    "onnxruntime",
    "pydantic",
    "typer",
    "rich",
)
EXTRAS = {
    "matplotlib": ("trends as PNG pictures", "pip install 'chaland[charts]'"),
    "mlflow": ("runs in MLflow", "pip install 'chaland[mlflow]'"),
    "pyspark": ("the Spark engine", "pip install 'chaland[spark]'"),
}


def examine(home: Path, site: Site | None = None) -> dict[str, Any]:
    """Versions of what is needed, extras with what they are for, and room on the disk of the home folder.

    What Spark needs beside its package; of a `site` whose engine is Spark, also what its workers have (which starts a session).
    """
    needed = {name: _version(name) for name in NEEDED}
    extras = [{"name": n, "version": _version(n), "for": what, "install": line} for n, (what, line) in EXTRAS.items()]
    standing = home if home.exists() else Path()
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "needed": needed,
        "extras": extras,
        "spark": spark.examine(site.engine.options() if site and site.engine.kind == "spark" else None),
        "disk_free_bytes": shutil.disk_usage(standing).free,
        "missing": [name for name, version in needed.items() if version is None],
    }


def lines(told: dict[str, Any]) -> list[str]:
    """The examination in words."""
    words = [f"Python {told['python']} on {told['system']}, {told['disk_free_bytes'] / 2**30:.1f} GiB free"]
    words += [f"{name} {version}" if version else f"{name} is missing: pip install chaland" for name, version in told["needed"].items()]
    words += spark.lines(told["spark"])
    return words + [
        f"{e['name']} {e['version']}: {e['for']}" if e["version"] else f"{e['name']} is not installed ({e['for']}): {e['install']}"
        for e in told["extras"]
    ]


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
