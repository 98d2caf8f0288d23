"""score: every customer through every kept model (scores/QUESTION)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from chaland.flow import fingerprint
from chaland.flow.customers import customer_key, gathered
from chaland.flow.run import Run
from chaland.model import Model


def inputs(run: Run) -> str:
    """The trained models and the features."""
    return fingerprint.of(run.needed("train")["fingerprint"], run.needed("features")["fingerprint"])


def score(run: Run) -> dict[str, Any]:
    """Score all customers for every question that has a model; scores of a question that has none any more go."""
    kept = [name for name in run.project.predict if (run.home.models / f"{name}.onnx").exists()]
    for stale in (f"scores/{name}" for name in run.project.predict if name not in kept):
        if run.lake.has(stale):
            run.lake.write(run.engine, stale, run.engine.take(run.lake.table(run.engine, stale).limit(0).to_pyarrow()))
    return {"scores": {name: _score_one(run, name) for name in kept}}


@lru_cache(maxsize=4)
def _loaded(graph: bytes) -> Model:
    """One session per model and process, however many tasks the process is given."""
    return Model.from_bytes(graph)


@dataclass(frozen=True)
class Scorer:
    """Batches of customers → batches of scores; picklable, so that an engine may run it where the rows are."""

    model: bytes
    key: str

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        model = _loaded(self.model)
        for batch in batches:
            told = model.score(batch, reasons=True)
            columns = [batch.column(self.key), *(told.column(name) for name in told.schema.names)]
            yield pa.RecordBatch.from_arrays(columns, names=[self.key, *told.schema.names])


def _score_one(run: Run, name: str) -> dict[str, Any]:
    key = customer_key(run, run.project.predict[name].features)
    scorer = Scorer((run.home.models / f"{name}.onnx").read_bytes(), key)
    rows = gathered(run, run.project.predict[name].features)
    [empty] = scorer(iter([pa.RecordBatch.from_pylist([], schema=rows.schema().to_pyarrow())]))
    scored = run.engine.apply(rows, scorer, empty.schema)
    run.lake.write(run.engine, f"scores/{name}", scored)
    return {"rows": int(scored.count().to_pyarrow().as_py())}
