"""The doctor tells what Spark needs, and what its workers have."""

from pathlib import Path

import pytest

from chaland.spark import doctor
from tests import sparking


def test_a_java_that_is_too_old_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    java = tmp_path / "bin" / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    told = doctor.examine(None)
    assert (told["java"], told["java_is_enough"]) == ("11.0.2", False)
    assert "needs Java 17" in doctor.lines(told)[0]


def test_no_java_at_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert doctor.lines(doctor.examine(None))[0].startswith("Java missing")


def test_the_jars_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "some.jar").touch()
    monkeypatch.setenv("CHALAND_JARS", str(tmp_path))
    assert doctor.examine(None)["jars"] == {"folder": str(tmp_path), "count": 1}


@sparking.LOOPBACK
def test_workers_tell_their_python_and_their_chaland() -> None:
    import platform

    sparking.needed()
    sparking.session()
    told = doctor.examine({"master": "local[2]"})
    assert [(one["python"], one["said"]) for one in told["workers"]] == [(platform.python_version(), None)]
    assert f"Python {platform.python_version()}, chaland " in doctor.lines(told)[-1]
