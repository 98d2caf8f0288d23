"""Customers with their features, gathered for fitting and scoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import ModuleType

import ibis.expr.types as ir

from chaland import plugins
from chaland.flow.as_of import last_event
from chaland.flow.ruling import again
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.history import History
from chaland.learn.dataset import Feature
from chaland.prepare.unique import key_of
from chaland.spec import Features


def history(run: Run) -> History:
    """The clean tables; those made by SQL of dated ones are made again for days before the last event."""
    tables = in_force(run)
    rows = {name: run.lake.table(run.engine, f"clean/{name}") for name in tables}
    return History(rows, tables, remake=partial(again, run), last=last_event(run))


def entity(run: Run, families: Sequence[str] = ()) -> str:
    """The table whose rows some families describe; without families, that of role customers."""
    return run.project.entity(families) or ""


def customer_key(run: Run, families: Sequence[str] = ()) -> str:
    """The key column of the rows that some families describe; without families, of the customers."""
    return key_of(in_force(run)[entity(run, families)])


def family(run: Run, name: str, settled: bool = True) -> tuple[ModuleType, Features]:
    """A feature family: the module of its kind, and its words as that kind reads them; `settled` as the step features last left them."""
    spec = run.project.features[name]
    module = plugins.load("features", spec.kind)
    words = run.needed("features")["facts"]["families"][name]["words"] if settled else spec.written()
    return module, module.Options.model_validate(words)


def computed(run: Run, name: str, past: History) -> ir.Table:
    """The features of one family as of the end of `past`."""
    module, options = family(run, name)
    made: ir.Table = module.compute(past.of(options.of), options, customer_key(run, [name]))
    return made


def described(run: Run, families: Sequence[str]) -> tuple[Feature, ...]:
    """The features of some families, with their titles for people."""
    made = run.needed("features")["facts"]["families"]
    called = {
        name: [one | {word: _called(run, name, one[word]) for word in ("name", "column")} for one in made[name]["made"]]
        for name in families
    }
    return tuple(Feature(**one) for name in families for one in called[name])


def _called(run: Run, family: str, name: str) -> str:
    """A feature beside those of other families: a column keeps its name, what is counted takes that of its family before it."""
    return name if run.project.features[family].kind == "profile" else f"{family}_{name}"


def gathered(run: Run, families: Sequence[str]) -> ir.Table:
    """One row per customer, or whatever the families describe: the key and every feature of the families, as of the day of the run."""
    return joined(run, {name: run.lake.table(run.engine, f"features/{name}") for name in families})


def gathered_at(run: Run, families: Sequence[str], past: History) -> ir.Table:
    """The same as of the end of `past`, computed once."""
    return run.engine.pin(joined(run, {name: computed(run, name, past) for name in families}))


def joined(run: Run, made: Mapping[str, ir.Table]) -> ir.Table:
    """Families side by side: the key and every feature, named as among others."""
    key = customer_key(run, list(made))
    first, *others = [rows.rename({_called(run, name, one): one for one in rows.columns if one != key}) for name, rows in made.items()]
    for other in others:
        first = first.join(other, key)
    return first
