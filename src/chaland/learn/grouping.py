"""How many groups there are, if any: K-Means for every number allowed, judged by silhouette, stability and size together.

Silhouette alone finds groups in anything. So each number of groups must surely beat the silhouette that K-Means reaches, with as many
starts and in as many directions, on customers drawn without groups, in two ways: from one normal cloud with the same covariance, and
with every feature's own values and the same rank correlations, but else independent (a Gaussian copula; Cario and Nelson 1997). The
second keeps what yes/no and words bring of themselves: few places to be, each far from the next. And the groups must come out much the
same on bootstrap samples (Hennig 2007).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import threadpoolctl
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from chaland.learn.scaling import Directions

Doubles = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]
Blocks = tuple[tuple[int, ...], ...]

FIT_ROWS = 20_000
JUDGED_ROWS = 5_000
DRAWN_ROWS = 2_000
CLOUDS, COPULAS = 2, 4
ROUNDS = 4
"""How often a copula is mended: ties, of which yes/no is made, weaken the correlations that are drawn."""
STRONGEST, FAINT, MOST_WEAKENED = 0.999, 0.02, 3.0
BOOTSTRAPS = 10
STARTS, STARTS_AGAIN = 10, 3
STABLE = 0.75
"""Mean adjusted Rand index over bootstraps below which groups are taken for chance (Hennig 2007)."""
STEADY = 0.8
"""Stability below which groups are only taken where no steadier ones are real, and with a warning."""
APART, APART_OF_FEW = 0.02, 0.4
"""How far the silhouette must lie above that of customers without groups: the first, plus the second over the root of their number."""
MORE = 0.01
"""How far it must lie above that of customers drawn from fewer groups."""
ROWS_PER_GROUP, FEW = 10, 10


@dataclass(frozen=True)
class Tried:
    """One number of groups: silhouette, that of customers without groups, stability (0–1), the smallest group's share, customers judged."""

    k: int
    silhouette: float
    drawn: float
    stability: float
    smallest: float
    rows: int
    centres: Doubles

    @property
    def apart(self) -> float:
        """How far the silhouette lies above that of customers without groups."""
        return self.silhouette - self.drawn

    @property
    def real(self) -> bool:
        """Whether these groups are more than chance, small ones among them or not."""
        return self.apart >= self.margin and self.stability >= STABLE

    @property
    def margin(self) -> float:
        """How far the silhouette must lie above that of customers without these groups."""
        return APART + float(APART_OF_FEW / self.rows**0.5)

    def score(self) -> float:
        """What chooses among numbers of groups that are real."""
        return self.apart * self.stability


@dataclass(frozen=True)
class Judge:
    """Customers to be grouped, in the scaled space and along its main directions; `seed` draws everything random.

    `blocks` are the columns of the scaled space, feature by feature: those of one word feature belong together; empty, each is its own.
    """

    scaled: Doubles
    directions: Directions
    seed: int
    blocks: Blocks = ()
    by: str = "chance"

    def tried(self, low: int, high: int) -> Iterator[Tried]:
        """Every number of groups from `low` to `high` that there are enough customers for."""
        fit, judged = (self.directions.turned(self._sample(rows)) for rows in (FIT_ROWS, JUDGED_ROWS))
        without = self._without_groups()
        different = len(np.unique(judged.round(9), axis=0))
        for k in range(max(low, 2), high + 1):
            if len(fit) >= ROWS_PER_GROUP * k and different > k:
                yield self._try(k, fit, judged, without)

    def chosen(self, tried: Sequence[Tried], smallest: float) -> Tried | None:
        """The number of groups that stand farthest apart, times their stability, among those that are real and none too small: first of the
        steady ones.

        Groups that come of cutting up fewer are not chosen: they must also beat customers drawn from each smaller number of groups.
        Where the silhouette alone is to judge, the best of those that are stable and none too small.
        """
        if self.by == "silhouette":
            steady = [one for one in tried if one.stability >= STABLE and one.smallest >= smallest]
            return min(steady, key=self._rank, default=None)
        fit = sorted((one for one in tried if one.real and one.smallest >= smallest), key=self._rank)
        return next((one for one in fit if all(self._tells_more(one, simple) for simple in fit if simple.k < one.k)), None)

    def takes(self, one: Tried) -> bool:
        """Whether a number of groups may be chosen, small ones among them or not."""
        return one.stability >= STABLE if self.by == "silhouette" else one.real

    def prefers(self, one: Tried, other: Tried) -> bool:
        """Whether one number of groups would be chosen before another."""
        return self._rank(one) < self._rank(other)

    def _rank(self, one: Tried) -> tuple[bool, float, int]:
        """What is taken first sorts first: steady groups where chance judges, then those that stand farthest apart, then fewer."""
        by_chance = self.by == "chance"
        return by_chance and one.stability < STEADY, -(one.score() if by_chance else one.silhouette), one.k

    def _tells_more(self, one: Tried, simple: Tried) -> bool:
        """Whether more groups stand farther apart than in customers drawn from the fewer: by themselves, or by what they gain on the fewer.

        The second is for fewer groups that lump two together: the cloud drawn for such a pair is long, and long clouds cut up well.
        """
        with threadpoolctl.threadpool_limits(1):
            drawn = self._redrawn(simple)
            ahead = one.silhouette - self._best_in(drawn, one.k)
            if ahead >= MORE or one.silhouette <= simple.silhouette:
                return ahead >= MORE
            return ahead - (simple.silhouette - self._best_in(drawn, simple.k)) >= MORE

    def _redrawn(self, simple: Tried) -> Doubles:
        """Customers with the groups of `simple` and nothing else in them: each a normal cloud with its own covariance.

        No copula here: it would keep the two humps of a group that holds two, and with them what is to be told apart.
        """
        some = self.directions.turned(self._sample(DRAWN_ROWS))
        nearest = ((some[:, None] - simple.centres) ** 2).sum(axis=2).argmin(axis=1)
        rng = np.random.default_rng([self.seed, 3, simple.k])
        parts = [some[nearest == group] for group in range(simple.k)]
        return np.concatenate([_cloud(part, rng) if len(part) > FEW else part for part in parts])

    def _best_in(self, rows: Doubles, k: int) -> float:
        """The silhouette of `k` groups among customers that were drawn without them."""
        return _silhouette(rows, self._fitted(rows, k, STARTS).labels_)

    def _sample(self, rows: int) -> Doubles:
        """The same customers in front, however many are asked for."""
        drawn = np.random.default_rng([self.seed, 1]).permutation(len(self.scaled))[:rows]
        some: Doubles = self.scaled[self._order[np.sort(drawn)]]
        return some

    @cached_property
    def _order(self) -> Groups:
        """An order of the customers that hangs on what they are like alone: keys are pseudonyms, and another secret must not mean other groups."""
        line = np.random.default_rng([self.seed, 5]).standard_normal(self.scaled.shape[1])
        order: Groups = (self.scaled * line).sum(axis=1).argsort(kind="stable")
        return order

    def _try(self, k: int, fit: Doubles, judged: Doubles, without: list[Doubles]) -> Tried:
        with threadpoolctl.threadpool_limits(1):
            return self._judged(k, fit, judged, without)

    def _judged(self, k: int, fit: Doubles, judged: Doubles, without: list[Doubles]) -> Tried:
        model = self._fitted(fit, k, STARTS)
        found = model.predict(judged)
        silhouette = _silhouette(judged, found)
        drawn = [self._best_in(rows, k) for rows in without]
        smallest = np.bincount(model.labels_, minlength=k).min() / len(fit)
        return Tried(k, silhouette, max(drawn), self._stability(k, judged, found), float(smallest), len(judged), model.cluster_centers_)

    def _stability(self, k: int, judged: Doubles, found: Groups) -> float:
        rng = np.random.default_rng([self.seed, 2, k])
        again = [self._fitted(judged[rng.integers(len(judged), size=len(judged))], k, STARTS_AGAIN) for _ in range(BOOTSTRAPS)]
        return float(np.mean([adjusted_rand_score(found, model.predict(judged)) for model in again]))

    def _without_groups(self) -> list[Doubles]:
        """Customers like these, but without groups: normal clouds and copulas."""
        some, rng = self._sample(DRAWN_ROWS), np.random.default_rng([self.seed, 4])
        clouds = [_normal(self.directions.turned(some), rng) for _ in range(CLOUDS)]
        copulas = [_copula(some, rng, self.blocks) for _ in range(COPULAS)]
        return clouds + [Directions.fit(drawn, self.directions.kept, self.directions.count).turned(drawn) for drawn in copulas]

    def _fitted(self, rows: Doubles, k: int, starts: int) -> KMeans:
        return KMeans(k, n_init=starts, random_state=self.seed).fit(rows)


def _silhouette(rows: Doubles, found: Groups) -> float:
    return float(silhouette_score(rows, found)) if 1 < len(np.unique(found)) < len(rows) else 0.0


def _cloud(rows: Doubles, rng: np.random.Generator) -> Doubles:
    """As many customers, from one normal cloud with the same middle and covariance."""
    axes = Directions.fit(rows, 1.0)
    return _normal(axes.turned(rows), rng) @ axes.axes.T + axes.mean


def _normal(rows: Doubles, rng: np.random.Generator) -> Doubles:
    """As many customers, from one normal cloud with the same covariance (`rows` are principal components)."""
    drawn: Doubles = rng.standard_normal(rows.shape) * rows.std(axis=0)
    return drawn


def _copula(rows: Doubles, rng: np.random.Generator, blocks: Blocks = ()) -> Doubles:
    """As many customers, with the values of each feature and the rank correlations between them, but no other dependence."""
    blocks = blocks or tuple((column,) for column in range(rows.shape[1]))
    scores = _scores(rows, blocks)
    order = scores.argsort(axis=0, kind="stable")
    places = _places(scores, np.take_along_axis(scores, order, axis=0), rng.standard_normal(scores.shape))
    picked = np.take_along_axis(order, places, axis=0)
    drawn = np.empty_like(rows)
    for nth, block in enumerate(blocks):
        drawn[:, block] = rows[picked[:, nth]][:, block]
    return drawn


def _places(scores: Doubles, ordered: Doubles, normal: Doubles) -> Groups:
    """Which of the `ordered` values each drawn customer takes, so that they correlate as `scores` do."""
    wanted = latent = _rank_correlations(scores)
    places = _ranks(normal @ _root(latent))
    for _ in range(ROUNDS):
        told = _rank_correlations(np.take_along_axis(ordered, places, axis=0))
        weakened = np.clip(latent / np.where(np.abs(told) > FAINT, told, np.inf), 1.0, MOST_WEAKENED)
        latent = np.clip(latent + (wanted - told) * weakened, -STRONGEST, STRONGEST)
        places = _ranks(normal @ _root(latent))
    return places


def _scores(rows: Doubles, blocks: Blocks) -> Doubles:
    """One number per customer and feature: the number itself, or where the word lies along the widest direction of all."""
    widest = Directions.fit(rows, 0.0).turned(rows)[:, 0]
    return np.column_stack([rows[:, block[0]] if len(block) == 1 else _word_scores(rows[:, block], widest) for block in blocks])


def _word_scores(marks: Doubles, widest: Doubles) -> Doubles:
    """For each customer the mean of `widest` over all who have the same word."""
    word = np.where(marks.any(axis=1), marks.argmax(axis=1), marks.shape[1])
    counts = np.bincount(word, minlength=marks.shape[1] + 1)
    means = (np.bincount(word, widest, marks.shape[1] + 1) / np.maximum(counts, 1)).round(9)
    scores: Doubles = means[word]
    return scores


def _rank_correlations(rows: Doubles) -> Doubles:
    """Spearman's, ties sharing the middle of their ranks; 0 where a column is constant."""
    ranks = np.column_stack([_shared_ranks(column) for column in rows.T])
    centred = ranks - ranks.mean(axis=0)
    sizes = np.sqrt((centred**2).sum(axis=0))
    alike: Doubles = centred.T @ centred / np.maximum(np.outer(sizes, sizes), 1e-12)
    np.fill_diagonal(alike, 1.0)
    return alike


def _shared_ranks(column: Doubles) -> Doubles:
    _, places, counts = np.unique(column, return_inverse=True, return_counts=True)
    ranks: Doubles = (np.cumsum(counts) - (counts + 1) / 2)[places]
    return ranks


def _root(alike: Doubles) -> Doubles:
    """What gives independent columns these correlations, or the nearest that there can be."""
    values, axes = np.linalg.eigh(alike)
    root = axes * np.sqrt(np.maximum(values, 0.0))
    unit: Doubles = root / np.maximum(np.sqrt((root**2).sum(axis=1)), 1e-12)[:, None]
    return unit.T


def _ranks(rows: Doubles) -> Groups:
    ranks: Groups = rows.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable").astype(np.int64)
    return ranks
