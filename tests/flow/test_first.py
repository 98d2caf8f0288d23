"""A first project file from a look at files."""

from pathlib import Path

import pytest

from chaland import reading
from chaland.errors import DataError, SpecError
from chaland.flow import first
from chaland.spec import Site
from tests.flow import shop


def test_the_first_file_is_right_as_it_is(tmp_path: Path) -> None:
    shop.write(tmp_path / "data")
    told = first.write([str(tmp_path / "data" / "*.csv")], tmp_path / "mine.toml", Site())
    assert len(told["files"]) == 2
    assert reading.read_project(tmp_path / "mine.toml").name == "mine"


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    project = shop.write(tmp_path / "data")
    before = project.read_text()
    with pytest.raises(SpecError, match="is there already"):
        first.write([str(tmp_path / "data" / "*.csv")], project, Site())
    assert project.read_text() == before


def test_where_nothing_matches_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file matches"):
        first.write([str(tmp_path / "*.csv")], tmp_path / "mine.toml", Site())
