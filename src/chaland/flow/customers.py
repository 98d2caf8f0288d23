"""Customers with their features, gathered for fitting and scoring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis.expr.types as ir

from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.history import History
from chaland.learn.dataset import Feature
from chaland.prepare.unique import key_of


def history(run: Run) -> History:
    """The clean tables."""
    tables = in_force(run)
    return History({name: run.lake.table(run.engine, f"clean/{name}") for name in tables}, tables)


def customer_key(run: Run) -> str:
    """The key column of the customers."""
    return key_of(in_force(run)[run.project.customers() or ""])


def described(run: Run, families: Sequence[str]) -> tuple[Feature, ...]:
    """The features of some families, with their titles for people."""
    made = run.needed("features")["facts"]["families"]
    return tuple(_feature(run, one) for name in families for one in made[name]["made"])


def gathered(run: Run, families: Sequence[str]) -> ir.Table:
    """One row per customer: the key and every feature of the families."""
    key = customer_key(run)
    first, *others = [run.lake.table(run.engine, f"features/{name}") for name in families]
    for other in others:
        first = first.join(other, key)
    return first


def _feature(run: Run, made: dict[str, Any]) -> Feature:
    title = in_force(run)[run.project.customers() or ""].columns[made["column"]].title
    plain = made["column"].replace("_", " ")
    names = (title.en, title.fr) if title else (plain, plain)
    return Feature(made["name"], made["kind"], made["column"], *names)
