"""What an exploration of one table finds, as plain facts: columns, what goes with what, far values, and what goes with each answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chaland.explore import facts
from chaland.explore.facts import LISTED, PAIRED, Passes, Row
from chaland.explore.looking import Looked
from chaland.ports import Engine

FEW = 5
"""A value that fewer rows have is not listed: it might point at somebody."""
BOXES = 6
Facts = dict[str, Any]


def explore(engine: Engine, looked: Looked, answers: Mapping[str, str]) -> Facts:
    """The facts of a table; `answers` maps a question to the column that holds its answer."""
    passes = Passes(engine, looked)
    profile = passes.profile()
    spread, counts = passes.spread(profile), passes.counts()
    words = _comparable(profile, looked, set(answers.values()))
    by_word = {word: passes.by_word(word, profile) for word in words} if looked.seen else {}
    crossed = passes.tables(words[:PAIRED])
    pairs = [*_numbers(passes.pearson(profile, spread)), *_words(crossed), *_mixed(by_word, spread)]
    named = sorted((_named(one, looked) for one in pairs), key=lambda one: (-abs(one["value"]), one["a"], one["b"]))
    bins = passes.histograms(profile)
    return {
        "rows": looked.total,
        "looked_at": looked.seen,
        "columns": [
            *(_number(one, looked, profile, spread, bins) for one in looked.numbers),
            *(_word(one, looked, profile, counts) for one in looked.words),
        ],
        "hidden": list(looked.hidden),
        "pairs": named,
        "boxes": _boxes(pairs, by_word, profile, looked),
        "answers": {question: _Answer(column, looked, by_word, crossed).told(named) for question, column in answers.items()},
    }


def _comparable(profile: Mapping[str, Row], looked: Looked, first: Collection[str]) -> list[str]:
    """Words of a few levels, those that answer a question first."""
    found = [one for one in looked.words if 2 <= profile[one]["distinct"] <= facts.LEVELS]
    return sorted(found, key=lambda one: looked.words[one] not in first)


def _number(short: str, looked: Looked, profile: Mapping[str, Row], spread: Mapping[str, Row], bins: Mapping[str, list[Row]]) -> Facts:
    told = profile[short]
    found: Facts = {
        "name": looked.numbers[short],
        "kind": "number",
        "there": told["there"],
        "gaps": looked.seen - told["there"],
        "distinct": told["distinct"],
    }
    if short not in spread:
        return found
    low, high, _ = facts.ends(told)
    wide = (high - low) / facts.BINS
    counted = _bins(bins.get(short, []), whole=high >= told["max"])
    shape = [{"from": low + wide * place, "to": low + wide * (place + 1), "rows": counted.get(place, 0)} for place in range(facts.BINS)]
    beyond = sum(n for place, n in counted.items() if not 0 <= place < facts.BINS)
    quantiles = {key: told[key] for key in ("min", "q5", "q25", "q50", "q75", "q95", "max", "mean")}
    return found | quantiles | {"deviation": spread[short]["variance"] ** 0.5, "far": spread[short]["far"], "bins": shape, "beyond": beyond}


def _bins(rows: Sequence[Row], whole: bool) -> dict[int, int]:
    """Rows by bin; where the last bin ends with the greatest value (`whole`), that value is in it."""
    counted: dict[int, int] = {}
    for row in rows:
        place = min(row["place"], facts.BINS - 1) if whole else row["place"]
        counted[place] = counted.get(place, 0) + row["n"]
    return counted


def _word(short: str, looked: Looked, profile: Mapping[str, Row], counts: Mapping[str, list[Row]]) -> Facts:
    told = profile[short]
    listed = [row for row in counts[short] if row["n"] >= FEW][:LISTED]
    return {
        "name": looked.words[short],
        "kind": "word",
        "there": told["there"],
        "gaps": looked.seen - told["there"],
        "distinct": told["distinct"],
        "values": [{"value": row["value"], "rows": row["n"]} for row in listed],
        "others": told["there"] - sum(row["n"] for row in listed),
    }


def _numbers(found: Mapping[tuple[str, str], float]) -> list[Facts]:
    return [{"a": a, "b": b, "how": "pearson", "value": value} for (a, b), value in found.items()]


def _words(tables: Mapping[tuple[str, str], list[Row]]) -> list[Facts]:
    found = {pair: facts.cramer(rows) for pair, rows in tables.items()}
    return [{"a": a, "b": b, "how": "cramer", "value": value} for (a, b), value in found.items() if value is not None]


def _mixed(by_word: Mapping[str, list[Row]], numbers: Mapping[str, Row]) -> list[Facts]:
    found = {(number, word): facts.ratio(rows, number) for word, rows in by_word.items() for number in numbers}
    return [{"a": number, "b": word, "how": "ratio", "value": value} for (number, word), value in found.items() if value is not None]


def _named(pair: Facts, looked: Looked) -> Facts:
    names = {**looked.numbers, **looked.words}
    return {**pair, "a": names[pair["a"]], "b": names[pair["b"]]}


def _boxes(pairs: Sequence[Facts], by_word: Mapping[str, list[Row]], profile: Mapping[str, Row], looked: Looked) -> list[Facts]:
    """The numbers that a word tells best, level by level."""
    best = sorted((one for one in pairs if one["how"] == "ratio"), key=lambda one: (-one["value"], one["a"], one["b"]))[:BOXES]
    return [
        {
            "number": looked.numbers[one["a"]],
            "word": looked.words[one["b"]],
            "value": one["value"],
            "levels": [_level(row, one["a"]) for row in by_word[one["b"]] if row[f"{one['a']}_n"] >= FEW][:LISTED],
        }
        for one in best
    ]


def _level(row: Row, number: str) -> Facts:
    return {
        "level": row["level"],
        "rows": row[f"{number}_n"],
        **{key: row[f"{number}_{key}"] for key in ("q5", "q25", "q50", "q75", "q95")},
    }


@dataclass(frozen=True)
class _Answer:
    """What goes with the answer of a question."""

    column: str
    looked: Looked
    by_word: Mapping[str, list[Row]]
    crossed: Mapping[tuple[str, str], list[Row]]

    def told(self, pairs: Sequence[Facts]) -> Facts:
        """Every column that goes with it, the strongest first; of the first few how the answer lies in each level."""
        found = [one for one in pairs if self.column in (one["a"], one["b"])]
        others = [(one["b"] if one["a"] == self.column else one["a"], one) for one in found]
        return {
            "column": self.column,
            "with": [
                {"name": name, "how": one["how"], "value": one["value"], **(self._lies(name) if place < BOXES else {})}
                for place, (name, one) in enumerate(others)
            ],
        }

    def _lies(self, name: str) -> Facts:
        shorts = {column: short for short, column in (*self.looked.numbers.items(), *self.looked.words.items())}
        a, b = shorts[self.column], shorts[name]
        word, number = (a, b) if a[0] == "w" else (b, a)
        if word in self.by_word and number[0] == "n":
            levels = [_level(row, number) for row in self.by_word[word] if row[f"{number}_n"] >= FEW][:LISTED]
            return {"boxes": levels, "number": self.looked.numbers[number]}
        rows = self.crossed.get((a, b)) or [{**row, "x": row["y"], "y": row["x"]} for row in self.crossed.get((b, a), ())]
        return {"shares": _shares(rows)} if rows else {}


def _shares(rows: Sequence[Row]) -> list[Facts]:
    """Per level of the other word how many rows have each answer; the most frequent levels."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["y"], {})[row["x"]] = row["n"]
    told: list[Facts] = [{"level": level, "rows": sum(counts.values()), "answers": counts} for level, counts in found.items()]
    return sorted((one for one in told if one["rows"] >= FEW), key=lambda one: (-one["rows"], one["level"]))[:LISTED]
