"""train: features and labels → a model that beats its baseline (models/QUESTION.onnx), or the word that there is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from chaland import plugins, reading
from chaland.flow import fingerprint, fitting, home
from chaland.flow.as_of import as_of
from chaland.flow.customers import customer_key, described, entity, history
from chaland.flow.grouped import grouped, leans_on_groups
from chaland.flow.holdout import holdout
from chaland.flow.origins import Origins, called, forward
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.learn import cluster, selection
from chaland.learn.dataset import TrainingSet
from chaland.learn.designing import HELD, LABEL
from chaland.spec import Predict
from chaland.spec.tasks import Task


def inputs(run: Run) -> str:
    """The features, the words of the questions, and the groups where one of them is an answer."""
    groups = run.needed("segment")["fingerprint"] if leans_on_groups(run) else None
    return fingerprint.of(run.needed("features")["fingerprint"], run.project.predict, fitting.fingerprint(run), groups)


def train(run: Run) -> dict[str, Any]:
    """Choose, measure and keep a model for every question of the project."""
    return {"predict": {name: _train_one(run, name) for name in run.project.predict}}


def _train_one(run: Run, name: str) -> dict[str, Any]:
    spec = run.project.predict[name]
    found, notes = _selected(run, spec)
    origins = Origins(run, spec)
    path = run.home.models / f"{name}.onnx"
    if found.best is not None:
        home.write_bytes(path, found.best.to_bytes())
    else:
        path.unlink(missing_ok=True)
    told = found.to_dict()
    told["notes"] = [*told.get("notes", []), *notes]
    told["warnings"] = [*told.get("warnings", []), *origins.warnings()]
    told["threshold"] = found.best.threshold if found.best else None
    told["plots"], told["by_group"] = found.plots, found.by_group
    told["importance"] = found.importance
    return _called(told) | _looked_ahead(origins, found) | _made_from(run)


def _looked_ahead(origins: Origins, found: selection.Selection) -> dict[str, Any]:
    """How far ahead the answer lies, the day on which one stood to learn, and what came of measuring forward."""
    spec = origins.spec

    def bring(rows: ibis.Table) -> TrainingSet:
        rows = _labelled(origins.run, spec, rows)
        return _brought(origins.run, spec, fitting.chosen(origins.run, rows).here(rows, origins.key))[0]

    ahead = forward(origins, found.kept, spec.chooses(found.task), bring)
    told = {"horizon_days": origins.days, "stands_at": origins.stands.isoformat(), "forward": ahead.told}
    return told | (ahead.holdout if origins.measures_forward() else {})


def _called(told: dict[str, Any]) -> dict[str, Any]:
    """Baselines under the names of PROMISES."""
    for one in [told["baseline"], *told.get("baselines", [])]:
        one["name"] = called(one["name"])
    return told


def _made_from(run: Run) -> dict[str, Any]:
    """The day on which we stand, the day of training, how many days lie between (null where nothing is dated), and the files."""
    day, now = as_of(run), datetime.now(UTC).date()
    dated = run.asked.as_of or any(table.with_role("time") for table in in_force(run).values())
    tables = run.needed("ingest")["facts"]["tables"]
    files = [
        {"table": name, "file": one["file"], "sha256": one["sha256"], "rows": one["report"]["read"]}
        for name, table in tables.items()
        for one in table["files"]
    ]
    return {"as_of": day.isoformat(), "trained": now.isoformat(), "days_old": (now - day).days if dated else None, "files": files}


def _selected(run: Run, spec: Predict) -> tuple[selection.Selection, list[dict[str, str]]]:
    """What came of the competition, here or on the cluster, and what is to be said of the hold-out and of a part."""
    rows, key = _labelled(run, spec), customer_key(run, spec.features)
    where = fitting.chosen(run, rows)
    if where.cluster and task_of(run, spec) == "binary":
        return _on_cluster(run, spec, rows, where)
    data, notes = _brought(run, spec, where.here(rows, key))
    algorithms, metric = spec.competing(data.task), spec.chooses(data.task)
    found = selection.run(data, algorithms, metric, spec.folds, spec.seed, run.threads, run.asked.say)
    return found, [*notes, *Origins(run, spec).notes(), *_told(run, spec), *where.notes(data.rows)]


def _on_cluster(run: Run, spec: Predict, rows: ibis.Table, where: fitting.Place) -> tuple[selection.Selection, list[dict[str, str]]]:
    key = customer_key(run, spec.features)
    held, notes = fitting.held_out(spec, rows, key)
    every = run.engine.pin(rows.mutate(**{HELD: held}))
    data, _ = _brought(run, spec, where.here(every, key))
    customers = cluster.Customers(every, key, where.rows or 0, int(every[HELD].sum().to_pyarrow().as_py() or 0), where.share)
    return cluster.run(run.engine, customers, data, spec.candidates, spec.chooses("binary"), spec.folds, spec.seed, run.asked.say), notes


def training_set(run: Run, spec: Predict) -> tuple[TrainingSet, list[dict[str, str]]]:
    """Labelled customers in the order of their keys, and which of them are held out."""
    return _brought(run, spec, _labelled(run, spec))


def task_of(run: Run, spec: Predict) -> Task:
    """What sort of answer a question has."""
    module = plugins.load("targets", spec.target.kind)
    options, name = module.Options(**spec.target.options()), entity(run, spec.features)
    return reading.task_of(module, options, run.project, name) or "binary"


def _order(run: Run, spec: Predict) -> tuple[str, ...]:
    """The answers in their order, where the target knows one."""
    module = plugins.load("targets", spec.target.kind)
    options, name = module.Options(**spec.target.options()), entity(run, spec.features)
    found: tuple[str, ...] = module.labels(options, run.project, name) if hasattr(module, "labels") else ()
    return found


def _told(run: Run, spec: Predict) -> list[dict[str, str]]:
    """What the target has to say of its answers."""
    module = plugins.load("targets", spec.target.kind)
    if not hasattr(module, "notes"):
        return []
    past = grouped(run, spec, history(run).of(entity(run, spec.features)))
    found: list[dict[str, str]] = module.notes(past, module.Options(**spec.target.options()), customer_key(run, spec.features))
    return found


def _labelled(run: Run, spec: Predict, rows: ibis.Table | None = None) -> ibis.Table:
    """Customers whose answer is known, with their features, where the engine has them."""
    rows = Origins(run, spec).rows() if rows is None else rows
    return rows.join(_sensitive(run, spec), customer_key(run, spec.features))


def _brought(run: Run, spec: Predict, rows: ibis.Table) -> tuple[TrainingSet, list[dict[str, str]]]:
    key = customer_key(run, spec.features)
    table = rows.order_by(key).to_pyarrow()
    answer = spec.target.options().get("of") if spec.target.kind == "column" else None
    made = tuple(one for one in described(run, spec.features) if one.column != answer)
    task, rivals = task_of(run, spec), Origins(run, spec).rivals()
    made = tuple(sorted(made, key=lambda one: one.name not in rivals))  # of two copies the first is kept
    drawn = HELD in table.column_names
    held, notes = (table[HELD].to_numpy().astype(bool), []) if drawn else _held(run, spec, table)
    names = _sensitive_columns(run, spec)
    return (
        TrainingSet(
            keys=table[key].combine_chunks(),
            table=table.select([one.name for one in made]),
            features=made,
            target=table[LABEL].combine_chunks(),
            holdout=held,
            sensitive=table.select([f"sensitive:{n}" for n in names]).rename_columns(names) if names else None,
            task=task,
            rivals=rivals,
            **({} if task == "binary" else {"labels": _order(run, spec)}),
        ),
        notes,
    )


def _held(run: Run, spec: Predict, table: pa.Table) -> tuple[np.ndarray[Any, Any], list[dict[str, str]]]:
    """Who is held out: nobody where what comes later measures."""
    return (np.zeros(len(table), bool), []) if Origins(run, spec).measures_forward() else holdout(spec, table)


def _sensitive_columns(run: Run, spec: Predict) -> list[str]:
    table = in_force(run)[entity(run, spec.features)]
    return [name for name, column in table.columns.items() if column.privacy == "sensitive"]


def _sensitive(run: Run, spec: Predict) -> ibis.Table:
    key = customer_key(run, spec.features)
    clean = run.lake.table(run.engine, f"clean/{entity(run, spec.features)}")
    return clean.select(key, **{f"sensitive:{name}": clean[name].cast("string") for name in _sensitive_columns(run, spec)})
