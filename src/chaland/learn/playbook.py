"""What to do with each group: the first play of the project whose conditions the group's profile meets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from chaland.errors import SpecError, nearest
from chaland.learn.naming import TELLING, Trait
from chaland.spec.project import Play


def chosen(
    plays: Sequence[Play], profile: Sequence[Trait], k: int, called: Sequence[str] = (), made: Collection[str] = ()
) -> list[dict[str, str] | None]:
    """For each of the `k` groups its action in English and French, or None; SpecError where a play names a feature that nobody made.

    `called` are the names of groups made by rule; `made` are features that may not be in the profile, for all customers are alike in them.
    """
    traits = {trait.name: trait for trait in profile}
    for play in plays:
        for feature in play.when:
            if feature not in traits and feature not in made:
                raise SpecError(f"the playbook asks for {feature!r}, which is no feature of these groups", next=nearest(feature, traits))
    names = called or (None,) * k
    return [
        next((_said(play) for play in plays if play.group in (None, names[group]) and _holds(play.when, traits, group)), None)
        for group in range(k)
    ]


def _holds(when: Mapping[str, str], traits: Mapping[str, Trait], group: int) -> bool:
    """A feature is high or low where the group's mean lies half a standard deviation or more from everybody's."""
    return all((_sign(traits[feature].distances[group]) if feature in traits else "middle") == side for feature, side in when.items())


def _sign(distance: Any) -> str:
    return "high" if distance >= TELLING else "low" if distance <= -TELLING else "middle"


def _said(play: Play) -> dict[str, str]:
    return {"en": play.do.en, "fr": play.do.fr}
