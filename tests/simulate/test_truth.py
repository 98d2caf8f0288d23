"""What is written beside made-up files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa

from chaland.simulate import truth
from chaland.simulate.dirt import Dialect, Plan, soil


def test_a_code_below_zero_is_no_word() -> None:
    assert truth.worded(np.array([1, -1, 0]), ("a", "b")).to_pylist() == ["b", None, "a"]


def test_rows_become_lines_without_header_and_quotes() -> None:
    assert truth.lines(pa.table({"a": [1, 2], "b": ["x", None]}), ";") == ["1;x", "2;"]


def test_the_dirt_beside_a_file_adds_up(tmp_path: Path) -> None:
    soiled = soil("f.csv", ["a", "b", "c"], [f"{i},x,y" for i in range(100)], Dialect(), plan=Plan(), rng=np.random.default_rng(0))
    truth.write_dirt(tmp_path, {"f.csv": soiled})
    total = json.loads((tmp_path / "dirt.json").read_text())["total"]
    assert total["read"] == total["accepted"] + total["quarantined"] + total["merged"] > 100
    assert len((tmp_path / "dirt.csv").read_text().splitlines()) == 1 + len(soiled.stains)


def test_facts_and_rows_are_plain_files(tmp_path: Path) -> None:
    truth.write_facts(tmp_path / "f.json", {"é": 1})
    truth.write_rows(tmp_path / "r.csv", {"a": np.array([1, 2])})
    assert (json.loads((tmp_path / "f.json").read_text()), (tmp_path / "r.csv").read_text()) == ({"é": 1}, '"a"\n1\n2\n')
