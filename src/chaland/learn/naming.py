"""What sets each group apart, in numbers and in words, English and French."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chaland.learn.dataset import Feature
from chaland.learn.encode import Encoded
from chaland.learn.scaling import Scaling

Doubles = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]
Said = dict[str, str]

TELLING, HARDLY = 0.5, 0.25
"""From how many standard deviations on a difference is named; and at least, where nothing differs more."""
NAMED, DESCRIBED = 3, 4
MOSTLY = 0.5
THIN = "\u202f"
ORDINARY: Said = {"en": "Close to the average", "fr": "Proche de la moyenne"}
HOW_OFTEN = {"mostly": ("mostly", "surtout"), "more": ("more often", "plus souvent"), "less": ("less often", "moins souvent")}


@dataclass(frozen=True)
class Trait:
    """One feature over all groups: the distance of each group's mean from everybody's in standard deviations, and the means themselves.

    `kind` is number, truth (yes/no) or word; the means of the latter two are shares. `means` and `medians` end with everybody's.
    """

    name: str
    title: Said
    kind: str
    word: str
    distances: Doubles
    means: Doubles
    medians: Doubles

    def to_dict(self) -> dict[str, Any]:
        """One row of the profile: `values` are the distances, group by group."""
        told: dict[str, Any] = {"feature": self.name, "title": self.title, "kind": self.kind, "word": self.word or None}
        told |= {"values": _rounded(self.distances), "means": _rounded(self.means[:-1]), "mean": _rounded(self.means)[-1]}
        return told | {"medians": _rounded(self.medians[:-1]), "median": _rounded(self.medians)[-1]}


def traits(
    data: Encoded, scaling: Scaling, scaled: Doubles, found: Groups, features: Sequence[Feature], k: int | None = None
) -> list[Trait]:
    """How the groups (0 to k − 1 in `found`) differ, feature by feature, in the order of the features; `k` where the last may have nobody."""
    k = int(found.max()) + 1 if k is None else k
    numbers = [f for f in features if f.kind == "number"]
    words = [f for f in features if f.kind == "word"]
    told = [_number(numbers[one.place], data.numbers[:, one.place], scaled[:, at], found, k) for at, one in enumerate(scaling.numbers)]
    at = len(scaling.numbers)
    for one in scaling.words:
        told.append(_word(words[one.place], one.words, scaled[:, at : at + len(one.words)] > 0, found, k))
        at += len(one.words)
    order = {f.name: place for place, f in enumerate(features)}
    return sorted(told, key=lambda trait: order[trait.name])


def names(told: Sequence[Trait], k: int) -> list[Said]:
    """A name for each group from what sets it apart most; no two are equal."""
    given: list[Said] = []
    for group in range(k):
        tries = [_name(told, group, count) for count in range(NAMED, NAMED + 3)]
        fresh = next((name for name in tries if name not in given), None)
        given.append(fresh or {language: f"{text} ({group + 1})" for language, text in tries[0].items()})
    return given


def description(told: Sequence[Trait], group: int) -> Said:
    """The largest differences of one group from everybody, with their figures."""
    first = [trait for trait in _ranked(told, group) if abs(trait.distances[group]) >= HARDLY][:DESCRIBED]
    if not first:
        return ORDINARY
    english = [f"{_label(t, 'en')}: {_figure(t, group, 'en')} (everyone: {_figure(t, -1, 'en')})" for t in first]
    french = [f"{_label(t, 'fr')}{THIN}: {_figure(t, group, 'fr')} (tous{THIN}: {_figure(t, -1, 'fr')})" for t in first]
    return {"en": "; ".join(english), "fr": f"{THIN}; ".join(french)}


def _number(feature: Feature, values: npt.NDArray[np.float32], scaled: Doubles, found: Groups, k: int) -> Trait:
    known = ~np.isnan(values)
    plain = values.astype(np.float64)
    parts = [plain[known & (found == group)] for group in range(k)] + [plain[known]]
    means = np.array([part.mean() if len(part) else np.nan for part in parts])
    medians = np.array([np.median(part) if len(part) else np.nan for part in parts])
    truth = set(np.unique(plain[known])) == {0.0, 1.0}
    return Trait(feature.name, _title(feature), "truth" if truth else "number", "", _distances(scaled, found, k), means, medians)


def _word(feature: Feature, words: Sequence[str], said: npt.NDArray[np.bool_], found: Groups, k: int) -> Trait:
    """The word in whose share the groups differ most speaks for its feature."""
    distances = [_distances(column.astype(np.float64), found, k) for column in said.T]
    most = int(np.argmax([np.abs(one).max() for one in distances]))
    shares = np.array([said[found == group, most].mean() for group in range(k)] + [said[:, most].mean()])
    return Trait(feature.name, _title(feature), "word", words[most], distances[most], shares, shares)


def _distances(column: Doubles, found: Groups, k: int) -> Doubles:
    spread = float(column.std()) or 1.0
    return np.array([(column[found == group].mean() - column.mean()) / spread if (found == group).any() else np.nan for group in range(k)])


def _ranked(told: Sequence[Trait], group: int) -> list[Trait]:
    """The largest differences first; of features that part the customers in the same way, the first only."""
    different = {tuple(trait.distances.round(6)): trait for trait in reversed(told)}
    alone = [trait for trait in told if different[tuple(trait.distances.round(6))] is trait]
    return sorted(alone, key=lambda trait: -abs(round(float(trait.distances[group]), 6)))


def _name(told: Sequence[Trait], group: int, count: int) -> Said:
    ranked = _ranked(told, group)
    first = [trait for trait in ranked if abs(trait.distances[group]) >= TELLING][:count]
    first = first or [trait for trait in ranked if abs(trait.distances[group]) >= HARDLY][:1]
    if not first:
        return ORDINARY
    return {language: _phrase(first, group, language) for language in ("en", "fr")}


def _phrase(first: Sequence[Trait], group: int, language: str) -> str:
    """High evening calls, night calls; low day calls; more often international plan."""
    numbers = [trait for trait in first if trait.kind == "number"]
    high = [_small(_label(trait, language)) for trait in numbers if trait.distances[group] > 0]
    low = [_small(_label(trait, language)) for trait in numbers if trait.distances[group] < 0]
    heads = ("high ", "low ", "; ") if language == "en" else (f"niveau élevé{THIN}: ", f"niveau bas{THIN}: ", f"{THIN}; ")
    parts = [head + ", ".join(some) for head, some in zip(heads, (high, low), strict=False) if some]
    parts += [_often(trait, group, language) for trait in first if trait.kind != "number"]
    text = heads[2].join(parts)
    return text[:1].upper() + text[1:]


def _often(trait: Trait, group: int, language: str) -> str:
    degree = "less" if trait.distances[group] < 0 else "mostly" if trait.means[group] >= MOSTLY else "more"
    return f"{HOW_OFTEN[degree][language == 'fr']} {_small(_label(trait, language))}"


def _title(feature: Feature) -> Said:
    return {"en": feature.title_en, "fr": feature.title_fr}


def _label(trait: Trait, language: str) -> str:
    between = f"{THIN}: " if language == "fr" else ": "
    return f"{trait.title[language]}{between}{trait.word}" if trait.word else trait.title[language]


def _small(title: str) -> str:
    """A title within a sentence; abbreviations and names written together keep their capitals."""
    return title[:1].lower() + title[1:] if title.split(" ", maxsplit=1)[0][1:].islower() else title


def _figure(trait: Trait, group: int, language: str) -> str:
    value = float(trait.means[group])
    if trait.kind != "number":
        return f"{100 * value:.0f}{THIN if language == 'fr' else ''}%"
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
    return text if language == "en" else text.replace(",", THIN).replace(".", ",")


def _rounded(values: Doubles) -> list[float | None]:
    return [None if np.isnan(value) else float(f"{value:.6g}") for value in values]
