"""The doctor tells what is there and what is missing."""

from pathlib import Path

import pytest

from chaland.flow import doctor


def test_everything_needed_is_there(tmp_path: Path) -> None:
    told = doctor.examine(tmp_path)
    assert told["missing"] == []
    assert told["needed"]["duckdb"]


def test_what_is_missing_is_told_with_the_line_that_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "EXTRAS", {"no-such-package": ("nothing", "pip install 'chaland[nothing]'")})
    assert (
        doctor.lines(doctor.examine(tmp_path / "not there"))[-1]
        == "no-such-package is not installed (nothing): pip install 'chaland[nothing]'"
    )


def test_what_spark_needs_is_told_whatever_the_engine(tmp_path: Path) -> None:
    told = doctor.examine(tmp_path)
    assert "workers" not in told["spark"]
    assert any(line.startswith("Java ") for line in doctor.lines(told))
