"""Monthly files: what comes beside what was there, and columns that come, go, or change their order of days."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaland.errors import DataError
from chaland.flow import show
from chaland.flow.home import Home
from chaland.flow.run import Asked, opened, perform
from chaland.reading import read_project
from chaland.spec.site import Site

PROJECT = """
name = "monthly"
[tables.sales]
role = "transactions"
source = { kind = "csv", path = "*.csv" }
[tables.sales.columns]
id = { role = "order" }
day = { type = "date", role = "time", date_order = "dmy" }
brand = { optional = true }
[tables.returns]
role = "reference"
source = { kind = "csv", path = "*.csv" }
[tables.returns.columns]
number = { from = "id", matches = "R.*" }
"""
JANUARY = "id,day,brand\n1,31/01/2026,x\nR2,15/01/2026,y\n3,03/01/2026,z\n"
Run = Callable[[], tuple[dict[str, Any], dict[str, Any], list[dict[str, str]]]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "monthly.toml").write_text(PROJECT)
    (folder / "2026-01.csv").write_text(JANUARY)
    return folder


@pytest.fixture
def read() -> list[int]:
    """The bytes of each reading that came to its end."""
    return []


@pytest.fixture
def run(data: Path, read: list[int]) -> Run:
    def at(done: int, whole: int) -> None:
        read.extend([whole] if done == whole else [])

    def go() -> tuple[dict[str, Any], dict[str, Any], list[dict[str, str]]]:
        with opened(read_project(data / "monthly.toml"), Site(), Home(data.parent / "home", "monthly"), Asked(data, at=at)) as current:
            facts = {one.name: one.facts for one in perform(current, ["ingest", "prepare"])}
            rows = {
                name: current.lake.table(current.engine, f"raw/{name}").order_by(["_file", "_line"]).to_pyarrow().to_pylist()
                for name in ("sales", "returns")
            }
            return facts["prepare"]["tables"], rows, list(show._notes(facts))

    return go


def test_next_months_file_is_taken_in_beside_the_old_one(run: Run, data: Path) -> None:
    _, before, _ = run()
    (data / "2026-02.csv").write_text("id,day,brand\n4,28/02/2026,x\n")
    told, after, _ = run()
    assert told["sales"]["read"] == 4
    assert [row for row in after["sales"] if row["_file"] == "2026-01.csv"] == before["sales"]


def test_two_tables_over_the_same_files_have_their_own_rules_and_read_them_once(run: Run, data: Path, read: list[int]) -> None:
    told, _, _ = run()
    assert (told["sales"]["accepted"], told["returns"]["accepted"], told["returns"]["reasons"]) == (3, 1, {"number.matches": 2})
    (data / "2026-02.csv").write_text("id,day,brand\nR4,28/02/2026,x\n")
    assert run()[0]["returns"]["accepted"] == 2
    assert read == [(data / name).stat().st_size for name in ("2026-01.csv", "2026-02.csv")]


def test_a_new_column_is_dropped_and_an_optional_one_that_went_is_empty_and_both_are_said(run: Run, data: Path) -> None:
    (data / "2026-02.csv").write_text("id,day,colour\n4,28/02/2026,red\n")
    _, rows, notes = run()
    assert [row["brand"] for row in rows["sales"]] == ["x", "y", "z", None]
    assert {note["code"]: note["said"] for note in notes if note["said"].startswith("sales")} == {
        "columns_dropped": "sales: 1 columns that the project does not name were dropped: colour",
        "column_lacking": "sales: brand is not in 2026-02.csv, though other files have it: it is empty there",
    }


def test_a_needed_column_that_was_renamed_is_refused_with_its_new_name(run: Run, data: Path) -> None:
    (data / "2026-02.csv").write_text("id,days,brand\n4,28/02/2026,x\n")
    with pytest.raises(DataError) as caught:
        run()
    assert (caught.value.code, caught.value.next) == ("column_missing", "Did you mean 'days'?")


def test_a_file_whose_days_stand_in_another_order_is_refused_and_leaves_nothing_behind(run: Run, data: Path) -> None:
    _, before, _ = run()
    (data / "2026-02.csv").write_text("id,day,brand\n4,02/28/2026,x\n5,02/01/2026,x\n")
    with pytest.raises(DataError, match="another order") as caught:
        run()
    assert (caught.value.code, caught.value.where.file) == ("date_order", "2026-02.csv")
    assert caught.value.next == "Say date_order = 'mdy'; where files differ, read them as two tables."
    (data / "2026-02.csv").unlink()
    assert run()[1] == before


def test_a_single_bad_day_is_a_row_in_quarantine(run: Run, data: Path) -> None:
    (data / "2026-02.csv").write_text("id,day,brand\n4,02/28/2026,x\n5,27/02/2026,x\n6,26/02/2026,x\n")
    assert run()[0]["sales"]["reasons"] == {"day.type": 1}
