"""train: features and labels → a model that beats its baseline (models/QUESTION.onnx), or the word that there is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from chaland import plugins, reading
from chaland.errors import DataError
from chaland.flow import fingerprint, fitting, hindsight, home, unlearnt
from chaland.flow.as_of import as_of
from chaland.flow.customers import customer_key, described, entity, history
from chaland.flow.grouped import grouped, leans_on_groups
from chaland.flow.holdout import holdout
from chaland.flow.origins import Origins, called, forward
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.learn import cluster, copies, selection
from chaland.learn.dataset import Feature, TrainingSet
from chaland.learn.designing import HELD, LABEL
from chaland.learn.encode import Encoded
from chaland.spec import Predict
from chaland.spec.tasks import Task


def inputs(run: Run) -> str:
    """The features, the words of the questions, and the groups where one of them is an answer."""
    groups = run.needed("segment")["fingerprint"] if leans_on_groups(run) else None
    return fingerprint.of(run.needed("features")["fingerprint"], run.project.predict, fitting.fingerprint(run), groups)


def train(run: Run) -> dict[str, Any]:
    """Choose, measure and keep a model for every question of the project.

    Questions that cannot be learnt are told as such while others can, or where they wait for more days; DataError where none can.
    """
    told: dict[str, dict[str, Any]] = {}
    refused: dict[str, DataError] = {}
    for name in run.project.predict:
        try:
            told[name] = _train_one(run, name)
        except DataError as error:
            if not unlearnt.concerns_one(error):
                raise
            refused[name] = _too_early(run, name) or error
    at_fault = [name for name in refused if Origins(run, run.project.predict[name]).days is None]
    if at_fault and not told:
        raise refused[at_fault[0]]
    return {"predict": {name: told[name] if name in told else _not_learnt(run, name, refused[name]) for name in run.project.predict}}


def _too_early(run: Run, name: str) -> DataError | None:
    """What is to be said of a question in time where nobody was known yet on the day on which one would stand to learn."""
    origins = Origins(run, run.project.predict[name])
    if origins.days is None or _labelled(run, origins.spec).count().to_pyarrow().as_py():
        return None
    said = f"nobody with an answer was known on {origins.stands}, {origins.days} days before {as_of(run)}"
    return DataError(said, next="Bring a longer history, or ask for fewer days ahead.", code="too_small")


def _not_learnt(run: Run, name: str, error: DataError) -> dict[str, Any]:
    """What is told of a question that was not learnt; a model of an earlier run goes."""
    spec = run.project.predict[name]
    origins = Origins(run, spec)
    (run.home.models / f"{name}.onnx").unlink(missing_ok=True)
    try:
        rows = int(origins.rows().count().to_pyarrow().as_py())
        days, stands = origins.days, origins.stands.isoformat()
    except DataError:  # the answer is a group, and there are none
        rows, days, stands = 0, None, as_of(run).isoformat()
    return unlearnt.told(task_of(run, spec), rows, error) | {"horizon_days": days, "stands_at": stands} | _made_from(run)


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
    told["warnings"] = [*told.get("warnings", []), *origins.warnings(), *hindsight.warnings(origins)]
    told["threshold"] = found.best.threshold if found.best else None
    told["plots"], told["by_group"] = found.plots, found.by_group
    told["importance"] = found.importance
    ahead = _looked_ahead(origins, found)
    told["notes"] += ahead.pop("notes")
    return _called(told) | ahead | _made_from(run)


def _looked_ahead(origins: Origins, found: selection.Selection) -> dict[str, Any]:
    """How far ahead the answer lies, the day on which one stood to learn, and what came of measuring forward."""
    spec = origins.spec

    def bring(rows: ibis.Table) -> TrainingSet:
        rows = _labelled(origins.run, spec, rows)
        return _brought(origins.run, spec, fitting.chosen(origins.run, rows).here(rows, origins.key))[0]

    def there(then: ibis.Table, now: ibis.Table, part: TrainingSet) -> selection.Selection:
        then, now = (_labelled(origins.run, spec, rows) for rows in (then, now))
        both = origins.run.engine.pin(ibis.union(then.mutate(**{HELD: False}), now.mutate(**{HELD: True})))
        return _fitted_there(origins.run, spec, both, part, fitting.chosen(origins.run, now), [found.kept or ""])

    on_cluster = found.best is not None and found.best.provenance.get("fitted") == "cluster"
    ahead = forward(origins, found.kept, spec.chooses(found.task), bring, there if on_cluster else None)
    told = {"horizon_days": origins.days, "stands_at": origins.stands.isoformat(), "forward": ahead.told, "notes": ahead.notes}
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
    if where.cluster:
        return _on_cluster(run, spec, rows, where)
    data, notes = _brought(run, spec, where.here(rows, key))
    algorithms, metric = spec.competing(data.task), spec.chooses(data.task)
    found = selection.run(data, algorithms, metric, spec.folds, spec.seed, run.threads, run.asked.say)
    return found, [*notes, *Origins(run, spec).notes(), *_told(run, spec), *_merged(run, spec, rows), *where.notes(data.rows)]


def _on_cluster(run: Run, spec: Predict, rows: ibis.Table, where: fitting.Place) -> tuple[selection.Selection, list[dict[str, str]]]:
    key, origins, nobody = customer_key(run, spec.features), Origins(run, spec), ibis.literal(False)
    held, notes = (nobody, []) if origins.measures_forward() else fitting.held_out(spec, rows, key)
    every = run.engine.pin(rows.mutate(**{HELD: held}))
    data, _ = _brought(run, spec, where.here(every, key))
    if any(note["code"] == "holdout_drawn" for note in notes) and copies.proves(Encoded.of(data.table, data.features)):
        every = run.engine.pin(fitting.one_side(every, [one.name for one in data.features], key))
        data, _ = _brought(run, spec, where.here(every, key))
    found = _fitted_there(run, spec, every, data, where, spec.competing(data.task))
    return found, [*notes, *origins.notes(), *_told(run, spec), *_merged(run, spec, rows)]


def _fitted_there(
    run: Run, spec: Predict, every: ibis.Table, part: TrainingSet, where: fitting.Place, algorithms: Sequence[str]
) -> selection.Selection:
    """What came of a competition on the cluster, over all customers; `part` are those of them that are here."""
    customers = where.customers(every, customer_key(run, spec.features))
    return cluster.run(run.engine, customers, part, algorithms, spec.chooses(part.task), spec.folds, spec.seed, run.asked.say)


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
    return _once(run, spec, rows).join(_sensitive(run, spec), customer_key(run, spec.features))


def _once(run: Run, spec: Predict, rows: ibis.Table) -> ibis.Table:
    """Of customers alike in all features and in the answer the first by key, where the question counts them once."""
    if spec.duplicates == "keep":
        return rows
    names, key = [one.name for one in described(run, spec.features)], customer_key(run, spec.features)
    alike = ibis.row_number().over(group_by=[*dict.fromkeys(names), LABEL], order_by=key)
    return rows.mutate(_alike=alike).filter(lambda row: row["_alike"] == 0).drop("_alike")


def _merged(run: Run, spec: Predict, rows: ibis.Table) -> list[dict[str, str]]:
    """What is to be said of customers that count once with others."""
    if spec.duplicates == "keep":
        return []
    every, kept = (int(one.count().to_pyarrow().as_py()) for one in (Origins(run, spec).rows(), rows))
    said = f"{every - kept} of {every} customers are alike to others in all features and in the answer: they count once"
    return [{"code": "merged_duplicates", "said": said}] if every > kept else []


def _brought(run: Run, spec: Predict, rows: ibis.Table) -> tuple[TrainingSet, list[dict[str, str]]]:
    key = customer_key(run, spec.features)
    table = rows.order_by(key).to_pyarrow()
    answer = spec.target.options().get("of") if spec.target.kind == "column" else None
    made = tuple(one for one in described(run, spec.features) if one.column != answer)
    task, rivals = task_of(run, spec), Origins(run, spec).rivals()
    made = tuple(sorted(made, key=lambda one: one.name not in rivals))  # of two copies the first is kept
    drawn = HELD in table.column_names
    held, notes = (table[HELD].to_numpy().astype(bool), []) if drawn else _held(run, spec, table, made)
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
            known=_known(run, spec),
            **({} if task == "binary" else {"labels": _order(run, spec)}),
        ),
        notes,
    )


def _known(run: Run, spec: Predict) -> frozenset[str]:
    """The features that are computed of the days before those of the answer; a column of the customers' may have been written later."""
    if Origins(run, spec).days is None:
        return frozenset()
    counted = [name for name in spec.features if run.project.features[name].kind != "profile"]
    return frozenset(one.name for one in described(run, counted))


def _held(run: Run, spec: Predict, table: pa.Table, made: Sequence[Feature]) -> tuple[np.ndarray[Any, Any], list[dict[str, str]]]:
    """Who is held out: nobody where what comes later measures."""
    return (np.zeros(len(table), bool), []) if Origins(run, spec).measures_forward() else holdout(spec, table, made)


def _sensitive_columns(run: Run, spec: Predict) -> list[str]:
    table = in_force(run)[entity(run, spec.features)]
    return [name for name, column in table.columns.items() if column.privacy == "sensitive"]


def _sensitive(run: Run, spec: Predict) -> ibis.Table:
    key = customer_key(run, spec.features)
    clean = run.lake.table(run.engine, f"clean/{entity(run, spec.features)}")
    return clean.select(key, **{f"sensitive:{name}": clean[name].cast("string") for name in _sensitive_columns(run, spec)})
