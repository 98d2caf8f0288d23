"""The facts of an exploration, in a few passes over the rows: gaps, spread, counts, far values, and what goes with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isfinite, sqrt
from typing import Any

import ibis.expr.types as ir

from chaland.explore.looking import Looked
from chaland.ports import Engine

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BINS, LEVELS, LISTED, FENCE = 20, 30, 12, 1.5
PAIRED = 10
"""Words that are compared with one another: those of 2 to 30 levels, the first ten."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Passes:
    """The passes over one table that is looked at."""

    engine: Engine
    looked: Looked

    def profile(self) -> dict[str, Row]:
        """Pass 1: per short name the values there are, how many different ones, and of numbers mean, ends and quantiles."""
        parts = [
            f'count("{one}") as "{one}_there", count(distinct "{one}") as "{one}_distinct"'
            for one in (*self.looked.numbers, *self.looked.words)
        ]
        for one in self.looked.numbers:
            parts.append(f'avg("{one}") as "{one}_mean", min("{one}") as "{one}_min", max("{one}") as "{one}_max"')
            parts += [f'quantile_cont("{one}", {share}) as "{one}_q{round(100 * share)}"' for share in QUANTILES]
        return _split(self._one(parts)) if parts else {}

    def spread(self, profile: Mapping[str, Row]) -> dict[str, Row]:
        """Pass 2: per number its deviation and how many lie beyond the fences (Tukey 1977: 1.5 times the box away from it)."""
        parts = []
        for one in self._live(profile):
            told = profile[one]
            low, high = fences(told)
            parts.append(f'avg(("{one}" - {_sql(told["mean"])}) * ("{one}" - {_sql(told["mean"])})) as "{one}_variance"')
            parts.append(f'cast(count_if("{one}" < {_sql(low)} or "{one}" > {_sql(high)}) as bigint) as "{one}_far"')
        return _split(self._one(parts)) if parts else {}

    def pearson(self, profile: Mapping[str, Row], spread: Mapping[str, Row]) -> dict[tuple[str, str], float]:
        """Pass 3: the correlation of each pair of numbers, over the rows that have both (Pearson 1895)."""
        live = [one for one in self._live(profile) if (spread[one]["variance"] or 0) > 0]
        parts = []
        for a, b in combinations(live, 2):
            x, y = (f'("{one}" - {_sql(profile[one]["mean"])}) / {_sql(sqrt(spread[one]["variance"]))}' for one in (a, b))
            both = f'"{a}" is not null and "{b}" is not null'
            sums = {"n": "1", "x": x, "y": y, "xx": f"{x} * {x}", "yy": f"{y} * {y}", "xy": f"{x} * {y}"}
            parts += [f'sum(case when {both} then {text} end) as "{a}{b}_{name}"' for name, text in sums.items()]
        told = _split(self._one(parts)) if parts else {}
        return {(a, b): found for a, b in combinations(live, 2) if (found := _correlated(told[f"{a}{b}"])) is not None}

    def histograms(self, profile: Mapping[str, Row]) -> dict[str, list[Row]]:
        """Pass 4: per number how many values lie in each of twenty bins between its ends (or its 5 % and 95 % marks, where these are far within)."""
        parts = []
        for one in self._live(profile):
            low, high, _ = ends(profile[one])
            place = f'least(greatest(floor(("{one}" - {_sql(low)}) / {_sql((high - low) / BINS)}), -1.0), {float(BINS)})'
            parts.append(
                f"select '{one}' as name, cast({place} as integer) as place, count(*) as n from rows where \"{one}\" is not null group by 1, 2"
            )
        found: dict[str, list[Row]] = {}
        for row in self._all(parts):
            found.setdefault(row["name"], []).append(row)
        return found

    def counts(self) -> dict[str, list[Row]]:
        """Pass 5: per word its most frequent values."""
        found = {}
        for one in self.looked.words:
            rows = self.engine.sql(f'select "{one}" as value, count(*) as n from rows where "{one}" is not null group by 1', self._tables)
            found[one] = rows.order_by(rows.n.desc(), "value").limit(LEVELS).to_pyarrow().to_pylist()
        return found

    def tables(self, words: Sequence[str]) -> dict[tuple[str, str], list[Row]]:
        """Pass 6: the cross tables of each pair of words."""
        parts = [
            f'select \'{a}\' as a, \'{b}\' as b, "{a}" as x, "{b}" as y, count(*) as n from rows where "{a}" is not null and "{b}" is not null group by 1, 2, 3, 4'
            for a, b in combinations(words, 2)
        ]
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self._all(parts):
            found.setdefault((row["a"], row["b"]), []).append(row)
        return found

    def by_word(self, word: str, profile: Mapping[str, Row]) -> list[Row]:
        """Pass 7, once per word: per level how many values of each number there are, their mean, squares, and box."""
        live = self._live(profile)
        parts = [f'"{word}" as level, count(*) as n']
        for one in live:
            centred = f'("{one}" - {_sql(profile[one]["mean"])})'
            parts.append(f'count("{one}") as "{one}_n", avg({centred}) as "{one}_mean", sum({centred} * {centred}) as "{one}_squares"')
            parts += [f'quantile_cont("{one}", {share}) as "{one}_q{round(100 * share)}"' for share in QUANTILES]
        rows = self.engine.sql(f'select {", ".join(parts)} from rows where "{word}" is not null group by 1', self._tables)
        found: list[Row] = rows.order_by(rows.n.desc(), "level").to_pyarrow().to_pylist()
        return found

    @property
    def _tables(self) -> dict[str, ir.Table]:
        return {"rows": self.looked.rows}

    def _live(self, profile: Mapping[str, Row]) -> list[str]:
        return [one for one in self.looked.numbers if profile[one]["there"] and isfinite(profile[one]["mean"])]

    def _one(self, parts: Sequence[str]) -> Row:
        found: Row = self.engine.sql(f"select {', '.join(parts)} from rows", self._tables).to_pyarrow().to_pylist()[0]
        return found

    def _all(self, parts: Sequence[str]) -> list[Row]:
        if not parts:
            return []
        rows = self.engine.sql(" union all ".join(parts), self._tables).to_pyarrow()
        return sorted(rows.to_pylist(), key=repr)


def fences(told: Row) -> tuple[float, float]:
    """Where far begins: a box and a half beyond the quartiles."""
    reach = FENCE * (told["q75"] - told["q25"])
    return told["q25"] - reach, told["q75"] + reach


def ends(told: Row) -> tuple[float, float, bool]:
    """From where to where a histogram goes, and whether values lie beyond: a few far ones must not squeeze all others into one bin."""
    low, high, middle = told["min"], told["max"], told["q95"] - told["q5"]
    cut_low, cut_high = told["q5"] - middle, told["q95"] + middle
    cut = middle > 0 and (low < cut_low or high > cut_high)
    low, high = (max(low, cut_low), min(high, cut_high)) if cut else (low, high)
    return (low, high, cut) if high > low else (low, low + 1.0, False)


def cramer(rows: Sequence[Row]) -> float | None:
    """How far two words go together, 0 to 1: Cramér's V, corrected for chance (Bergsma 2013); None where one has a single level."""
    n = sum(row["n"] for row in rows)
    across, down = _totals(rows, "x"), _totals(rows, "y")
    r, c = len(across), len(down)
    if min(r, c) < 2 or n < 2:
        return None
    seen = sum(row["n"] ** 2 / (across[row["x"]] * down[row["y"]]) for row in rows)
    phi = max(0.0, (seen - 1) - (r - 1) * (c - 1) / (n - 1))
    r_, c_ = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    least = min(r_ - 1, c_ - 1)
    return sqrt(min(phi / least, 1.0)) if least > 0 else None


def ratio(rows: Sequence[Row], number: str) -> float | None:
    """How far a word tells a number, 0 to 1: the correlation ratio, corrected for chance (Kelley 1935); None where nothing varies."""
    told = [(row[f"{number}_n"], row[f"{number}_mean"], row[f"{number}_squares"]) for row in rows if row[f"{number}_n"]]
    n, k = sum(count for count, *_ in told), len(told)
    if k < 2 or n <= k:
        return None
    mean = sum(count * at for count, at, _ in told) / n
    whole = sum(squares for *_, squares in told) - n * mean**2
    if whole <= 1e-12 * max(n * mean**2, 1.0):
        return None
    within = 1 - sum(count * (at - mean) ** 2 for count, at, _ in told) / whole
    return sqrt(min(max(1 - within * (n - 1) / (n - k), 0.0), 1.0))


def _totals(rows: Sequence[Row], side: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row[side]] = found.get(row[side], 0) + row["n"]
    return found


def _correlated(told: Row) -> float | None:
    n = int(told["n"] or 0)
    if n < 2:
        return None
    x, y = (float(told[twice] - told[once] ** 2 / n) for twice, once in (("xx", "x"), ("yy", "y")))
    if x <= 1e-12 * n or y <= 1e-12 * n:
        return None
    both = float(told["xy"] - told["x"] * told["y"] / n)
    return max(-1.0, min(1.0, both / sqrt(x * y)))


def _split(row: Row) -> dict[str, Row]:
    """`n0_mean: 3` → `{"n0": {"mean": 3}}`."""
    found: dict[str, Row] = {}
    for name, value in row.items():
        short, _, what = name.rpartition("_")
        found.setdefault(short, {})[what] = value
    return found


def _sql(number: float) -> str:
    """A float as SQL reads it: with an exponent, so that no engine takes it for a decimal."""
    return f"({number:.17e})"
