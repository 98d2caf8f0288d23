"""The same project on two engines gives the same lake, and where it does not, one sees where it began."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from chaland.engines.duckdb import Adapter, Options
from chaland.errors import PartMissing, SpecError
from chaland.flow.home import Home
from chaland.flow.parity import compare, facts_faults, fuzz, lines, parity
from chaland.flow.run import Asked
from chaland.lake import Lake
from chaland.spec.site import Limits, Site
from tests.flow import shop


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Adapter]:
    adapter = Adapter(Options(), tmp_path / "staging", Limits())
    yield adapter
    adapter.close()


@pytest.fixture
def lakes(engine: Adapter, tmp_path: Path) -> list[Lake]:
    """Two lakes with the same two tables."""
    made = [Lake(tmp_path / side) for side in ("left", "right")]
    for lake in made:
        for name in ("clean/people", "raw/people"):
            lake.write(engine, name, engine.take(pa.table({"id": ["a", "b"], "n": [1, 2]})))
    return made


def test_an_engine_repeats_itself_and_nothing_is_left_behind(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shop.write(data, rows=120)
    home = shop.home(data)
    told = parity(shop.spec(data), Site(), home, shop.asked(data), ["duckdb", "duckdb"])
    assert told["engines"] == ["duckdb", "duckdb-2"]
    assert {one["table"] for one in told["tables"]} >= {"raw/people", "clean/people", "features/profile", "scores/leaving"}
    assert told["differences"] == 0
    assert not (home.folder / "parity").exists()
    assert lines(told)[-1] == "duckdb and duckdb-2: no difference"


def test_tables_are_told_in_the_order_of_the_steps(engine: Adapter, lakes: list[Lake]) -> None:
    told, faults = compare(engine, lakes)
    assert [(one["table"], one["rows"]) for one in told] == [("raw/people", 2), ("clean/people", 2)]
    assert faults == []


def test_a_changed_value_is_told_with_table_column_and_step(engine: Adapter, lakes: list[Lake]) -> None:
    lakes[1].write(engine, "clean/people", engine.take(pa.table({"id": ["a", "b"], "n": [1, 3]})))
    [fault] = compare(engine, lakes)[1]
    assert fault.keys == ("clean/people", "n")
    assert fault.said == "differs in 1 rows, from the step prepare on: 2 | 3"


def test_a_table_that_one_engine_lacks_is_a_difference(engine: Adapter, lakes: list[Lake]) -> None:
    lakes[0].write(engine, "scores/leaving", engine.take(pa.table({"id": ["a"]})))
    [fault] = compare(engine, lakes)[1]
    assert fault.keys[0] == "scores/leaving"


def test_counts_that_differ_are_a_difference() -> None:
    table = {"read": 2, "accepted": 2, "quarantined": 0, "merged": 0, "reasons": {}, "money": {}, "audit": {}}
    facts = {
        "a": {"prepare": {"tables": {"people": table}}},
        "b": {"prepare": {"tables": {"people": table | {"accepted": 1, "merged": 1}}}},
    }
    assert [fault.keys for fault in facts_faults(facts)] == [("people", "accepted"), ("people", "merged")]


def test_an_unknown_engine_and_a_single_one_are_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shop.write(data, rows=5)
    for engines, said in ((["duckdb", "duckbd"], "no engine 'duckbd'"), (["duckdb"], "two engines")):
        with pytest.raises(SpecError, match=said):
            parity(shop.spec(data), Site(), shop.home(data), shop.asked(data), engines)


def test_random_projects_agree_and_leave_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", "fuzz")
    told = fuzz(2, 0, Site(), home, Asked(tmp_path), ["duckdb", "duckdb"])
    assert (told["projects"], told["seed"], told["differences"]) == (2, 0, 0)
    assert told["rows"] > 0
    assert list(home.folder.iterdir()) == []
    assert lines(told) == [f"2 random projects from seed 0, {told['rows']} rows in their tables: no difference"]


def test_a_home_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PartMissing, match="cannot be written"):
        fuzz(1, 0, Site(), Home(tmp_path / "file", "fuzz"), Asked(tmp_path), ["duckdb", "duckdb"])


LIAR = """
from chaland.engines import duckdb
from chaland.engines.duckdb import Options, trouble

class Adapter(duckdb.Adapter):
    def write(self, table, path, mode="overwrite", key=None):
        lied = table.mutate(visits=table.visits + 1) if path.endswith("clean/people") else table
        return super().write(lied, path, mode, key)
"""
"""An engine of somebody else that writes down another number than it was given."""


def test_an_engine_that_lies_is_found_out_with_exit_6_and_the_step_where_it_began(tmp_path: Path) -> None:
    data, foreign = tmp_path / "data", tmp_path / "foreign"
    shop.write(data, rows=60)
    (foreign / "liar-1.0.dist-info").mkdir(parents=True)
    (foreign / "liar.py").write_text(LIAR)
    (foreign / "liar-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: liar\nVersion: 1.0\n")
    (foreign / "liar-1.0.dist-info" / "entry_points.txt").write_text("[chaland.engines]\nliar = liar\n")
    words = ["parity", str(data / "shop.toml"), "--data", str(data), "--home", str(tmp_path / "home"), "--engines", "duckdb,liar"]
    paths = os.pathsep.join([str(foreign), *filter(None, [os.environ.get("PYTHONPATH")])])
    told = subprocess.run(
        [sys.executable, "-m", "chaland", *words], env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )
    assert told.returncode == 6, told.stderr
    assert "clean/people.visits" in told.stderr
    assert "from the step prepare on" in told.stderr
    assert "raw/people" not in told.stderr
