"""Where models are fitted is said by the site, and the hold-out is the same wherever."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from chaland.engines.duckdb import Adapter, Options
from chaland.errors import SpecError
from chaland.flow import fitting, whole
from chaland.flow.found import found as grouping
from chaland.flow.holdout import holdout
from chaland.flow.run import Run, asking
from chaland.flow.steps import train
from chaland.learn import cluster
from chaland.learn.dataset import Feature
from chaland.spec import Predict
from chaland.spec.site import Learn, Limits
from tests.flow import shop, visits
from tests.learn.fitter import Engine

KEYS = [np.random.default_rng(number).bytes(16).hex() for number in range(2000)]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    made = Run(shop.spec(shop.write(tmp_path / "data").parent), shop.SITE, shop.home(tmp_path / "data"), shop.asked(tmp_path / "data"))
    yield made
    for engine in made.opened:
        engine.close()


def sited(run: Run, engine: type[Adapter], folder: Path, **words: object) -> Run:
    """The run on a site that says this of learning."""
    run.site = run.site.model_copy(update={"learn": Learn.model_validate(words)})
    run.__dict__["engine"] = engine(Options(), folder / "staging", Limits())
    run.opened.append(run.engine)
    return run


class Able(Adapter):
    """DuckDB that says it can fit."""

    def fitting(self, rows: object) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("engine", "words", "cluster"),
    [
        (Adapter, {}, False),
        (Able, {}, False),
        (Able, {"driver_rows": 1999}, True),
        (Able, {"driver_rows": 2000}, False),
        (Adapter, {"driver_rows": 1999}, False),
        (Able, {"where": "driver", "driver_rows": 1}, False),
        (Able, {"where": "cluster"}, True),
    ],
)
def test_the_cluster_fits_beyond_the_limit_or_where_the_site_says_so(
    run: Run, tmp_path: Path, engine: type[Adapter], words: dict[str, object], cluster: bool
) -> None:
    run = sited(run, engine, tmp_path, **words)
    assert fitting.chosen(run, run.engine.take(pa.table({"key": KEYS}))).cluster is cluster


def test_an_engine_that_cannot_fit_is_named_with_what_to_do(run: Run, tmp_path: Path) -> None:
    run = sited(run, Adapter, tmp_path, where="cluster")
    with pytest.raises(SpecError, match="'duckdb' fits no models"):
        fitting.chosen(run, run.engine.take(pa.table({"key": KEYS})))


def test_a_fair_part_is_as_large_as_asked_and_told(run: Run, tmp_path: Path) -> None:
    run = sited(run, Adapter, tmp_path, part=0.25)
    table = run.engine.take(pa.table({"key": KEYS}))
    found = fitting.chosen(run, table)
    here = int(found.here(table, "key").count().to_pyarrow().as_py())
    assert 400 < here < 600
    assert [(note["code"], f"{here} of 2000" in note["said"]) for note in found.notes(here)] == [("fair_part", True)]


def test_all_customers_come_here_without_a_word(run: Run, tmp_path: Path) -> None:
    run = sited(run, Adapter, tmp_path)
    table = run.engine.take(pa.table({"key": KEYS}))
    found = fitting.chosen(run, table)
    assert (int(found.here(table, "key").count().to_pyarrow().as_py()), found.notes(2000)) == (2000, [])


@pytest.mark.parametrize("words", [{"files": "*20*.csv"}, {"files": "none*.csv"}, {"files": "*.csv"}, {"share": 0.3}, {"share": 0.1234}])
def test_the_hold_out_is_the_same_in_the_engine_as_here(run: Run, tmp_path: Path, words: dict[str, object]) -> None:
    spec = Predict.model_validate({"target": {"kind": "column", "of": "x"}, "features": ["profile"], "holdout": words})
    rows = pa.table({"key": sorted(KEYS), "_file": ["churn-80.csv"] * 1500 + ["churn-20.csv"] * 500})
    table = sited(run, Adapter, tmp_path).engine.take(rows)
    held, notes = fitting.held_out(spec, table, "key")
    assert (table.mutate(held=held).order_by("key").to_pyarrow()["held"].to_pylist(), notes) == (
        holdout(spec, rows)[0].tolist(),
        holdout(spec, rows)[1],
    )


def test_copies_stand_on_one_side_in_the_engine_as_here(run: Run, tmp_path: Path) -> None:
    spec = Predict.model_validate({"target": {"kind": "column", "of": "x"}, "features": ["profile"], "holdout": {"share": 0.3}})
    one, other = np.random.default_rng(0).normal(size=(2, 1900)).tolist()
    blanks = [None] * 4
    numbers = {"one": [*one, *one[:96], *blanks], "other": [*other, *other[:96], *blanks], "word": [*("ab" * 950), *("ab" * 50)]}
    rows = pa.table({"key": sorted(KEYS), **numbers})
    features = tuple(Feature(name, "word" if name == "word" else "number", name, "", "") for name in numbers)
    table = sited(run, Adapter, tmp_path).engine.take(rows)
    held = table.mutate(_held=fitting.held_out(spec, table, "key")[0])
    told = fitting.one_side(held, list(numbers), "key").order_by("key").to_pyarrow()["_held"].to_pylist()
    assert told == holdout(spec, rows, features)[0].tolist()
    assert told != holdout(spec, rows)[0].tolist()


def test_a_run_on_a_fair_part_says_so_and_puts_everybody_into_a_group(tmp_path: Path) -> None:
    data = shop.write(tmp_path / "data", rows=600).parent
    site = shop.SITE.model_copy(update={"learn": Learn(part=0.5)})
    told = whole.run(shop.spec(data), site, shop.home(data), shop.asked(data)).document
    customers = told["tables"]["people"]["accepted"]
    [note] = [note for note in told["predict"]["leaving"]["notes"] if note["code"] == "fair_part"]
    assert f"of {customers}, drawn by their keys" in note["said"]
    assert told["predict"]["leaving"]["rows"] < 0.6 * customers
    assert sum(group["size"] for group in told["segments"]["habits"]["groups"]) in (0, customers)


def test_a_question_is_answered_and_groups_are_found_on_the_cluster(looking: Run, tmp_path: Path) -> None:
    run = sited(looking, Engine, tmp_path, where="cluster")
    found, notes = train._selected(run, run.project.predict["leaving"])
    assert (found.rows, found.holdout.rows, notes) == (242, 48, [])
    assert "fitted_on_cluster" in [note.code for note in found.notes]
    groups = grouping(run, "habits")
    keys = run.lake.table(run.engine, "features/profile").count().to_pyarrow().as_py()
    assert (groups.groups.count().to_pyarrow().as_py(), [one["code"] for one in groups.notes]) == (keys, ["fitted_on_cluster"])
    assert sum(group.size for group in groups.segmentation.groups) in (0, keys)


@pytest.fixture
def visited(tmp_path: Path) -> Iterator[Run]:
    """Receipts, with their features; nothing is learnt yet."""
    data = visits.write(tmp_path / "visits")
    whole.run(visits.spec(data), shop.SITE, visits.home(data), shop.asked(data), ("ingest", "prepare", "features"))
    with asking(visits.spec(data), shop.SITE, visits.home(data), shop.asked(data)) as run:
        yield sited(run, Engine, tmp_path / "there", where="cluster")


@pytest.mark.parametrize(("question", "task", "rivals"), [("quiet", "binary", {"majority", "recency"}), ("money", "regression", {"mean"})])
def test_questions_in_time_are_learnt_on_the_cluster_and_measured_on_later_days(
    visited: Run, question: str, task: str, rivals: set[str]
) -> None:
    told = train._train_one(visited, question)
    codes = [note["code"] for note in told["notes"]]
    assert (told["task"], {"fitted_on_cluster", "holdout_ahead"} - set(codes)) == (task, set())
    assert [(one["learned_at"], one["measured_at"]) for one in told["forward"]] == [
        ("2023-09-03", "2023-11-02"),
        ("2023-07-05", "2023-09-03"),
    ]
    assert {one["name"] for one in told["forward"][0]["baselines"]} >= rivals
    assert told["holdout"]["metrics"] == told["forward"][0]["metrics"]
    assert told["parity"] <= cluster.PARITY
    assert len(visited.engine.last.fitted) == visited.project.predict[question].folds + 1  # the last pair of days, there too
