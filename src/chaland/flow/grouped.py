"""Rows with the name of their group, where a question asks for it."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from chaland.errors import DataError, Where
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.history import History
from chaland.prepare.unique import key_of
from chaland.spec import Predict

GROUP = "_group"


def leans_on_groups(run: Run) -> bool:
    """Whether any question's answer is a group."""
    return any(_asked(one) for one in run.project.predict.values())


def grouped(run: Run, spec: Predict, past: History) -> History:
    """The history, with the rows of the segmentation that the answer is a group of, as `segments/NAME`: their columns and `_group`.

    Raises DataError where no groups were found.
    """
    name = _asked(spec)
    if name is None:
        return past
    facts = run.needed("segment")["facts"]["segments"][name]
    if not facts["k"]:
        said = f"the answer is a group of {name!r}, and there are no groups in it"
        raise DataError(
            said, where=Where(run.project.name), next="Ask for another answer, or look at segments in the report.", code="no_groups"
        )
    table = run.project.entity(run.project.segments[name].features) or ""
    rows, key = run.lake.table(run.engine, f"clean/{table}"), key_of(in_force(run)[table])
    names = run.engine.take(
        pa.table({"group": pa.array([one["id"] for one in facts["groups"]], pa.int64()), GROUP: _names(facts["groups"])})
    )
    told = rows.join(run.lake.table(run.engine, f"segments/{name}").select(key, "group").join(names, "group").drop("group"), key)
    place = f"segments/{name}"
    return replace(past, tables={**past.tables, place: told}, specs={**past.specs, place: in_force(run)[table]})


def _asked(spec: Predict) -> str | None:
    found = spec.target.options().get("segment")
    return found if isinstance(found, str) else None


def _names(groups: list[dict[str, object]]) -> pa.Array:
    """What each group is called; its number beside it where two are called alike."""
    said = [str(one["name"]["en"]) for one in groups]  # type: ignore[index]
    return pa.array(
        [name if said.count(name) == 1 else f"{name} ({one['id']})" for name, one in zip(said, groups, strict=True)], pa.string()
    )
