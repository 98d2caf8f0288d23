"""What customers are worth: fitted to the past, measured on days that were not known, and told where it beats the heuristic."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.compute as pc
import pytest

from chaland import reading
from chaland.flow import ask, whole
from chaland.flow.lifetimes import Lifetimes
from chaland.flow.run import Run, asking
from tests.flow import regulars, shop


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return regulars.write(tmp_path_factory.mktemp("regulars") / "data")


@pytest.fixture(scope="module")
def document(data: Path) -> dict[str, Any]:
    asked = shop.asked(data, as_of=regulars.DAY)
    return whole.run(regulars.spec(data), shop.SITE, regulars.home(data), asked, regulars.STEPS, "fr").document


@pytest.fixture
def looking(document: dict[str, Any], data: Path) -> Iterator[Run]:
    with asking(regulars.spec(data), shop.SITE, regulars.home(data), shop.asked(data, as_of=regulars.DAY)) as run:
        yield run


def other(run: Run, **words: Any) -> Lifetimes:
    """The same lifetime with other words; nothing is written."""
    lifetime = run.project.lifetime["value"].model_copy(update=words)
    return Lifetimes(
        Run(run.project.model_copy(update={"lifetime": {"value": lifetime}}), run.site, run.home, run.asked, opened=run.opened), "value"
    )


def test_the_document_keeps_its_schema_and_tells_everything(document: dict[str, Any]) -> None:
    jsonschema.validate(json.loads(json.dumps(document, default=str)), reading.schema("show"))
    told = document["lifetime"]["value"]
    assert (told["stands_at"], told["horizon_days"], told["unit"], told["measured_days"]) == ("2023-11-27", 60, "day", 60)
    assert told["kept"] == {"purchases": True, "value": True}
    assert told["why"] == {"purchases": None, "value": None}
    assert 0 < told["returned"] < told["customers"] <= 1_200
    assert set(told["parameters"]) == {"purchases", "value"}


def test_what_is_expected_of_all_is_what_then_happens(document: dict[str, Any], data: Path) -> None:
    totals = document["lifetime"]["value"]["totals"]
    for what, came in zip(("purchases", "value"), regulars.later(data, 60), strict=True):
        assert totals[what]["value"] == pytest.approx(came, rel=0.1)
        assert totals[what]["low"] < came < totals[what]["high"]


def test_the_looks_ahead_begin_one_and_two_horizons_earlier(document: dict[str, Any]) -> None:
    ahead = document["lifetime"]["value"]["forward"]
    assert [(one["learned_at"], one["measured_until"]) for one in ahead] == [("2023-09-28", "2023-11-27"), ("2023-07-30", "2023-09-28")]
    assert ahead[0]["baseline"]["name"] == "recency"
    assert [one["name"] for one in ahead[0]["baselines"]] == ["recency", "own_rate", "again", "nobody"]
    assert ahead[0]["metrics"]["purchases"]["ratio"]["value"] == pytest.approx(1.0, abs=0.1)
    assert sum(one["customers"] for one in ahead[0]["groups"]) == ahead[0]["customers"]


def test_the_lake_holds_one_row_per_customer_and_they_add_up_to_the_totals(looking: Run, document: dict[str, Any]) -> None:
    rows, told = looking.lake.table(looking.engine, "lifetime/value").to_pyarrow(), document["lifetime"]["value"]
    assert rows.column_names == [
        *("who", "frequency", "recency", "age", "spent", "alive", "expected_purchases", "heuristic_purchases"),
        *("expected_worth", "expected_value", "value_low", "value_high", "heuristic_value"),
    ]
    known = rows.filter(pc.is_valid(rows["age"]))
    assert known.num_rows == told["customers"]
    assert pc.sum(known["expected_purchases"]).as_py() == pytest.approx(told["totals"]["purchases"]["value"], rel=1e-6)
    assert float(pc.sum(known["expected_value"]).as_py()) == pytest.approx(told["totals"]["value"]["value"], rel=1e-4)
    assert all(row["value_low"] <= row["value_high"] for row in known.to_pylist())


def test_a_customer_is_told_with_what_he_is_worth(looking: Run) -> None:
    assert ask.customer(looking, "C1")["lifetime"]["value"]["age"] > 0


def test_the_look_ahead_sees_nothing_of_the_future(looking: Run) -> None:
    """Everything from the day on at which one stood is thrown away: the same is expected."""
    lifetimes = Lifetimes(looking, "value")
    day = regulars.DAY - timedelta(days=60)
    lines = lifetimes.past.tables["lines"]
    blind = Lifetimes(looking, "value")
    blind.__dict__["past"] = replace(lifetimes.past, tables={**lifetimes.past.tables, "lines": lines.filter(lines.day < day)})
    mine, theirs = (one._standing(day, 60) for one in (lifetimes, blind))
    assert mine.models.buying.fitted.values == theirs.models.buying.fitted.values
    assert mine.models.spending
    assert theirs.models.spending
    assert mine.models.spending.fitted.values == theirs.models.spending.fitted.values
    assert mine.expected.order_by("_who").to_pyarrow() == theirs.expected.order_by("_who").to_pyarrow()
    now = lifetimes._standing(regulars.DAY, 60)
    assert now.models.buying.fitted.values != mine.models.buying.fitted.values


def test_weeks_tell_about_as_much_money_as_days(looking: Run, document: dict[str, Any]) -> None:
    week = other(looking, unit="week")._standing(regulars.DAY, 60)
    _, paid = week.models.total(week.kinds, week.ahead)
    assert paid == pytest.approx(document["lifetime"]["value"]["totals"]["value"]["value"], rel=0.1)


def test_a_horizon_that_the_history_does_not_hold_is_measured_over_fewer_days(looking: Run) -> None:
    told = other(looking, days=365)
    assert told._measured_days == 110
    assert [str(day) for day in told._days()] == ["2023-08-09", "2023-04-21"]


def test_too_little_history_leaves_out_this_section_only(tmp_path: Path) -> None:
    data = regulars.write(tmp_path / "data", people=40)
    found = whole.run(regulars.spec(data), shop.SITE, regulars.home(data), shop.asked(data, as_of=regulars.DAY), regulars.STEPS)
    told = found.document["lifetime"]["value"]
    assert (told["why"]["purchases"], told["kept"], told["forward"]) == ("few_returns", {"purchases": False, "value": False}, [])
    assert told["totals"]["purchases"] == {"value": None, "low": None, "high": None}
    assert told["heuristic"]["purchases"] > 0
    assert [note["code"] for note in found.document["notes"]] == ["lifetime.few_returns"]
    jsonschema.validate(json.loads(json.dumps(found.document, default=str)), reading.schema("show"))
    assert "fewer than 50" in found.path.read_text()


def test_customers_who_do_as_no_model_says_are_left_to_the_heuristic(tmp_path: Path) -> None:
    """Everybody buys every ten days and nobody else at all, until a day when all change: the model is not kept, and that is said."""
    data = regulars.write(tmp_path / "data", people=10)
    lines = ["who,day,amount\n"]
    for number in range(120):
        pause = 5 + number % 40
        lines += [f"C{number},{regulars.DAY - timedelta(days=back)},{10 + number % 7}.00\n" for back in range(1, 330, pause)]
    (data / "lines.csv").write_text("".join(lines))
    found = whole.run(regulars.spec(data), shop.SITE, regulars.home(data), shop.asked(data, as_of=regulars.DAY), regulars.STEPS)
    told = found.document["lifetime"]["value"]
    assert told["kept"] == {"purchases": False, "value": False}
    assert told["why"]["purchases"] in ("recency", "own_rate")
    assert told["totals"]["purchases"]["value"] is None
    assert "lifetime.not_kept" in [note["code"] for note in found.document["notes"]]
    rows = run_table(data)
    assert rows["expected_purchases"].null_count == rows["value_high"].null_count == rows.num_rows
    assert rows["heuristic_value"].null_count == 0


def run_table(data: Path) -> Any:
    with asking(regulars.spec(data), shop.SITE, regulars.home(data), shop.asked(data)) as run:
        return run.lake.table(run.engine, "lifetime/value").to_pyarrow()


def test_without_amounts_purchases_are_told_alone(tmp_path: Path) -> None:
    data = regulars.write(tmp_path / "data")
    text = (data / "regulars.toml").read_text()
    (data / "regulars.toml").write_text(text.replace(', role = "amount"', ""))
    found = whole.run(regulars.spec(data), shop.SITE, regulars.home(data), shop.asked(data, as_of=regulars.DAY), regulars.STEPS)
    told = found.document["lifetime"]["value"]
    assert (told["kept"], told["why"]["value"]) == ({"purchases": True, "value": False}, "no_money")
    assert list(told["forward"][0]["metrics"]) == ["purchases"]
    assert found.path.read_text().count("<svg") > 0


def test_the_report_says_what_is_expected_and_how_it_was_measured(document: dict[str, Any]) -> None:
    page = Path(document["files"]["report"]).read_text()
    assert "Valeur vie client" in page
    assert "l&#39;heuristique de récence" in page
    assert "Achats, attendus et observés" in page
