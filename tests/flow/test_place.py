"""Home and data are where they were said to be."""

from pathlib import Path

import pytest

from chaland.errors import DataError
from chaland.flow import place


def test_home_is_as_given_or_from_the_environment_or_beside_us(monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.home_root(None) == Path(".chaland")
    monkeypatch.setenv("CHALAND_HOME", "elsewhere")
    assert place.home_root(None) == Path("elsewhere")
    assert place.home_root("given") == Path("given")


def test_data_lie_beside_the_project_file_unless_said_otherwise(tmp_path: Path) -> None:
    assert place.data_of(tmp_path / "p.toml", None) == tmp_path
    assert place.data_of(Path("p.toml"), tmp_path) == tmp_path


def test_data_may_lie_on_s3() -> None:
    assert place.data_of(None, "s3://bucket/folder") == Path("s3://bucket/folder")


def test_a_data_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no folder"):
        place.data_of(None, tmp_path / "nowhere")
