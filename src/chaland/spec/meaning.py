"""What a project means as a whole: names that must exist, words that must agree."""

from __future__ import annotations

from chaland.errors import Fault
from chaland.spec.project import Project
from chaland.spec.site import Site

Keys = tuple[str, ...]


def of_project(project: Project, doubtful: frozenset[Keys]) -> list[Fault]:
    return []


def of_site(site: Site, doubtful: frozenset[Keys]) -> list[Fault]:
    return []
