"""From where one looks ahead: the days on which one stands to learn and to measure, and what was known and what came on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from types import ModuleType
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from chaland import plugins
from chaland.errors import DataError
from chaland.flow import unlearnt
from chaland.flow.as_of import as_of
from chaland.flow.customers import customer_key, described, entity, gathered, gathered_at, history
from chaland.flow.grouped import grouped
from chaland.flow.run import Run
from chaland.history import History
from chaland.learn import rare, selection
from chaland.learn.dataset import TrainingSet
from chaland.learn.designing import LABEL
from chaland.spec import Predict
from chaland.spec.column import TIMES
from chaland.targets import proposed

Brought = Callable[[ibis.Table], TrainingSet]
Learnt = Callable[[ibis.Table, ibis.Table, TrainingSet], selection.Selection]
"""Those known on a first day and on a second, and both as they are here (the second held out) → the kept algorithm learnt elsewhere."""
SETS = 2
"""How many pairs of days, of learning and of measuring, are looked at."""


@dataclass(frozen=True)
class Origins:
    """The days of one question."""

    run: Run
    spec: Predict

    @cached_property
    def key(self) -> str:
        """The key of those who are described."""
        return customer_key(self.run, self.spec.features)

    @cached_property
    def past(self) -> History:
        """All that is known, to describe them."""
        return grouped(self.run, self.spec, history(self.run).of(entity(self.run, self.spec.features)))

    @cached_property
    def target(self) -> tuple[ModuleType, Any]:
        """The module of the target, and its words."""
        module = plugins.load("targets", self.spec.target.kind)
        return module, module.Options(**self.spec.target.options())

    @cached_property
    def days(self) -> int | None:
        """How many days ahead the answer lies, as said or as proposed; None where the answer is no matter of days."""
        _, options = self.target
        if not hasattr(options, "days"):
            return None
        return options.days or proposed(self.past.before(as_of(self.run)), options, self.key)

    @cached_property
    def stands(self) -> date:
        """The day on which one stands to learn: the last one whose answers are known."""
        return as_of(self.run) - timedelta(days=self.days or 0)

    def rows(self, day: date | None = None) -> ibis.Table:
        """Those whose answer is known, with their features as of the day (that of training): key, features, `_label`, `_file` where there is one."""
        module, options = self.target
        day = day or self.stands
        past = self.past.before(day)
        features = gathered(self.run, self.spec.features) if self.days is None else gathered_at(self.run, self.spec.features, past)
        answers = module.label(past, self.past.after(day, self.days or 0), options, self.key)
        rows = features.join(answers, self.key)
        return rows if module.LABEL == LABEL else rows.rename({LABEL: module.LABEL})

    def rivals(self) -> tuple[str, ...]:
        """The features that alone make a baseline of this target."""
        module, _ = self.target
        wanted = {f"{family}_{rival}" for family in self.spec.features if (rival := getattr(module, "RIVAL", None))}
        return tuple(one.name for one in described(self.run, self.spec.features) if one.name in wanted)

    def pairs(self) -> Iterator[tuple[date, date]]:
        """Days to learn on and, one horizon later, to measure on, the latest first; each has as much history before it as days ahead."""
        if self.days is None:
            return
        ahead, first = timedelta(days=self.days), self._first_day()
        for back in range(1, SETS + 1):
            learn = self.stands - back * ahead
            if first and learn - ahead >= first:
                yield learn, learn + ahead

    def _first_day(self) -> date | None:
        _, options = self.target
        rows = self.past.linked(options, self.key, "time")
        found: date | None = rows.time.min().cast("date").to_pyarrow().as_py()
        return found

    def measures_forward(self) -> bool:
        """Whether later answers are the hold-out: no rows need be set aside then, unless the file says so."""
        return "holdout" not in self.spec.model_fields_set and next(self.pairs(), None) is not None

    def warnings(self) -> list[dict[str, str]]:
        """Columns that know of days after the one on which one stood to learn: days of theirs lie beyond it."""
        if self.days is None:
            return []
        _, rows, table = self.past.before(self.stands).customers()
        profiles = [name for name in self.spec.features if self.run.project.features[name].kind == "profile"]
        names = [one.column for one in described(self.run, profiles) if table.columns[one.column].type in TIMES]
        later = {name: (rows[name].cast("date") >= ibis.literal(self.stands)).sum() for name in names}
        counts = rows.aggregate(**later).to_pyarrow().to_pylist()[0] if later else {}
        said = "{!r} holds days from {} on, on which one stood to learn: it knows what came later"
        return [{"code": "leak.future", "said": said.format(name, self.stands)} for name, count in counts.items() if count]

    def notes(self) -> list[dict[str, str]]:
        """What is to be said of the horizon."""
        _, options = self.target
        told = []
        if self.measures_forward():
            learn, later = next(self.pairs())
            said = f"the hold-out lies ahead: learnt as of {learn}, measured as of {later}, so that no customer need be set aside"
            told.append({"code": "holdout_ahead", "said": said})
        if self.days is None or options.days:
            return told
        said = f"no `days` are said: nine in ten pauses between purchases end within {self.days} days, which is taken as the window"
        return [*told, {"code": "window_proposed", "said": said}]


@dataclass(frozen=True)
class Forward:
    """What came of looking forward: each pair of days, the latest first, and the latest as a hold-out with what the report draws of it."""

    told: list[dict[str, Any]]
    holdout: dict[str, Any]
    notes: list[dict[str, str]]


def forward(origins: Origins, kept: str | None, metric: str, bring: Brought, learnt: Learnt | None = None) -> Forward:
    """The kept algorithm learnt on earlier days and measured one horizon later, beside its baselines; nothing where there is too little history.

    It is learnt here, or as `learnt` does.
    """
    pairs = [_Pair(origins, kept, metric, bring, learnt, *days) for days in origins.pairs()]
    told: list[dict[str, Any]] = []
    holdouts: list[dict[str, Any]] = []
    notes: list[dict[str, str]] = []
    for pair in pairs:
        try:
            told += [pair.told()] if kept else []
            holdouts += [pair.holdout()] if pair is pairs[0] else []
        except DataError as error:
            if not unlearnt.concerns_one(error):
                raise
            said = f"not measured from {pair.learn} to {pair.later}: {error.said}"
            notes.append({"code": "not_measured_ahead", "said": said})
    return Forward(told, holdouts[0] if holdouts else {}, notes)


@dataclass(frozen=True)
class _Pair:
    """A day to learn on, and a day to measure on."""

    origins: Origins
    kept: str | None
    metric: str
    bring: Brought
    learnt: Learnt | None
    learn: date
    later: date

    @cached_property
    def rows(self) -> tuple[ibis.Table, ibis.Table]:
        """Those known on the first day, and on the second, where the engine has them."""
        return self.origins.rows(self.learn), self.origins.rows(self.later)

    @cached_property
    def sets(self) -> tuple[TrainingSet, TrainingSet]:
        """Those of them that are here."""
        then, now = map(self.bring, self.rows)
        return replace(then, holdout=np.zeros(then.rows, bool), rivals=()), replace(now, holdout=np.ones(now.rows, bool), rivals=())

    @cached_property
    def found(self) -> selection.Selection:
        """The kept algorithm, learnt on the first day; the second is its hold-out."""
        both = _together(*self.sets)
        return self.learnt(*self.rows, both) if self.learnt else self._run(both, self.kept or "")

    @cached_property
    def measured(self) -> selection.Holdout:
        """The kept algorithm on the second day."""
        return selection.measured(self.found.models[self.kept or ""], self.sets[1], self.origins.spec.seed)

    @cached_property
    def baselines(self) -> dict[str, selection.Holdout]:
        """The simplest answers on the second day."""
        then, now = self.sets
        then, _ = rare.folded(then, self.origins.spec.folds)  # the words there are, where no order of them is known
        told = selection.measured_baselines(then, now, self.origins.spec.seed)
        simple = selection.SIMPLEST[then.task]
        for rival in self.origins.rivals():
            then, now = (data.without({one.name for one in data.features if one.name != rival}) for data in self.sets)
            told[rival] = selection.measured(self._run(then, simple).models[simple], now, self.origins.spec.seed)
        return told

    def _run(self, data: TrainingSet, algorithm: str) -> selection.Selection:
        spec, run = self.origins.spec, self.origins.run
        return selection.run(data, [algorithm], self.metric, spec.folds, spec.seed, run.threads, run.asked.say)

    def told(self) -> dict[str, Any]:
        """The pair as `show --json` has it."""
        baselines = [{"name": called(name), "metrics": one.to_dict()["metrics"]} for name, one in self.baselines.items()]
        days = {"learned_at": self.learn.isoformat(), "measured_at": self.later.isoformat(), "rows": self.measured.rows}
        return {**days, "metrics": self.measured.to_dict()["metrics"], "baseline": baselines[-1], "baselines": baselines}

    def holdout(self) -> dict[str, Any]:
        """The second day as hold-out: nothing of it was known when the model was learnt."""
        if self.kept is None:
            return {"holdout": next(iter(self.baselines.values())).to_dict()}
        drawn = {"plots": self.found.plots, "importance": self.found.importance, "by_group": self.found.by_group}
        return {"holdout": self.measured.to_dict()} | (drawn if self.found.kept else {})


def _together(then: TrainingSet, now: TrainingSet) -> TrainingSet:
    """Two sets as one: the first to learn from, the second held out."""
    aside = None if then.sensitive is None or now.sensitive is None else pa.concat_tables([then.sensitive, now.sensitive])
    return replace(
        then,
        keys=pa.concat_arrays([then.keys, now.keys]),
        table=pa.concat_tables([then.table, now.table]),
        target=pa.concat_arrays([then.target, now.target]),
        holdout=np.concatenate([then.holdout, now.holdout]),
        sensitive=aside,
    )


def called(baseline: str) -> str:
    """What a baseline is called: the family before the name of a feature is of no matter."""
    return "recency" if baseline.endswith("_recency") else baseline
