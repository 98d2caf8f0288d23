"""Files become rows of the lake, and are read again only where they changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaland.flow.run import opened, perform
from chaland.spec.site import Site
from tests.flow import shop

Ingest = Callable[..., tuple[dict[str, Any], bool, list[dict[str, Any]]]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shop.write(tmp_path / "data", rows=20)
    return tmp_path / "data"


@pytest.fixture
def ingest(data: Path) -> Ingest:
    def run(**words: Any) -> tuple[dict[str, Any], bool, list[dict[str, Any]]]:
        with opened(shop.spec(data), Site(), shop.home(data), shop.asked(data, **words)) as current:
            [outcome] = perform(current, ["ingest"])
            rows = current.lake.table(current.engine, "raw/people").order_by(["_file", "_line"]).to_pyarrow().to_pylist()
        return outcome.facts["tables"]["people"], outcome.skipped, rows

    return run


def test_every_record_is_there_with_its_file_and_line(ingest: Ingest) -> None:
    facts, _, rows = ingest()
    assert [(entry["file"], entry["report"]["read"]) for entry in facts["files"]] == [("learn.csv", 25), ("test.csv", 4)]
    assert [row["_line"] for row in rows if row["_file"] == "test.csv"] == [2, 3, 4, 5]
    assert {row["_line"]: row["_reason"] for row in rows if row["_reason"]} == {
        21: "visits.max",
        22: "visits.type",
        23: "ragged",
        25: "left.required",
    }


def test_nothing_is_read_again_where_nothing_changed(ingest: Ingest) -> None:
    first, skipped, rows = ingest()
    assert not skipped
    assert ingest() == (first, True, rows)


def test_a_changed_file_is_read_again_and_the_others_are_kept(ingest: Ingest, data: Path) -> None:
    _, _, before = ingest()
    (data / "test.csv").write_text(shop.HEADER + "Z,+1,card,1,1,30,no\n")
    _, skipped, after = ingest()
    assert not skipped
    assert [row for row in after if row["_file"] == "learn.csv"] == [row for row in before if row["_file"] == "learn.csv"]
    assert len([row for row in after if row["_file"] == "test.csv"]) == 1


def test_a_file_that_is_gone_takes_its_rows_with_it(ingest: Ingest, data: Path) -> None:
    ingest()
    (data / "test.csv").unlink()
    assert {row["_file"] for row in ingest()[2]} == {"learn.csv"}


def test_a_file_that_came_beside_the_others_is_taken_in(ingest: Ingest, data: Path) -> None:
    _, _, before = ingest()
    (data / "more.csv").write_text(shop.HEADER + "Z,+1,card,1,1,30,no\n")
    assert len(ingest()[2]) == len(before) + 1


def test_the_same_file_under_two_names_is_read_once(ingest: Ingest, data: Path) -> None:
    _, _, before = ingest()
    (data / "copy_of_test.csv").write_bytes((data / "test.csv").read_bytes())
    facts, _, after = ingest()
    assert facts["same"] == [["copy_of_test.csv", "test.csv"]]
    assert len(after) == len(before)


def test_a_file_may_be_renamed(ingest: Ingest, data: Path) -> None:
    ingest()
    (data / "test.csv").rename(data / "renamed.csv")
    assert {row["_file"] for row in ingest()[2]} == {"learn.csv", "renamed.csv"}


def test_no_identifier_stands_in_the_rows(ingest: Ingest) -> None:
    text = str(ingest()[2])
    assert [word for word in ("+336", "+3370", "'A1'", "'B1'") if word in text] == []
