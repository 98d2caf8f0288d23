"""train: features and labels → a model that beats its baseline (models/QUESTION.onnx), or the word that there is none."""

from __future__ import annotations

from typing import Any

import ibis

from chaland import plugins
from chaland.flow import fingerprint, home
from chaland.flow.as_of import as_of
from chaland.flow.customers import customer_key, described, gathered, history
from chaland.flow.holdout import holdout
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.learn import selection
from chaland.learn.dataset import TrainingSet
from chaland.spec import Predict


def inputs(run: Run) -> str:
    """The features and the words of the questions."""
    return fingerprint.of(run.needed("features")["fingerprint"], run.project.predict)


def train(run: Run) -> dict[str, Any]:
    """Choose, measure and keep a model for every question of the project."""
    return {"predict": {name: _train_one(run, name) for name in run.project.predict}}


def _train_one(run: Run, name: str) -> dict[str, Any]:
    spec = run.project.predict[name]
    data, notes = training_set(run, spec)
    found = selection.run(data, spec.candidates, spec.metric, spec.folds, spec.seed, run.threads, run.asked.say)
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
    return told


def training_set(run: Run, spec: Predict) -> tuple[TrainingSet, list[dict[str, str]]]:
    """Labelled customers in the order of their keys, and which of them are held out."""
    key, day = customer_key(run), as_of(run)
    module = plugins.load("targets", spec.target.kind)
    answers = module.label(history(run).before(day), history(run).after(day, 0), module.Options(**spec.target.options()), key)
    rows = gathered(run, spec.features).join(answers, key).join(_sensitive(run), key)
    table = rows.order_by(key).to_pyarrow()
    made = tuple(one for one in described(run, spec.features) if one.column != spec.target.options().get("of"))
    held, notes = holdout(spec, table)
    names = _sensitive_columns(run)
    return (
        TrainingSet(
            keys=table[key].combine_chunks(),
            table=table.select([one.name for one in made]),
            features=made,
            target=table[module.LABEL].combine_chunks(),
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
