"""A customer lifetime value of the project: fitted as of today, measured as of earlier days, and written down where it beats the heuristic."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import ibis.expr.types as ir

from chaland.errors import DataError
from chaland.flow.as_of import as_of
from chaland.flow.customers import history
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.history import History
from chaland.learn import foreseen, histories, outlook
from chaland.learn.foreseen import HEURISTIC, MODEL, RIVALS, WHATS, Measured, Window
from chaland.learn.lifetime import FEW, Buying, Fitted, Spending
from chaland.learn.outlook import Kinds, Models, Outlook
from chaland.prepare.unique import key_of
from chaland.spec.lifetime import UNITS, Lifetime

Facts = dict[str, Any]
SETS, PARTED, LEAST_DAYS = 2, 3, 7
"""How many days one looks ahead from; at most one part in so many of the history is looked ahead over; over fewer days nothing is measured."""
VAGUE = 1000.0
"""Ends of an interval that are so many times apart tell next to nothing."""
NOTHING: Facts = {"value": None, "low": None, "high": None}
WHY = {
    "few_returns": f"fewer than {FEW} customers came back: their habits cannot be told",
    "few_paid": f"fewer than {FEW} customers bought and paid: the worth of a purchase cannot be told",
    "histories": "the purchases are like those of no such customers: nothing is foretold",
}


@dataclass(frozen=True)
class Standing:
    """One day on which one stands: what was counted before it, and what is expected of the days from it on."""

    run: Run
    words: Lifetime
    past: History
    key: str
    days: int

    @property
    def ahead(self) -> float:
        """The days ahead in units of time."""
        return self.days / UNITS[self.words.unit]

    @cached_property
    def counted(self) -> ir.Table:
        """One row per customer who bought before the day."""
        return self.run.engine.pin(histories.counted(self.past, self.words, self.key))

    @cached_property
    def kinds(self) -> Kinds:
        """Customers who are alike; DataError where too few came back."""
        return histories.kinds(self.counted)

    @property
    def mean_spent(self) -> float:
        """What a customer had spent until the day, on average; 0 where nothing tells of money."""
        return 0.0 if self.kinds.spent is None else float(self.kinds.spent.sum() / self.kinds.histories.many.sum())

    @cached_property
    def worth(self) -> tuple[Spending | None, str | None]:
        """What a purchase is worth, or why that cannot be told, as a code; neither where nothing tells of money."""
        if histories.SPENT not in self.counted.columns:
            return None, None
        sums = histories.sums(self.counted)
        try:
            return Spending.fit(*(sums[name].to_numpy() for name in ("purchases", "mean", "many"))), None
        except DataError as error:
            return None, error.code

    @cached_property
    def models(self) -> Models:
        """Fitted to what was counted, and to nothing later."""
        return Models(Buying.fit(self.kinds.histories), self.worth[0])

    @cached_property
    def outlook(self) -> Outlook:
        """What is expected of each kind of customer."""
        return self.models.outlook(self.kinds.histories, self.ahead, self.words.seed)

    @cached_property
    def expected(self) -> ir.Table:
        """Each customer with what is expected."""
        rows = self.run.engine.take(histories.outlooks(self.kinds.histories, self.outlook))
        return self.run.engine.pin(histories.expected(self.counted, rows, self.models))

    def totals(self, kept: dict[str, bool]) -> Facts:
        """What is expected of all customers together, with its interval; null where it is not kept."""
        sure = self._sums("_paid")
        ends = outlook.ends(self.models, self.kinds, self.outlook, sure, self.ahead)
        figures = dict(zip(WHATS, zip(self.models.total(self.kinds, self.ahead), ends, strict=True), strict=True))
        told = {what: {"value": at, "low": low, "high": high} for what, (at, (low, high)) in figures.items()}
        return {what: _plain(told[what]) if kept[what] else NOTHING for what in WHATS} | {
            "alive": self._sums("alive") if kept["purchases"] else None
        }

    def _sums(self, name: str) -> float:
        if name not in self.expected.columns:
            return 0.0
        return _cut(self.expected[name].sum().to_pyarrow().as_py()) or 0.0


@dataclass(frozen=True)
class Lifetimes:
    """One lifetime of a project."""

    run: Run
    name: str

    @property
    def words(self) -> Lifetime:
        """What the project says of it."""
        return self.run.project.lifetime[self.name]

    @cached_property
    def key(self) -> str:
        """The key of those who are judged."""
        return key_of(in_force(self.run)[self._entity])

    @property
    def _entity(self) -> str:
        return self.words.of_whom(self.run.project.customers())

    @cached_property
    def past(self) -> History:
        """All that is known."""
        return history(self.run).of(self._entity)

    def told(self) -> Facts:
        """Everything found, as `show` tells it; the table is written."""
        now = self._standing(as_of(self.run), self.words.days)
        try:
            now.kinds  # noqa: B018
            return self._foretold(now)
        except DataError as error:
            if error.code not in WHY:
                raise
            return self._nothing(now, error.code)

    def _foretold(self, now: Standing) -> Facts:
        windows = [_Ahead(self, learn) for learn in self._days()]
        told = [one for one in windows if one.measured is not None]
        judged = self._judged(told)
        kept = {what: judged["why"][what] is None for what in WHATS}
        self._write(now, now.expected, kept)
        fitted = {"purchases": now.models.buying.fitted, "value": now.models.spending and now.models.spending.fitted}
        return self._stands(now) | {
            "kept": kept,
            "parameters": {what: _parameters(one) for what, one in fitted.items() if one},
            "totals": now.totals(kept),
            "forward": [one.told() for one in told],
            **judged,
            "notes": [*self._notes(judged["why"], now), *self._of_fit(now.models.buying.fitted)],
        }

    def _nothing(self, now: Standing, code: str) -> Facts:
        """Too little history: what was counted stands, and nothing is foretold."""
        kept = dict.fromkeys(WHATS, False)
        self._write(now, now.counted, kept)
        nothing: Facts = {
            "parameters": {},
            "totals": dict.fromkeys(WHATS, NOTHING) | {"alive": None},
            "forward": [],
            "against": {},
            "measured_days": None,
        }
        why = dict.fromkeys(WHATS, code)
        return self._stands(now) | {"kept": kept, **nothing, "why": why, "notes": [self._note(code, WHY[code])]}

    def _stands(self, now: Standing) -> Facts:
        counts = now.counted.aggregate(customers=now.counted.count(), returned=(now.counted.frequency > 0).sum().cast("int64"))
        told = counts.to_pyarrow().to_pylist()[0]
        told |= {"heuristic": {what: _cut(one) for what, one in self._simple(now).items()}}
        words = {"horizon_days": now.days, "unit": self.words.unit, "stands_at": str(now.past.end), "table": f"lifetime/{self.name}"}
        return {**told, "returned": told["returned"] or 0, **words}

    def _simple(self, now: Standing) -> dict[str, float]:
        """What the recency heuristic foretells of everybody."""
        _, lately = foreseen.simple(now.counted, self.words, now.days)
        found: dict[str, float] = now.counted.aggregate(**{what: one.sum() for what, one in lately.items()}).to_pyarrow().to_pylist()[0]
        return found

    def _write(self, now: Standing, rows: ir.Table, kept: dict[str, bool]) -> None:
        _, lately = foreseen.simple(rows, self.words, now.days)
        rows = rows.mutate(**{f"heuristic_{what}": one for what, one in lately.items()})
        self.run.lake.write(self.run.engine, f"lifetime/{self.name}", histories.of_everybody(now.past, rows, self.key, kept))

    def _standing(self, day: date, days: int) -> Standing:
        return Standing(self.run, self.words, self.past.before(day), self.key, days)

    @cached_property
    def _measured_days(self) -> int:
        """Over how many days one can look ahead: the horizon, or a third of a shorter history; 0 where that is next to nothing."""
        rows = self.past.before(as_of(self.run)).linked(self.words, self.key, "time")
        first = rows.time.min().cast("date").to_pyarrow().as_py()
        days = min(self.words.days, (as_of(self.run) - first).days // PARTED) if first else 0
        return days if days >= LEAST_DAYS else 0

    def _days(self) -> Iterator[date]:
        """The days from which one looks ahead, the latest first; before each lies as much history as one looks ahead."""
        rows = self.past.before(as_of(self.run)).linked(self.words, self.key, "time")
        first = rows.time.min().cast("date").to_pyarrow().as_py()
        for back in range(1, SETS + 1) if self._measured_days else ():
            learn = as_of(self.run) - timedelta(days=back * self._measured_days)
            if learn - timedelta(days=self._measured_days) >= first:
                yield learn

    def _judged(self, told: list[_Ahead]) -> Facts:
        """Against each rival how much larger the model's error is, over all days looked ahead from; why it is not kept, as a code, or null."""
        if not told:
            return {"against": {}, "why": dict.fromkeys(WHATS, "unmeasured"), "measured_days": None}
        every = Measured.of([one.parts for one in told], self.words.seed)
        against = {what: {rival: every.behind(rival, what) for rival in RIVALS} for what in every.whats}
        return {"against": against, "why": _why(against), "measured_days": self._measured_days}

    def _notes(self, why: dict[str, str | None], now: Standing) -> Iterator[Facts]:
        if why["purchases"] == "unmeasured":
            yield self._note("unmeasured", "too little history to look ahead from an earlier day: nothing is kept that was not measured")
            return
        if why["purchases"]:
            yield self._note(
                "not_kept", f"the model does not surely foretell purchases better than {_called(why['purchases'])}: it is not kept"
            )
        elif why["value"] in RIVALS:
            yield self._note(
                "value_not_kept",
                f"purchases are kept, but money is not surely foretold better than by {_called(why['value'])}: no value is told",
            )
        if now.worth[1]:
            yield self._note(now.worth[1], WHY[now.worth[1]])
        if self._measured_days < self.words.days:
            yield self._note("shorter", f"measured over {self._measured_days} days, for the history is too short for {self.words.days}")

    def _of_fit(self, fitted: Fitted) -> Iterator[Facts]:
        low, high = fitted.intervals["a"]
        if fitted.bound or not high < VAGUE * low:
            yield self._note("nobody_leaves", "hardly anything shows how customers leave: they are foretold to go on at their own pace")

    def _note(self, code: str, said: str) -> Facts:
        return {"code": f"lifetime.{code}", "said": f"{self.name}: {said}"}


@dataclass(frozen=True)
class _Ahead:
    """One earlier day: fitted to what was known then, measured on what came."""

    of: Lifetimes
    learn: date

    @cached_property
    def standing(self) -> Standing:
        """The day."""
        return self.of._standing(self.learn, self.of._measured_days)

    @cached_property
    def compared(self) -> ir.Table:
        """Each customer known then, with what was expected and what came."""
        of, days = self.of, self.of._measured_days
        window = Window(
            of.past.after(self.learn - timedelta(days=days), days),
            of.past.after(self.learn, days),
            of.words,
            of.key,
            days,
            self.standing.mean_spent,
        )
        return of.run.engine.pin(window.compared(self.standing.expected))

    @cached_property
    def parts(self) -> Any:
        """Sums over fair parts of the customers."""
        return foreseen.parts(self.compared)

    @cached_property
    def measured(self) -> Measured | None:
        """What it was worth; None where too few had come back by then."""
        try:
            return Measured.of([self.parts], self.of.words.seed)
        except DataError as error:
            if error.code not in WHY:
                raise
            return None

    def told(self) -> Facts:
        """As `show` tells it."""
        assert self.measured
        baselines = [{"name": name, "metrics": self.measured.metrics(name)} for name in RIVALS]
        days = {
            "learned_at": str(self.learn),
            "measured_until": str(self.learn + timedelta(days=self.standing.days)),
            "days": self.standing.days,
        }
        told = {
            "customers": self.measured.customers,
            "metrics": self.measured.metrics(MODEL),
            "baseline": baselines[0],
            "baselines": baselines,
        }
        return days | told | {"groups": foreseen.by_group(self.compared)}


def _why(against: Facts) -> dict[str, str | None]:
    """Why what is foretold is not kept: the rival that it does not beat, `no_money` or `purchases`; None where it is kept.

    The error must surely be less than that of the recency heuristic, and not greater than that of another rival; and money is not kept
    without purchases.
    """
    first, paid = _unbeaten(against["purchases"]), against.get("value")
    return {"purchases": first, "value": "no_money" if paid is None else "purchases" if first else _unbeaten(paid)}


def _unbeaten(told: Facts) -> str | None:
    surely = told[HEURISTIC]["high"]
    if surely is None or surely >= 0:
        return HEURISTIC
    return next((rival for rival in RIVALS if told[rival]["value"] > 0), None)


def _called(rival: str) -> str:
    return {
        "recency": "the recency heuristic",
        "own_rate": "everybody's own rate",
        "again": "the last days once more",
        "nobody": "nothing at all",
    }[rival]


def _parameters(fitted: Fitted) -> Facts:
    return {
        name: _plain({"value": at, "low": fitted.intervals[name][0], "high": fitted.intervals[name][1]})
        for name, at in fitted.values.items()
    }


def _plain(told: dict[str, float]) -> Facts:
    return {name: _cut(one) for name, one in told.items()}


def _cut(value: float | None) -> float | None:
    """As JSON holds it, without the last digits, which hang on the order of adding."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.{foreseen.FIGURES}g}")
