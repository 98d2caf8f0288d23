"""People from a file through a kept model: their rows in their order, with probability, decision and reasons, or the error."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from chaland import plugins
from chaland.errors import DataError, SpecError, Where, nearest
from chaland.flow import ask
from chaland.flow.as_of import today
from chaland.flow.run import Run
from chaland.flow.steps.prepare import ruled
from chaland.flow.undone import in_force
from chaland.history import History
from chaland.model import Model
from chaland.prepare import contract
from chaland.spec import Column, Table

PLACE = ("_file", "_line", "_fault", "_said")


def score_file(run: Run, question: str, rows: Path, out: Path) -> dict[str, Any]:
    """Score a file; how many rows were scored, and how many came back with an error."""
    model = _model(run, question)
    name, table = _customers(run, question)
    original = _read(run, rows)
    told = _scored(run, question, model, name, _asked(table, run.project.predict[question].target.options().get("of")), rows)
    original = original.drop_columns([column for column in original.column_names if column in told.column_names and column not in PLACE])
    whole = original.append_column("_row", pa.array(range(len(original)), pa.int64())).join(told, ["_file", "_line"]).sort_by("_row")
    result = whole.drop_columns([column for column in (*PLACE, "_row") if column in whole.column_names])
    ask.write_rows(result, out)
    failed = len(result) - result["error"].null_count
    return {"question": question, "rows": len(result), "scored": len(result) - failed, "errors": failed, "out": str(out)}


def _model(run: Run, question: str) -> Model:
    if question not in run.project.predict:
        raise SpecError(f"there is no question {question!r}", next=nearest(question, run.project.predict))
    path = run.home.models / f"{question}.onnx"
    if not path.exists():
        said = f"the question {question!r} has no model"
        raise DataError(said, next="Run the project first; where it says `kept: null`, no model beat the baseline.", code="no_model")
    return Model.from_bytes(path.read_bytes())


def _customers(run: Run, question: str) -> tuple[str, Table]:
    families = run.project.predict[question].features
    foreign = [f for f in families if set(plugins.load("features", run.project.features[f].kind).NEEDS) - {"customers"}]
    if foreign:
        raise SpecError(
            f"{question!r} leans on {foreign[0]!r}, which is made from other tables than the rows",
            next="Take such people in with `chaland run`.",
        )
    name = run.project.customers() or ""
    return name, in_force(run)[name]


def _asked(table: Table, target: str | None) -> Table:
    """The table as it is asked of new people: key and answer may be missing, and nothing must be unique."""
    columns = {name: _eased(column) if name in (table.key(), target) else column for name, column in table.columns.items()}
    return table.model_copy(update={"columns": columns})


def _eased(column: Column) -> Column:
    free = {"optional": True, "required": False, "role": None, "broken": "null", "unique": False}
    return column.model_copy(update=free | ({"privacy": "identifier"} if column.role == "key" else {}))


def _read(run: Run, path: Path) -> pa.Table:
    """The rows as they are in the file, every column as text, with their place."""
    rows = _adapter(run, path, None).look(None)[0][1]
    return rows.drop_columns([name for name in ("_fault", "_said") if name in rows.column_names])


def _adapter(run: Run, path: Path, columns: dict[str, Any] | None) -> Any:
    if not path.is_file():
        raise DataError(f"there is no file {path.name!r}", where=Where(str(path)), next="Name a CSV or Parquet file with --rows.")
    kind = "parquet" if path.suffix.lower() == ".parquet" else "csv"
    module = plugins.load("sources", kind)
    source = next((t.source for t in run.project.tables.values() if t.role == "customers"), None)
    words = {word: value for word, value in (source.options() if source and source.kind == kind else {}).items() if word != "path"}
    return module.Adapter(module.Options(path=path.name, **words), path.parent, columns, run.site.limits)


def _scored(run: Run, question: str, model: Model, name: str, table: Table, path: Path) -> pa.Table:
    columns = {n: (c.names(n), c.optional) for n, c in table.columns.items()}
    raw = _adapter(run, path, columns).table(run.engine)
    records = raw.filter(raw._fault.isnull() | ~raw._fault.startswith("#"))
    enforced = run.engine.pin(ruled(run, contract.enforce(records, table, run.pads), table))
    past = History({name: enforced}, {name: table}).before(today(run) + timedelta(days=0))
    features = _features(run, question, past).order_by(["_file", "_line"]).to_pyarrow().combine_chunks()
    reasons = enforced.select("_file", "_line", "_reason").order_by(["_file", "_line"]).to_pyarrow()
    told = pa.Table.from_batches([model.score(_batch(features), reasons=True)])
    return _with_errors(told, features, reasons["_reason"])


def _features(run: Run, question: str, past: History) -> Any:
    """The features of the rows, beside their place in the file."""
    first = None
    for family in run.project.predict[question].features:
        options = run.project.features[family]
        made = plugins.load("features", options.kind).compute(past, options, ("_file", "_line"))
        first = made if first is None else first.join(made, ["_file", "_line"])
    return first


def _batch(rows: pa.Table) -> pa.RecordBatch:
    return rows.to_batches()[0] if len(rows) else pa.RecordBatch.from_pylist([], schema=rows.schema)


def _with_errors(told: pa.Table, features: pa.Table, reasons: pa.ChunkedArray) -> pa.Table:
    import pyarrow.compute as pc

    good = pc.is_null(reasons)
    columns = {name: features[name] for name in ("_file", "_line")}
    columns |= {name: pc.if_else(good, told[name], pa.scalar(None, told[name].type)) for name in told.column_names}
    return pa.table(columns | {"error": reasons.cast(pa.string())})
