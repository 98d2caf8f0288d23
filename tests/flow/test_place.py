"""Home and data are where they are said to be."""

from pathlib import Path

import pytest

from chaland.errors import DataError
from chaland.flow.place import data_of, home_root


def test_home_is_as_given_or_from_the_environment_or_beside_us(monkeypatch: pytest.MonkeyPatch) -> None:
    assert home_root(None) == Path(".chaland")
    monkeypatch.setenv("CHALAND_HOME", "elsewhere")
    assert home_root(None) == Path("elsewhere")
    assert home_root("given") == Path("given")


def test_data_lie_beside_the_project_file_unless_said_otherwise(tmp_path: Path) -> None:
    assert data_of(tmp_path / "p.toml", None) == tmp_path
    assert data_of(Path("p.toml"), tmp_path) == tmp_path


def test_a_data_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no folder"):
        data_of(None, tmp_path / "nowhere")
