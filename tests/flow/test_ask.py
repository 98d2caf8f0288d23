"""Customers and tables are found, and tables leave safely."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chaland.errors import SpecError, UnknownCustomer
from chaland.flow import ask
from chaland.flow.run import Run
from tests.flow.conftest import Ran


def test_a_customer_is_found_by_the_id_of_the_source_files(looking: Run) -> None:
    told = ask.customer(looking, " B7 ")
    assert (told["values"]["_file"], told["values"]["_line"]) == ("learn.csv", 9)
    assert told["customer"] != "B7"


def test_a_customer_is_found_by_file_and_line(looking: Run) -> None:
    assert ask.customer(looking, "learn.csv:9") == ask.customer(looking, "B7")


def test_a_customer_comes_with_score_reasons_and_group(looking: Run) -> None:
    told = ask.customer(looking, "B7")
    assert 0 <= told["scores"]["leaving"]["probability"] <= 1
    assert told["scores"]["leaving"]["reason_1"]
    assert set(told["segments"]) == {"habits"}


@pytest.mark.parametrize("id", ["B999999", "learn.csv:99999", "A5", ""])
def test_an_unknown_customer_is_told_so(looking: Run, id: str) -> None:
    with pytest.raises(UnknownCustomer) as told:
        ask.customer(looking, id)
    assert told.value.exit_code == 3


def test_any_table_leaves_as_csv_or_parquet(looking: Run, ran: Ran, tmp_path: Path) -> None:
    for table in looking.lake.names():
        rows = ask.export(looking, table, tmp_path / "out.parquet")
        assert rows == pq.read_metadata(tmp_path / "out.parquet").num_rows
        assert ask.export(looking, table, tmp_path / "out.csv") == rows
    assert looking.lake.names() == [
        "clean/people",
        "features/profile",
        "ledger/people",
        "quarantine/people",
        "raw/people",
        "scores/leaving",
        "segments/habits",
    ]


def test_a_formula_is_no_formula_any_more(tmp_path: Path) -> None:
    ask.write_rows(pa.table({"w": ["=1+1", "+1", "-1", "@x", "\tx", "fine", None], "n": [-1, 2, 3, 4, 5, 6, 7]}), tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[1:] == ['"\'=1+1",-1', '"\'+1",2', '"\'-1",3', '"\'@x",4', '"\'\tx",5', '"fine",6', ",7"]


@pytest.mark.parametrize(
    ("table", "out", "next"),
    [("clean/peopl", "a.csv", "Did you mean 'clean/people'?"), ("clean/people", "a.xlsx", "Name a file that ends in .csv or .parquet.")],
)
def test_what_cannot_be_exported_is_told_with_the_mend(looking: Run, tmp_path: Path, table: str, out: str, next: str) -> None:
    with pytest.raises(SpecError) as told:
        ask.export(looking, table, tmp_path / out)
    assert told.value.next == next
