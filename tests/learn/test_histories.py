"""Histories are counted as one would by hand, and alike on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from chaland.errors import DataError
from chaland.history import WHO, History
from chaland.learn import histories
from chaland.spec.lifetime import Lifetime
from tests.features import purchases
from tests.learn import lives

WORDS = Lifetime(by="who")


@pytest.fixture
def past(tmp_path: Path) -> Iterator[History]:
    engine = purchases.engine(tmp_path)
    yield purchases.history(engine, purchases.BEFORE + purchases.LATER).before(purchases.DAY)
    engine.close()


def told(past: History, words: Lifetime = WORDS) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = histories.counted(past, words, "id").order_by(WHO).to_pyarrow().to_pylist()
    return rows


def test_a_day_with_a_purchase_is_one_and_nothing_later_is_seen(past: History) -> None:
    assert told(past) == [
        {WHO: "a", "frequency": 2, "recency": 181, "age": 182, "spent": 1_000_000},
        {WHO: "b", "frequency": 0, "recency": 0, "age": 30, "spent": 3_000},
    ]


def test_weeks_are_counted_back_from_the_day_on_which_one_stands(past: History) -> None:
    assert [(row["frequency"], row["recency"], row["age"]) for row in told(past, WORDS.model_copy(update={"unit": "week"}))] == [
        (2, 25, 26),
        (0, 0, 5),
    ]


def test_without_amounts_there_is_no_money(past: History) -> None:
    bare = past.specs["lines"].columns["value"].model_copy(update={"role": None})
    lines = past.specs["lines"].model_copy(update={"columns": {**past.specs["lines"].columns, "value": bare}})
    assert "spent" not in told(replace(past, specs={**past.specs, "lines": lines}))[0]


def test_too_few_who_came_back_are_told_so(past: History) -> None:
    with pytest.raises(DataError, match="fewer than 50") as caught:
        histories.kinds(histories.counted(past, WORDS, "id"))
    assert caught.value.code == "few_returns"


def test_everybody_is_in_the_table_and_what_is_not_kept_is_null(past: History) -> None:
    rows = histories.of_everybody(past, histories.counted(past, WORDS, "id"), "id", {"purchases": False, "value": False})
    ada, _, cy = rows.order_by("id").to_pyarrow().to_pylist()
    assert (ada["id"], ada["frequency"], str(ada["spent"]), ada["alive"], ada["value_high"]) == ("a", 2, "100.00", None, None)
    assert (cy["id"], cy["age"], cy["spent"]) == ("c", None, None)


def crowd(engine: object, people: int) -> History:
    """Made-up purchases as a history."""
    table = lives.lived(people, 300, 2).table()
    lines = engine.take(table.rename_columns(["who", "at", "value"]))  # type: ignore[attr-defined]
    everybody = lines.select(id=lines.who).distinct()
    return History({"people": everybody, "lines": lines}, {"people": purchases.PEOPLE, "lines": purchases.LINES}).before(date(2023, 10, 28))


def test_expectations_are_joined_to_every_customer(tmp_path: Path) -> None:
    engine = purchases.engine(tmp_path)
    past = crowd(engine, 600)
    counted = histories.counted(past, WORDS, "id")
    kinds = histories.kinds(counted)
    outlook = lives.TRUTH.outlook(kinds.histories, 90.0, 0)
    told = histories.expected(counted, engine.take(histories.outlooks(kinds.histories, outlook)), lives.TRUTH)
    rows = histories.of_everybody(past, told, "id", {"purchases": True, "value": True}).order_by("id").to_pyarrow().to_pydict()
    engine.close()
    spent = np.array([float(one) for one in rows["spent"]])
    mine = lives.TRUTH.spending.expected(np.array(rows["frequency"]) + 1, spent / (np.array(rows["frequency"]) + 1))
    assert [float(one) for one in rows["expected_worth"]] == pytest.approx(mine.tolist(), abs=0.006)
    bought, paid = lives.TRUTH.total(kinds, 90.0)
    assert sum(rows["expected_purchases"]) == pytest.approx(bought, rel=1e-9)
    assert float(sum(rows["expected_value"])) == pytest.approx(paid, rel=1e-4)


def test_sums_of_money_stand_for_the_customers_they_are_counted_from(tmp_path: Path) -> None:
    engine = purchases.engine(tmp_path)
    counted = histories.counted(crowd(engine, 3_000), WORDS, "id")
    sums, rows = histories.sums(counted).to_pydict(), counted.to_pyarrow().to_pydict()
    engine.close()
    assert sum(sums["many"]) == len(rows["spent"])
    whole = sum(m * p * n for m, p, n in zip(sums["mean"], sums["purchases"], sums["many"], strict=True))
    assert whole == pytest.approx(sum(rows["spent"]) / histories.PART, rel=1e-12)
    assert len(sums["many"]) < len(rows["spent"])
