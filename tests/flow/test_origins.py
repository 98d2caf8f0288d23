"""One learns standing in the past, and measures on what came after."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chaland.flow import whole
from chaland.flow.origins import Origins, called, forward
from chaland.flow.run import Run, asking
from tests.flow import shop, visits
from tests.learn.words import LENGTHS, several

STOOD = dt.date(2024, 1, 1)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    data = visits.write(tmp_path_factory.mktemp("visits") / "data")
    whole.run(visits.spec(data), shop.SITE, visits.home(data), shop.asked(data))
    with asking(visits.spec(data), shop.SITE, visits.home(data), shop.asked(data)) as looking:
        yield looking


def told(run: Run, question: str) -> dict[str, Any]:
    found: dict[str, Any] = run.needed("train")["facts"]["predict"][question]
    return found


def test_one_stands_as_many_days_back_as_one_looks_ahead(run: Run) -> None:
    assert [(told(run, q)["horizon_days"], told(run, q)["stands_at"]) for q in ("quiet", "money")] == [(60, "2023-11-02")] * 2
    assert told(run, "quiet")["as_of"] == STOOD.isoformat()


def test_two_earlier_days_are_learnt_on_and_measured_one_horizon_later(run: Run) -> None:
    pairs = [(one["learned_at"], one["measured_at"]) for one in told(run, "quiet")["forward"]]
    assert pairs == [("2023-09-03", "2023-11-02"), ("2023-07-05", "2023-09-03")]


def test_recency_alone_competes_and_is_measured_beside(run: Run) -> None:
    quiet = told(run, "quiet")
    assert {one["name"] for one in quiet["baselines"]} == {"majority", "recency"}
    assert {one["name"] for one in quiet["forward"][0]["baselines"]} == {"majority", "recency"}
    assert quiet["forward"][0]["baseline"]["name"] == "recency"
    assert quiet["forward"][0]["baseline"]["metrics"]["roc_auc"]["value"] > 0.8


def test_the_later_day_is_the_hold_out_where_the_file_names_none(run: Run) -> None:
    money = told(run, "money")
    assert money["holdout"]["rows"] == money["forward"][0]["rows"] == money["rows"] > 0
    assert money["holdout"]["metrics"] == money["forward"][0]["metrics"]
    assert "holdout_ahead" in [note["code"] for note in money["notes"]]


def test_features_and_answers_of_a_day_know_nothing_of_later_ones(run: Run) -> None:
    day = dt.date(2023, 6, 1)
    rows = Origins(run, run.project.predict["quiet"]).rows(day).to_pyarrow()
    lines = run.lake.table(run.engine, "clean/lines").to_pyarrow().to_pylist()
    before = {line["who"] for line in lines if line["day"] < day}
    after = {line["who"] for line in lines if day <= line["day"] < day + dt.timedelta(days=60)}
    assert {row["who"]: row["_label"] for row in rows.to_pylist()} == {who: who not in after for who in before}
    assert min(rows["last_day"].to_pylist()) >= 1
    assert rows["last_day"].to_pylist() == rows["rfm_recency"].to_pylist()
    assert rows["visits"].to_pylist() == rows["rfm_frequency"].to_pylist()


def test_a_window_is_proposed_and_told_where_none_is_said(run: Run) -> None:
    spec = run.project.predict["quiet"]
    free = Origins(run, spec.model_copy(update={"target": spec.target.model_copy(update={"days": None})}))
    assert free.days is not None
    assert free.days % 7 == 0
    assert [note["code"] for note in free.notes()][-1] == "window_proposed"


def test_a_short_history_is_not_measured_forward(run: Run) -> None:
    spec = run.project.predict["quiet"]
    long = Origins(run, spec.model_copy(update={"target": spec.target.model_copy(update={"days": 150})}))
    assert (list(long.pairs()), long.measures_forward()) == ([], False)


def test_words_without_an_order_are_measured_forward_too(run: Run) -> None:
    origins, days = Origins(run, run.project.predict["money"]), iter(range(4))
    ahead = forward(origins, None, "accuracy", lambda rows: replace(several(300, seed=next(days)), labels=()))
    assert ahead.holdout["holdout"]["labels"] == sorted(LENGTHS)
    assert ahead.holdout["holdout"]["rows"] == 300


def test_a_baseline_is_called_by_what_it_is() -> None:
    assert [called("rfm_recency"), called("majority")] == ["recency", "majority"]


def test_columns_that_know_of_later_days_are_told(run: Run) -> None:
    told_of = Origins(run, run.project.predict["quiet"])
    assert told_of.warnings() == []
    people = run.lake.table(run.engine, "clean/people")
    knowing = replace(told_of.past, tables={**told_of.past.tables, "people": people}, remake=None)
    told_of.__dict__["past"] = knowing
    assert [one["code"] for one in told_of.warnings()] == ["leak.future"]
