"""SQL that cannot be computed on some row is told by its name, and only where a row that counts meets it."""

from pathlib import Path

import pytest

from chaland.errors import DataError
from chaland.flow import whole
from chaland.flow.home import Home
from chaland.flow.run import Asked
from chaland.reading import read_project
from chaland.spec import Project
from chaland.spec.site import Part, Site

PROJECT = """
name = "sums"
[tables.t]
role = "customers"
source = {{ kind = "csv", path = "*.csv" }}
amount = "{amount}"
[tables.t.columns]
id = {{ role = "key" }}
n  = {{ type = "int", max = {most} }}
[tables.t.derive]
half = "n / 2"
more = "{derive}"
[tables.t.rules]
small = "{rule}"
"""
HUGE = 2**63 - 1
RIGHT = {"amount": "1", "derive": "n", "rule": "n > 0", "most": HUGE}


def ran(folder: Path, **words: object) -> dict[str, object]:
    (folder / "rows.csv").write_text(f"id,n\na,1\nb,{HUGE}\nc,\n")
    (folder / "sums.toml").write_text(PROJECT.format(**RIGHT | words))
    project, site = read_project(folder / "sums.toml"), Site(tracker=Part(kind="files"))
    return whole.run(project, site, Home(folder / "home", "sums"), Asked(folder), ("ingest", "prepare")).document["tables"]["t"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ({"derive": "n * 10"}, ["tables.t.derive.more"]),
        ({"rule": "n * n > 0"}, ["tables.t.rules.small"]),
        ({"amount": "n * 10"}, ["tables.t.amount"]),
        ({"rule": "more * more > 0", "amount": "n + n"}, ["tables.t.rules.small", "tables.t.amount"]),
    ],
)
def test_every_expression_that_fails_is_named_and_no_value_is_told(tmp_path: Path, words: dict[str, object], named: list[str]) -> None:
    with pytest.raises(DataError) as told:
        ran(tmp_path, **words)
    assert (told.value.code, [".".join(fault.keys) for fault in told.value.faults]) == ("sql", named)
    assert str(HUGE) not in str(told.value)


def test_a_row_that_is_already_in_quarantine_breaks_nothing(tmp_path: Path) -> None:
    told = ran(tmp_path, derive="n * 10", rule="n * n > 0", most=1000)
    assert (told["accepted"], told["reasons"]) == (2, {"n.max": 1})


def test_what_is_not_the_fault_of_the_projects_sql_stays_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(DataError) as told:
        whole.run(_right(tmp_path), Site(), Home(tmp_path / "home", "sums"), Asked(tmp_path / "data"))
    assert told.value.code != "sql"


def _right(folder: Path) -> Project:
    (folder / "sums.toml").write_text(PROJECT.format(**RIGHT))
    return read_project(folder / "sums.toml")
