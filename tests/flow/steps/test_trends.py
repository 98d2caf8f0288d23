"""The trends step: tables in the lake, facts for show and report, and nothing where nothing is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chaland.errors import DataError
from chaland.flow import ask, whole
from chaland.flow.run import Run, asking
from chaland.reading import read_project
from chaland.spec import Project
from tests.flow import shop

STEPS = ("ingest", "prepare", "trends")
PROJECT = """name = "shop"
[tables.sales]
role = "transactions"
source = { kind = "csv", path = "sales.csv" }
columns = { day = { type = "date", role = "time" }, city = {}, model = {}, price = { type = "decimal" }, quantity = { type = "int" } }
[tables.people]
role = "reference"
optional = true
source = { kind = "csv", path = "people.csv" }
columns = { name = {} }
[trends.best]
table = "sales"
rows = ["city", "model"]
measure = "sum(quantity)"
top = 1
within = "city"
[trends.months]
table = "sales"
measure = "sum(price * quantity)"
over = "month"
forecast = 3
"""


def written(folder: Path) -> Project:
    folder.mkdir()
    months = [f"20{20 + month // 12}-{month % 12 + 1:02d}-03" for month in range(40)]
    lines = [f"{day},{'Oslo' if place % 2 else '=Rome'},{'a' if place % 3 else 'b'},{10 + place}.50,2" for place, day in enumerate(months)]
    lines += ["2023-05-01,Oslo,b,1.00,12", ",Oslo,c,1.00,1"]
    (folder / "sales.csv").write_text("day,city,model,price,quantity\n" + "\n".join(lines) + "\n")
    (folder / "shop.toml").write_text(PROJECT)
    return read_project(folder / "shop.toml")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trends") / "data"
    whole.run(written(folder), shop.SITE, shop.home(folder), shop.asked(folder), STEPS)
    return folder


@pytest.fixture
def looking(data: Path) -> Iterator[Run]:
    with asking(read_project(data / "shop.toml"), shop.SITE, shop.home(data), shop.asked(data)) as run:
        yield run


def again(data: Path) -> dict[str, Any]:
    return whole.run(read_project(data / "shop.toml"), shop.SITE, shop.home(data), shop.asked(data), STEPS).document


def test_show_tells_rows_the_measure_over_everything_and_the_table(data: Path) -> None:
    told = again(data)["trends"]
    assert {name: (one["rows"], one["total"], one["table"]) for name, one in told.items()} == {
        "best": (3, 93, "trends/best"),
        "months": (41, 2413.0, "trends/months"),
    }
    assert "drawn" not in told["best"]


def test_ties_and_rows_without_a_time_are_noted(data: Path) -> None:
    notes = {(one["code"], one["said"]) for one in again(data)["notes"]}
    assert ("trend.ties", "best: in 1 of 2 more than one tie") in notes
    assert ("trend.undated", "months: 1 rows have no time") in notes


def test_a_table_whose_file_need_not_be_there_is_empty_and_noted(data: Path) -> None:
    found = again(data)
    assert found["tables"]["people"]["read"] == 0
    assert ("no_file", "people: no file is there, so the table is empty") in {(one["code"], one["said"]) for one in found["notes"]}


def test_a_second_run_skips_the_step(data: Path) -> None:
    assert {one["name"]: one["skipped"] for one in again(data)["steps"]}["trends"]


def test_the_lake_holds_every_row_and_the_forecast(looking: Run) -> None:
    rows = looking.lake.table(looking.engine, "trends/months").to_pyarrow()
    ahead = looking.lake.table(looking.engine, "forecasts/months").order_by("period").to_pyarrow()
    assert (rows.num_rows, [str(day) for day in ahead["period"].to_pylist()]) == (41, ["2023-06-01", "2023-07-01", "2023-08-01"])


def test_an_export_is_safe_from_formulas(looking: Run, tmp_path: Path) -> None:
    ask.export(looking, "trends/best", tmp_path / "best.csv")
    text = (tmp_path / "best.csv").read_text()
    assert "'=Rome" in text
    assert '"=Rome' not in text


def test_a_project_without_trends_does_nothing(looking: Run) -> None:
    from chaland.flow.steps import trends

    bare = looking.project.model_copy(update={"trends": {}})
    assert trends.trends(Run(bare, looking.site, looking.home, looking.asked)) == {"trends": {}}


def test_a_measure_that_some_row_breaks_is_told_in_words(looking: Run) -> None:
    from chaland.flow.steps import trends

    wrong = looking.project.trends["best"].model_copy(update={"measure": "sum(cast(city as integer))"})
    run = Run(looking.project.model_copy(update={"trends": {"wrong": wrong}}), looking.site, looking.home, looking.asked)
    try:
        with pytest.raises(DataError) as caught:
            trends.trends(run)
    finally:
        for engine in run.opened:
            engine.close()
    assert (caught.value.code, ".".join(caught.value.faults[0].keys)) == ("sql", "trends.wrong")
