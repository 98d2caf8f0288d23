"""The servers that tests talk to are named, and what cannot be had is said."""

from pathlib import Path

import pytest

from services import __main__ as services
from services import jars


def test_every_service_can_be_fetched_started_and_stopped() -> None:
    from importlib import import_module

    lacking = [n for n in services.names() for verb in services.VERBS if not callable(getattr(import_module(f"services.{n}"), verb, None))]
    assert lacking == []


def test_an_unknown_service_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert services.main(["start", "nothing"]) == 2
    assert "jars" in capsys.readouterr().err


def test_a_tool_that_is_missing_is_said_and_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(services, "CACHE", tmp_path / "cache")
    assert services.main(["fetch", "jars"]) == 0
    assert "there is no mvn" in capsys.readouterr().out


def test_jars_that_are_there_are_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "jars").mkdir()
    (tmp_path / "jars" / "delta-spark_4.2_2.13-4.4.0.jar").touch()
    monkeypatch.setenv("PATH", "")
    assert jars.start(tmp_path) == {"CHALAND_JARS": str(tmp_path / "jars")}
