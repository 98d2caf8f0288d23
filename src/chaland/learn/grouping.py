"""How many groups there are, if any: K-Means for every number allowed, judged by silhouette, stability and size together.

Silhouette alone finds groups in anything. So each number of groups must beat the silhouette that K-Means reaches on customers drawn
without groups, in two ways: from one normal cloud with the same covariance, and with every column's own values and the same rank
correlations, but else independent (a Gaussian copula). And it must come out much the same on bootstrap samples (Hennig 2007).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import threadpoolctl
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from chaland.learn.scaling import Directions

Doubles = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]

FIT_ROWS = 20_000
JUDGED_ROWS = 5_000
DRAWN_ROWS = 2_000
DRAWS = 2
BOOTSTRAPS = 10
STARTS, STARTS_AGAIN = 10, 3
STABLE = 0.75
"""Mean adjusted Rand index over bootstraps below which groups are taken for chance (Hennig 2007)."""
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
    """Customers to be grouped, in the scaled space and along its main directions; `seed` draws everything random."""

    scaled: Doubles
    directions: Directions
    seed: int

    def tried(self, low: int, high: int) -> Iterator[Tried]:
        """Every number of groups from `low` to `high` that there are enough customers for."""
        fit, judged = (self.directions.turned(self._sample(rows)) for rows in (FIT_ROWS, JUDGED_ROWS))
        without = self._without_groups()
        different = len(np.unique(judged.round(9), axis=0))
        for k in range(max(low, 2), high + 1):
            if len(fit) >= ROWS_PER_GROUP * k and different > k:
                yield self._try(k, fit, judged, without)

    def chosen(self, tried: Sequence[Tried], smallest: float) -> Tried | None:
        """The number of groups that stand farthest apart, times their stability, among those that are real and none too small.

        Groups that come of cutting up fewer are not chosen: they must also beat customers drawn from each smaller number of groups.
        """
        fit = sorted((one for one in tried if one.real and one.smallest >= smallest), key=lambda one: (-one.score(), one.k))
        return next((one for one in fit if all(self._tells_more(one, simple) for simple in fit if simple.k < one.k)), None)

    def _tells_more(self, one: Tried, simple: Tried) -> bool:
        with threadpoolctl.threadpool_limits(1):
            cloud = self._redrawn(simple)
            return one.silhouette - _silhouette(cloud, self._fitted(cloud, one.k, STARTS_AGAIN).labels_) >= MORE

    def _redrawn(self, simple: Tried) -> Doubles:
        """Customers with the groups of `simple` and nothing else in them: each a normal cloud with its own covariance."""
        some = self.directions.turned(self._sample(DRAWN_ROWS))
        nearest = ((some[:, None] - simple.centres) ** 2).sum(axis=2).argmin(axis=1)
        rng = np.random.default_rng([self.seed, 3, simple.k])
        parts = [some[nearest == group] for group in range(simple.k)]
        return np.concatenate([_cloud(part, rng) if len(part) > FEW else part for part in parts])

    def _sample(self, rows: int) -> Doubles:
        """The same customers in front, however many are asked for."""
        order = np.random.default_rng([self.seed, 1]).permutation(len(self.scaled))
        some: Doubles = self.scaled[np.sort(order[:rows])]
        return some

    def _try(self, k: int, fit: Doubles, judged: Doubles, without: list[Doubles]) -> Tried:
        with threadpoolctl.threadpool_limits(1):
            return self._judged(k, fit, judged, without)

    def _judged(self, k: int, fit: Doubles, judged: Doubles, without: list[Doubles]) -> Tried:
        model = self._fitted(fit, k, STARTS)
        found = model.predict(judged)
        silhouette = _silhouette(judged, found)
        drawn = [_silhouette(cloud, self._fitted(cloud, k, STARTS_AGAIN).labels_) for cloud in without]
        smallest = np.bincount(model.labels_, minlength=k).min() / len(fit)
        return Tried(k, silhouette, max(drawn), self._stability(k, judged, found), float(smallest), len(judged), model.cluster_centers_)

    def _stability(self, k: int, judged: Doubles, found: Groups) -> float:
        rng = np.random.default_rng([self.seed, 2, k])
        again = [self._fitted(judged[rng.integers(len(judged), size=len(judged))], k, STARTS_AGAIN) for _ in range(BOOTSTRAPS)]
        return float(np.mean([adjusted_rand_score(found, model.predict(judged)) for model in again]))

    def _without_groups(self) -> list[Doubles]:
        """Customers like these, but without groups: normal clouds and copulas."""
        some, rng = self._sample(DRAWN_ROWS), np.random.default_rng([self.seed, 4])
        turned, kept = self.directions.turned(some), self.directions.kept
        copulas = [_copula(some, rng) for _ in range(DRAWS)]
        return [_normal(turned, rng) for _ in range(DRAWS)] + [Directions.fit(drawn, kept).turned(drawn) for drawn in copulas]

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


def _copula(rows: Doubles, rng: np.random.Generator) -> Doubles:
    """As many customers, with the values of each column and its rank correlations, but no other dependence."""
    ranks = _ranks(rows + 1e-9 * rng.standard_normal(rows.shape))
    alike = 2 * np.sin(np.pi / 6 * np.corrcoef(ranks.T).reshape(rows.shape[1], -1))  # Pearson's from Spearman's (Pearson 1907)
    values, axes = np.linalg.eigh(alike)
    drawn = rng.standard_normal(rows.shape) @ (axes * np.sqrt(np.maximum(values, 0.0))).T
    picked: Doubles = np.take_along_axis(np.sort(rows, axis=0), _ranks(drawn), axis=0)
    return picked


def _ranks(rows: Doubles) -> Groups:
    ranks: Groups = rows.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable").astype(np.int64)
    return ranks
