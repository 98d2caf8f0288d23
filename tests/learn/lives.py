"""Customers who buy and leave as BG/NBD says, and spend as Gamma-Gamma says: with the truth of it, and what they did afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chaland.learn.lifetime import Buying, Fitted, Histories, Spending
from chaland.learn.outlook import Kinds, Models

BUYING = {"r": 0.8, "alpha": 30.0, "a": 0.8, "b": 3.0}
SPENDING = {"p": 4.0, "q": 4.0, "v": 60.0}
AHEAD = 90


def known(values: dict[str, float]) -> Fitted:
    """Parameters that are certain."""
    return Fitted(values, dict.fromkeys(values, (0.0, 1.0)), 0.0, np.zeros((len(values), len(values))))


TRUTH = Models(Buying(known(BUYING)), Spending(known(SPENDING)))


@dataclass(frozen=True)
class Lives:
    """Every purchase: whose, on which day (from 0), and what it came to; no two of a customer on one day."""

    who: np.ndarray
    day: np.ndarray
    paid: np.ndarray
    people: int

    def until(self, day: int) -> tuple[np.ndarray, ...]:
        """For each customer who bought before the day: repeats, day of the last since the first, age, money, purchases and money of the days ahead."""
        past, future = self.day < day, (self.day >= day) & (self.day < day + AHEAD)
        count, later = (np.bincount(self.who[one], minlength=self.people) for one in (past, future))
        spent, paid = (np.bincount(self.who[one], self.paid[one], self.people) for one in (past, future))
        first, last = np.full(self.people, day), np.zeros(self.people)
        np.minimum.at(first, self.who[past], self.day[past])
        np.maximum.at(last, self.who[past], self.day[past])
        there = count > 0
        return tuple(one[there].astype(float) for one in (count - 1, last - first, day - first, spent, later, paid))

    def table(self) -> pa.Table:
        """The purchases as rows of a file."""
        days = np.datetime64("2023-01-01") + self.day.astype("timedelta64[D]")
        return pa.table({"who": [f"C{one}" for one in self.who], "day": pa.array(days, pa.date32()), "amount": np.round(self.paid, 2)})


def lived(people: int, days: int, seed: int) -> Lives:
    """So many customers over so many days; first purchases are spread over the first two thirds."""
    dice = np.random.default_rng(seed)
    rate = dice.gamma(BUYING["r"], 1 / BUYING["alpha"], people)
    leaves = dice.beta(BUYING["a"], BUYING["b"], people)
    worth = dice.gamma(SPENDING["q"], 1 / SPENDING["v"], people)
    now, there, who, day = dice.uniform(0, days * 2 / 3, people), np.arange(people), [], []
    while len(there):
        who.append(there)
        day.append(np.floor(now[there]))
        # After each purchase but the first one may leave.
        stays = there if len(who) == 1 else there[dice.random(len(there)) >= leaves[there]]
        now[stays] += dice.exponential(1 / np.maximum(rate[stays], 1e-12))
        there = stays[now[stays] < days]
    pairs = np.unique(np.column_stack([np.concatenate(who), np.concatenate(day).astype(np.int64)]), axis=0)
    paid = dice.gamma(SPENDING["p"], 1 / worth[pairs[:, 0]])
    return Lives(pairs[:, 0], pairs[:, 1], paid, people)


def kinds(repeats: np.ndarray, last: np.ndarray, age: np.ndarray, spent: np.ndarray) -> Kinds:
    """Customers one by one, each a kind of its own."""
    return Kinds(Histories(repeats, last, age, np.ones(len(age))), spent)
