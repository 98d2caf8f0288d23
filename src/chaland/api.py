"""What `import chaland` offers to notebooks and programs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from chaland import reading
from chaland.flow import whole
from chaland.flow.home import Home
from chaland.flow.place import data_of, home_root
from chaland.flow.run import Asked
from chaland.flow.whole import Report
from chaland.lake import Lake
from chaland.model import Model
from chaland.spec import Project

Projectlike = str | Path | Project


def read(path: str | Path) -> Project:
    """The project a file describes, or a shipped one by name; a SpecError tells all its faults."""
    return reading.read_project(reading.find_project(path))


def run(
    project: Projectlike,
    data: str | Path | None = None,
    home: str | Path | None = None,
    site: str | Path | None = None,
    as_of: date | None = None,
    force: bool = False,
    lang: str = "en",
) -> Report:
    """Run all steps of a project over the files under `data`; what was found, and where its report lies."""
    spec = project if isinstance(project, Project) else read(project)
    folder = data_of(None if isinstance(project, Project) else reading.find_project(project), data)
    return whole.run(spec, reading.read_site(site), Home(home_root(home), spec.name), Asked(folder, as_of, force), lang=lang)


class OpenLake:
    """The tables of a project's lake, for reading."""

    def __init__(self, lake: Lake, engine: Any):
        self._lake = lake
        self._engine = engine

    def table(self, name: str, version: int | None = None) -> ir.Table:
        """A table such as "clean/subscribers", now or as of a version."""
        return self._lake.table(self._engine, name, version)

    def names(self) -> list[str]:
        """All tables."""
        return self._lake.names()


def open_lake(project: Projectlike, home: str | Path | None = None, site: str | Path | None = None) -> OpenLake:
    """The lake of a project, through the site's engine."""
    import tempfile

    from chaland import plugins

    spec = project if isinstance(project, Project) else read(project)
    where = reading.read_site(site)
    module = plugins.load("engines", where.engine.kind)
    engine = module.Adapter(module.Options(**where.engine.options()), Path(tempfile.mkdtemp(prefix="chaland-")), where.limits)
    return OpenLake(Home(home_root(home), spec.name).lake_of(where.lake), engine)


def load_model(path: str | Path) -> Model:
    """A kept model; a file that chaland did not write, or that was changed, is refused."""
    return Model.from_bytes(Path(path).read_bytes())
