"""The report: one HTML file without network or scripts, in English or French, that a manager can read and believe."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from chaland.flow.report import lifetime, overview
from chaland.flow.report.groups import Groups
from chaland.flow.report.pieces import Facts, in_order
from chaland.flow.report.remarks import remarks
from chaland.flow.report.tables import Data
from chaland.flow.report.trends import Trends
from chaland.flow.report.words import Names, Words
from chaland.spec import Project


def render(document: dict[str, Any], details: dict[str, Any], project: Project, lang: str) -> str:
    """The page for a document of `show` and the facts of each step; any part of either may be missing."""
    words = Words(lang)
    document = settled(document, project)
    names = Names(project, words)
    template = pages().get_template("report.html.j2")
    return template.render(w=words, names=names, document=document, **_sections(document, details, words, names))


def settled(document: Facts, project: Project) -> dict[str, Any]:
    """The same document with tables, segments and questions in the order of the project file."""
    order = {
        "tables": project.tables,
        "trends": project.trends,
        "segments": project.segments,
        "lifetime": project.lifetime,
        "predict": project.predict,
    }
    return {**document, **{part: in_order(document.get(part) or {}, order[part]) for part in order}}


def _sections(document: Facts, details: Facts, words: Words, names: Names) -> dict[str, Any]:
    prepared, ingested = (_part(details, step, "tables") for step in ("prepare", "ingest"))
    grouped = _part(details, "segment", "segments")
    asked = overview.questions(document, details, words, names)
    lifetimes = [lifetime.view(name, told, words, names) for name, told in (document.get("lifetime") or {}).items()]
    data, groups, measured = Data(words, names), Groups(words, names), Trends(words, names)
    return {
        "warnings": remarks(overview.all_remarks(document, "warnings"), words),
        "notes": remarks(overview.all_remarks(document, "notes"), words),
        "findings": [*overview.findings(document, asked, words, names), *(one for view in lifetimes for one in view.told)],
        "tables": [
            data.view(name, told, prepared.get(name) or {}, ingested.get(name) or {})
            for name, told in (document.get("tables") or {}).items()
        ],
        "trends": [
            view
            for name, told in in_order(_part(details, "trends", "trends"), names.project.trends).items()
            if (view := measured.view(name, told))
        ],
        "groups": [groups.view(name, told, grouped.get(name) or {}) for name, told in (document.get("segments") or {}).items()],
        "lifetimes": lifetimes,
        "questions": asked,
        "steps": overview.next_steps(document, words),
        "places": overview.places(document, words),
    }


def _part(details: Facts, step: str, name: str) -> Facts:
    found: Facts = (details.get(step) or {}).get(name) or {}
    return found


@cache
def pages() -> Environment:
    """The templates; whatever is text in them is escaped."""
    return Environment(
        loader=PackageLoader("chaland.flow.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
