"""Groups that are made by rule: their names, and what a segmentation by rule may and must say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chaland.errors import Fault, nearest
from chaland.spec.project import Features, Project, Segments

Keys = tuple[str, ...]

RFM = ("recency", "frequency", "total")
"""The features of the kind rfm that are scored."""
NEVER = "never_bought"
TITLES: Mapping[str, tuple[str, str]] = {
    "champions": ("Champions", "Champions"),
    "loyal": ("Loyal", "Fidèles"),
    "potential_loyalists": ("Potential loyalists", "Fidèles en devenir"),
    "new_customers": ("New customers", "Nouveaux clients"),
    "promising": ("Promising", "Prometteurs"),
    "need_attention": ("Need attention", "À entourer"),
    "about_to_sleep": ("About to sleep", "Près de s'endormir"),
    "at_risk": ("At risk", "À risque"),
    "cannot_lose": ("Cannot lose them", "À ne pas perdre"),
    "hibernating": ("Hibernating", "En sommeil"),
    "lost": ("Lost", "Perdus"),
    NEVER: ("Never bought", "Jamais acheté"),
}
NAMES = tuple(TITLES)
"""The names of its groups, best first; a group's number is its place here."""
FIFTHS = 5
OF_KMEANS = ("groups", "smallest", "scale", "logarithm", "directions", "judge", "seed", "minimum_events", "reliability", "validation")


def number(name: str) -> int:
    """A group's number, the same in every run: its place among the names."""
    return NAMES.index(name) + 1


def titles(name: str) -> dict[str, str]:
    """A group's name in English and in French."""
    return dict(zip(("en", "fr"), TITLES[name], strict=True))


def faults(path: Keys, project: Project, segments: Segments) -> Iterator[Fault]:
    """What does not hold together in one segmentation, by rule or not."""
    for place, play in enumerate(segments.playbook):
        at = (*path, "playbook", str(place), "group")
        if play.group is not None and segments.method != "rfm":
            yield Fault(
                at, "group names a group that is made by rule, and these are found", 'Say method = "rfm", or when = { FEATURE = … }.'
            )
        elif play.group is not None and play.group not in NAMES:
            yield Fault(at, f"there is no group {play.group!r}", nearest(play.group, NAMES))
    if segments.method == "rfm":
        yield from _rfm(path, project, segments)


def _rfm(path: Keys, project: Project, segments: Segments) -> Iterator[Fault]:
    for word in OF_KMEANS:
        if word in segments.model_fields_set:
            yield Fault((*path, word), f"{word} is for groups that are found, and these are made by rule", "Leave it out.")
    families = [name for name in segments.features if name in project.features]
    scored = [name for name in families if project.features[name].kind == "rfm"]
    if len(families) == len(segments.features) and (len(scored) != 1 or len(families) != 1):
        said = "groups by rule are made of one feature family of kind 'rfm'"
        yield Fault((*path, "features"), f"{said}, and this names {', '.join(families)}", "Name that one alone.")
    for name in scored[:1]:
        yield from _family((*path, "features"), project, name, project.features[name])


def _family(path: Keys, project: Project, name: str, family: Features) -> Iterator[Fault]:
    lacking = [one for one in RFM if ("*" not in family.columns and one not in family.columns) or one in family.except_]
    if lacking:
        yield Fault(path, f"the family {name!r} leaves out {', '.join(lacking)}", f"It must make {', '.join(RFM)}.")
    elif not _worth(project, family):
        yield Fault(path, f"the family {name!r} knows no money", 'Say amount = "COLUMN" in it, the column that says what a row is worth.')


def _worth(project: Project, family: Features) -> bool:
    """Whether the rows that the family reads are worth something; where the table cannot be known, others tell of it."""
    words = family.written()
    ranked = [name for role in ("transactions", "events") for name, table in project.tables.items() if table.role == role]
    table = project.tables.get(str(words.get("table") or next(iter(ranked), "")))
    return bool(words.get("amount")) or table is None or table.with_role("amount") is not None
