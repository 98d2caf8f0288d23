"""Where data and home are, from what was said and what was not."""

from __future__ import annotations

import os
from pathlib import Path

from chaland import storage
from chaland.errors import DataError, Where


def home_root(given: str | Path | None) -> Path:
    """The home folder: as given, else CHALAND_HOME, else `.chaland` in the working folder."""
    return Path(given or os.environ.get("CHALAND_HOME") or ".chaland")


def data_of(project_file: Path | None, given: str | Path | None) -> Path:
    """The data folder, or its place on S3: as given, else the project file's folder; DataError where there is none."""
    folder = Path(given) if given is not None else (project_file.parent if project_file else Path())
    if not storage.remote(folder) and not folder.is_dir():
        raise DataError(
            f"there is no folder {str(folder)!r}",
            where=Where(str(folder)),
            next="Name the folder of your files with --data.",
            code="no_data",
        )
    return folder
