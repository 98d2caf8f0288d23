"""People from a file through a kept model: their rows in their order, with probability, decision, reasons and groups, or the error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from chaland import plugins
from chaland.errors import DataError, SpecError, Where, nearest
from chaland.flow import ask
from chaland.flow.as_of import today
from chaland.flow.ruling import ruled
from chaland.flow.run import Run
from chaland.flow.undone import in_force
from chaland.history import History
from chaland.learn import assignment
from chaland.model import Model
from chaland.prepare import contract
from chaland.spec import Column, Table, Target
from chaland.spec.table import Source

PLACE = ("_file", "_line", "_fault", "_said")


@dataclass(frozen=True)
class _Groups:
    """One segmentation that found groups: the families it leans on, its segments file, and its groups' names in one language."""

    segments: str
    families: tuple[str, ...]
    file: bytes
    names: Mapping[int, str]

    def columns(self, features: pa.Table) -> dict[str, pa.Array]:
        """The group of each row and its name."""
        ids = assignment.assign(self.file, features)
        return {
            f"segment_{self.segments}": pa.array(ids),
            f"segment_{self.segments}_name": pa.array([self.names[int(id)] for id in ids], pa.string()),
        }


def score_file(run: Run, question: str, rows: Path, out: Path, lang: str = "en") -> dict[str, Any]:
    """Score a file; how many rows were scored, and how many came back with an error.

    Beside the answer every row gets its group, with the group's name in `lang`, of each segmentation that leans on the rows alone.
    """
    model, groups = _model(run, question), _groups(run, question, lang)
    name, table = _customers(run, question)
    original = _read(run, rows, table)
    asked = _asked(table, run.project.predict[question].target)
    told = _Scoring(run, question, model, groups, name, asked).told(rows)
    original = original.drop_columns([column for column in original.column_names if column in told.column_names and column not in PLACE])
    whole = original.append_column("_row", pa.array(range(len(original)), pa.int64())).join(told, ["_file", "_line"]).sort_by("_row")
    result = whole.drop_columns([column for column in (*PLACE, "_row") if column in whole.column_names])
    ask.write_rows(result, out)
    failed = len(result) - result["error"].null_count
    return {
        "question": question,
        "rows": len(result),
        "scored": len(result) - failed,
        "errors": failed,
        "segments": [one.segments for one in groups],
        "out": str(out),
    }


def _model(run: Run, question: str) -> Model:
    if question not in run.project.predict:
        raise SpecError(f"there is no question {question!r}", next=nearest(question, run.project.predict))
    path = run.home.models / f"{question}.onnx"
    if not path.exists():
        said = f"the question {question!r} has no model"
        raise DataError(said, next="Run the project first; where it says `kept: null`, no model beat the baseline.", code="no_model")
    return Model.from_bytes(path.read_bytes())


def _groups(run: Run, question: str, lang: str) -> list[_Groups]:
    """Every segmentation of the same table that found groups and leans on nothing but the rows."""
    of = run.project.entity(run.project.predict[question].features)
    found = (run.record("segment") or {"facts": {"segments": {}}})["facts"]["segments"]
    asked = {name: spec.features for name, spec in run.project.segments.items() if run.project.entity(spec.features) == of}
    wanted = [name for name, families in asked.items() if (found.get(name) or {}).get("k") and not _foreign(run, families)]
    return [_group(run, name, found[name]["groups"], lang) for name in wanted]


def _group(run: Run, name: str, groups: Sequence[Mapping[str, Any]], lang: str) -> _Groups:
    path = run.home.models / f"{name}.segments.onnx"
    if not path.exists():
        said = f"the groups of {name!r} have no segments file"
        raise DataError(said, where=Where(path.name), next="Run `chaland segment` again with --force.", code="model")
    names = {int(one["id"]): str(one["name"].get(lang) or one["name"]["en"]) for one in groups}
    file = path.read_bytes()
    assignment.Assigner.from_bytes(file)
    return _Groups(name, tuple(run.project.segments[name].features), file, names)


def _customers(run: Run, question: str) -> tuple[str, Table]:
    foreign = _foreign(run, run.project.predict[question].features)
    if foreign:
        raise SpecError(
            f"{question!r} leans on {foreign[0]!r}, which is made from other tables than the rows",
            next="Take such people in with `chaland run`.",
        )
    name = run.project.entity(run.project.predict[question].features) or ""
    return name, in_force(run)[name]


def _foreign(run: Run, families: Sequence[str]) -> list[str]:
    """The families that are made from other tables than the customers, or from customers that SQL makes of other tables."""
    entity = run.project.entity(families)
    made = entity is not None and in_force(run)[entity].query() is not None
    return [one for one in families if made or set(plugins.load("features", run.project.features[one].kind).NEEDS) - {"customers"}]


def _asked(table: Table, target: Target) -> Table:
    """The table as it is asked of new people: key, answer and what leads to it may be missing, and nothing must be unique."""
    words = target.options()
    free = (table.key(), words.get("of" if target.kind == "column" else "by"))
    columns = {name: _eased(column) if name in free else column for name, column in table.columns.items()}
    return table.model_copy(update={"columns": columns})


def _eased(column: Column) -> Column:
    free = {"optional": True, "required": False, "role": None, "broken": "null", "unique": False}
    return column.model_copy(update=free | ({"privacy": "identifier"} if column.role == "key" else {}))


def _read(run: Run, path: Path, table: Table) -> pa.Table:
    """The rows as they are in the file, every column as text, with their place."""
    rows = _adapter(run, path, table.source, None).look(None)[0][1]
    return rows.drop_columns([name for name in ("_fault", "_said") if name in rows.column_names])


def _adapter(run: Run, path: Path, source: Source, columns: dict[str, Any] | None) -> Any:
    if not path.is_file():
        raise DataError(f"there is no file {path.name!r}", where=Where(str(path)), next="Name a CSV, Parquet or Excel file with --rows.")
    kind = {".parquet": "parquet", ".xlsx": "xlsx"}.get(path.suffix.lower(), "csv")
    module = plugins.load("sources", kind)
    words = {word: value for word, value in (source.options() if source.kind == kind else {}).items() if word != "path"}
    return module.Adapter(module.Options(path=path.name, **words), path.parent, columns, run.site.limits)


@dataclass(frozen=True)
class _Scoring:
    """One file on its way through model and groups."""

    run: Run
    question: str
    model: Model
    groups: Sequence[_Groups]
    name: str
    table: Table

    def told(self, path: Path) -> pa.Table:
        """For each record its place in the file, the answer, the groups, and the error."""
        enforced = self._enforced(path)
        past = History({self.name: enforced}, {self.name: self.table}, entity=self.name).before(today(self.run) + timedelta(days=0))
        asked = tuple(self.run.project.predict[self.question].features)
        made = {families: self._features(past, families) for families in {asked, *(one.families for one in self.groups)}}
        features = made[asked]
        reasons = enforced.select("_file", "_line", "_reason").order_by(["_file", "_line"]).to_pyarrow()
        scored = pa.Table.from_batches([self.model.score(_batch(features), reasons=True)])
        told = {name: scored[name] for name in scored.column_names}
        for one in self.groups:
            told |= one.columns(made[one.families])
        return _with_errors(told, features, reasons["_reason"])

    def _enforced(self, path: Path) -> ir.Table:
        columns = {n: (c.names(n), c.optional) for n, c in self.table.columns.items()}
        raw = _adapter(self.run, path, self.table.source, columns).table(self.run.engine)
        records = raw.filter(raw._fault.isnull() | ~raw._fault.startswith("#"))
        return self.run.engine.pin(ruled(self.run, contract.enforce(records, self.table, self.run.pads), self.table))

    def _features(self, past: History, families: Sequence[str]) -> pa.Table:
        """The features of the rows in the order of their places, beside which they stand."""
        first: Any = None
        for family in families:
            options = self.run.project.features[family]
            made = plugins.load("features", options.kind).compute(past, options, ("_file", "_line"))
            first = made if first is None else first.join(made, ["_file", "_line"])
        found: pa.Table = first.order_by(["_file", "_line"]).to_pyarrow().combine_chunks()
        return found


def _batch(rows: pa.Table) -> pa.RecordBatch:
    return rows.to_batches()[0] if len(rows) else pa.RecordBatch.from_pylist([], schema=rows.schema)


def _with_errors(told: Mapping[str, pa.ChunkedArray], features: pa.Table, reasons: pa.ChunkedArray) -> pa.Table:
    import pyarrow.compute as pc

    good = pc.is_null(reasons)
    columns = {name: features[name] for name in ("_file", "_line")}
    columns |= {name: pc.if_else(good, column, pa.scalar(None, column.type)) for name, column in told.items()}
    return pa.table(columns | {"error": reasons.cast(pa.string())})
