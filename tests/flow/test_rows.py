"""People of a file are scored in their order, or come back with the error."""

from pathlib import Path
from typing import Any

import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

from chaland.errors import ChalandError, DataError, SpecError
from chaland.flow import rows as people
from chaland.flow.run import Run

FILE = "plan,Visits,spent,age,extra\ncard,30,12.5,44,x\ncash,2,1,19,y\ncard,many,1,19,z\ncard,999,1,19,z\ncash,2\ncard,0,5,20,v\n"


def scored(run: Run, folder: Path, text: str = FILE, out: str = "out.parquet") -> list[dict[str, Any]]:
    (folder / "new.csv").write_text(text)
    people.score_file(run, "leaving", folder / "new.csv", folder / out)
    rows: list[dict[str, Any]] = (pq.read_table(folder / out) if out.endswith("parquet") else pcsv.read_csv(folder / out)).to_pylist()
    return rows


def test_rows_come_back_in_their_order_with_all_their_columns(looking: Run, tmp_path: Path) -> None:
    rows = scored(looking, tmp_path)
    assert [row["extra"] for row in rows] == ["x", "y", "z", "z", None, "v"]
    assert list(rows[0])[:5] == ["plan", "Visits", "spent", "age", "extra"]


def test_rows_that_break_the_contract_come_back_with_the_error(looking: Run, tmp_path: Path) -> None:
    rows = scored(looking, tmp_path)
    assert [row["error"] for row in rows] == [None, None, "visits.type", "visits.max", "ragged", "spends_when_visiting"]
    assert [row["probability"] is None for row in rows] == [False, False, True, True, True, True]


def test_people_who_visit_rarely_are_likelier_to_leave(looking: Run, tmp_path: Path) -> None:
    often, rarely, *_ = scored(looking, tmp_path)
    assert often["probability"] < 0.5 < rarely["probability"]
    assert (often["decision"], rarely["decision"]) == ("negative", "positive")
    assert "Visits" in rarely["reason_1"] or "visits" in rarely["reason_1"]


def test_the_scores_are_those_of_the_step(looking: Run, tmp_path: Path) -> None:
    from chaland.flow import ask
    from tests.flow import shop

    rows = scored(looking, tmp_path, (looking.asked.data / "test.csv").read_text())
    ids = [line.split(",")[0] for line in (looking.asked.data / "test.csv").read_text().removeprefix(shop.HEADER).splitlines()]
    assert rows[3]["probability"] == pytest.approx(ask.customer(looking, ids[3])["scores"]["leaving"]["probability"], abs=1e-7)


def test_a_scored_file_can_be_scored_again(looking: Run, tmp_path: Path) -> None:
    first = scored(looking, tmp_path, out="out.csv")
    again = scored(looking, tmp_path, (tmp_path / "out.csv").read_text(), "again.csv")
    assert [row["probability"] for row in first[:4]] == [row["probability"] for row in again[:4]]


def test_a_parquet_file_is_scored_too(looking: Run, tmp_path: Path) -> None:
    rows = scored(looking, tmp_path)
    pq.write_table(
        pcsv.read_csv(tmp_path / "new.csv", parse_options=pcsv.ParseOptions(invalid_row_handler=lambda _: "skip")), tmp_path / "new.parquet"
    )
    people.score_file(looking, "leaving", tmp_path / "new.parquet", tmp_path / "two.csv")
    assert pcsv.read_csv(tmp_path / "two.csv")["probability"].to_pylist()[:2] == [row["probability"] for row in rows[:2]]


@pytest.mark.parametrize(
    ("question", "file", "kind", "words"),
    [("leavin", FILE, SpecError, "leavin"), ("leaving", "plan,spent\nx,1\n", DataError, "visits"), ("leaving", None, DataError, "new.csv")],
)
def test_what_cannot_be_scored_is_told(
    looking: Run, tmp_path: Path, question: str, file: str | None, kind: type[ChalandError], words: str
) -> None:
    if file is not None:
        (tmp_path / "new.csv").write_text(file)
    with pytest.raises(kind) as told:
        people.score_file(looking, question, tmp_path / "new.csv", tmp_path / "out.csv")
    assert words in str(told.value)
