"""train: features and labels → a model that beats its baseline (models/QUESTION.onnx), or the word that there is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import ibis

from chaland import plugins
from chaland.flow import fingerprint, fitting, home
from chaland.flow.as_of import as_of
from chaland.flow.customers import customer_key, described, gathered, history
from chaland.flow.holdout import holdout
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.learn import cluster, selection
from chaland.learn.dataset import TrainingSet
from chaland.learn.designing import HELD, LABEL
from chaland.spec import Predict


def inputs(run: Run) -> str:
    """The features and the words of the questions."""
    return fingerprint.of(run.needed("features")["fingerprint"], run.project.predict, fitting.fingerprint(run))


def train(run: Run) -> dict[str, Any]:
    """Choose, measure and keep a model for every question of the project."""
    return {"predict": {name: _train_one(run, name) for name in run.project.predict}}


def _train_one(run: Run, name: str) -> dict[str, Any]:
    spec = run.project.predict[name]
    found, notes = _selected(run, spec)
    path = run.home.models / f"{name}.onnx"
    if found.best is not None:
        home.write_bytes(path, found.best.to_bytes())
    else:
        path.unlink(missing_ok=True)
    told = found.to_dict()
    told["notes"] = [*told.get("notes", []), *notes]
    told["threshold"] = found.best.threshold if found.best else None
    told["plots"], told["by_group"] = found.plots, found.by_group
    told["importance"] = found.importance
    return told | _made_from(run)


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
    rows, key = _labelled(run, spec), customer_key(run)
    where = fitting.chosen(run, rows)
    if where.cluster:
        return _on_cluster(run, spec, rows, where)
    data, notes = _brought(run, spec, where.here(rows, key))
    found = selection.run(data, spec.candidates, spec.metric, spec.folds, spec.seed, run.threads, run.asked.say)
    return found, [*notes, *where.notes(data.rows)]


def _on_cluster(run: Run, spec: Predict, rows: ibis.Table, where: fitting.Place) -> tuple[selection.Selection, list[dict[str, str]]]:
    key = customer_key(run)
    held, notes = fitting.held_out(spec, rows, key)
    every = run.engine.pin(rows.mutate(**{HELD: held}))
    data, _ = _brought(run, spec, where.here(every, key))
    customers = cluster.Customers(every, key, where.rows or 0, int(every[HELD].sum().to_pyarrow().as_py() or 0), where.share)
    return cluster.run(run.engine, customers, data, spec.candidates, spec.metric, spec.folds, spec.seed, run.asked.say), notes


def training_set(run: Run, spec: Predict) -> tuple[TrainingSet, list[dict[str, str]]]:
    """Labelled customers in the order of their keys, and which of them are held out."""
    return _brought(run, spec, _labelled(run, spec))


def _labelled(run: Run, spec: Predict) -> ibis.Table:
    """Customers whose answer is known, with their features, where the engine has them."""
    key, day = customer_key(run), as_of(run)
    module = plugins.load("targets", spec.target.kind)
    answers = module.label(history(run).before(day), history(run).after(day, 0), module.Options(**spec.target.options()), key)
    rows = gathered(run, spec.features).join(answers, key).join(_sensitive(run), key)
    return rows if module.LABEL == LABEL else rows.rename({LABEL: module.LABEL})


def _brought(run: Run, spec: Predict, rows: ibis.Table) -> tuple[TrainingSet, list[dict[str, str]]]:
    table = rows.order_by(customer_key(run)).to_pyarrow()
    made = tuple(one for one in described(run, spec.features) if one.column != spec.target.options().get("of"))
    drawn = HELD in table.column_names
    held, notes = (table[HELD].to_numpy().astype(bool), []) if drawn else holdout(spec, table)
    names = _sensitive_columns(run)
    return (
        TrainingSet(
            keys=table[customer_key(run)].combine_chunks(),
            table=table.select([one.name for one in made]),
            features=made,
            target=table[LABEL].combine_chunks(),
            holdout=held,
            sensitive=table.select([f"sensitive:{n}" for n in names]).rename_columns(names) if names else None,
        ),
        notes,
    )


def _sensitive_columns(run: Run) -> list[str]:
    table = in_force(run)[run.project.customers() or ""]
    return [name for name, column in table.columns.items() if column.privacy == "sensitive"]


def _sensitive(run: Run) -> ibis.Table:
    key = customer_key(run)
    clean = run.lake.table(run.engine, f"clean/{run.project.customers()}")
    return clean.select(key, **{f"sensitive:{name}": clean[name].cast("string") for name in _sensitive_columns(run)})
