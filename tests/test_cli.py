"""The commands do what was promised, as a script would call them."""

import json
from pathlib import Path
from typing import Any

import pytest

from chaland import __main__ as command
from tests.flow import shop


class Shell:
    """Runs commands with one home."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]):
        self.home, self.site, self.capsys = home, home.with_name("site.toml"), capsys
        self.site.write_text('tracker = { kind = "files" }\n')

    def __call__(self, *words: str, code: int = 0) -> str:
        ended = command.ended([*words, "--home", str(self.home), "--site", str(self.site)])
        told = self.capsys.readouterr()
        assert ended == code, told.err
        return told.out

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", code=code))


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path / "home", capsys)


@pytest.fixture
def project(tmp_path: Path) -> str:
    return str(shop.write(tmp_path / "data", rows=120))


def test_a_project_from_files_to_a_customer(shell: Shell, project: str, tmp_path: Path) -> None:
    document = shell.json("run", project)
    assert document == shell.json("show", project)
    assert [step["name"] for step in document["steps"]] == [
        "ingest",
        "prepare",
        "trends",
        "features",
        "segment",
        "lifetime",
        "train",
        "score",
        "publish",
    ]
    assert shell.json("customer", project, "B1")["scores"]["leaving"]["decision"] in ("positive", "negative")
    assert (
        shell.json("export", project, "clean/people", "--out", str(tmp_path / "clean.csv"))["rows"]
        == document["tables"]["people"]["accepted"]
    )
    assert {one["table"] for one in shell.json("tables", project)["tables"]} >= {"clean/people", "scores/leaving"}
    assert document["tables"]["people"]["reasons"]["visits.max"] == 1
    assert "visits.max" not in shell.json("undo", project, "visits.max")["tables"]["people"]["reasons"]


def test_each_step_is_a_command_of_its_own(shell: Shell, project: str) -> None:
    for step in ("ingest", "prepare", "trends", "features", "segment", "lifetime", "train", "score", "publish"):
        assert [one["name"] for one in shell.json(step, project)["steps"]] == [step]


def test_a_summary_is_for_people_and_can_be_kept_quiet(shell: Shell, project: str) -> None:
    assert "accepted" in shell("run", project, "--only", "ingest,prepare")
    assert shell("run", project, "--only", "ingest,prepare", "--quiet") == ""
    assert shell("show", project, "--lang", "fr") != shell("show", project)


def test_people_of_a_file_are_scored(shell: Shell, project: str, tmp_path: Path) -> None:
    shell("run", project, "--quiet")
    rows = str(tmp_path / "data" / "test.csv")
    told = shell.json("score", project, "leaving", "--rows", rows, "--out", str(tmp_path / "out.csv"))
    assert (told["rows"], told["errors"]) == (24, 0)


@pytest.mark.parametrize("words", [["leaving"], ["--rows", "x.csv"], ["leaving", "--rows", "x.csv"], ["--out", "x.csv"]])
def test_question_and_rows_come_together(shell: Shell, project: str, words: list[str]) -> None:
    assert "come together" in shell.json("score", project, *words, code=2)["error"]["said"]


def test_data_that_cannot_be_used_end_with_3(shell: Shell, project: str, tmp_path: Path) -> None:
    assert shell.json("run", project, "--data", str(tmp_path / "nowhere"), code=3)["error"]["next"]
    (tmp_path / "empty").mkdir()
    assert shell.json("run", project, "--data", str(tmp_path / "empty"), code=3)["error"]["said"]
    assert shell.json("show", project, code=3)["error"]["code"] == "no_run"


def test_a_project_that_another_run_holds_ends_with_5(shell: Shell, project: str) -> None:
    with shop.home(Path(project).parent).held():
        assert shell.json("run", project, code=5)["error"]["code"] == "busy"


def test_another_secret_ends_with_3(shell: Shell, project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("ingest", project, "--quiet")
    monkeypatch.setenv("CHALAND_SECRET", "another")
    assert shell.json("ingest", project, code=3)["error"]["code"] == "wrong_secret"


def test_schemas_are_printed(shell: Shell) -> None:
    for what in ("project", "site", "show"):
        assert "properties" in json.loads(shell("schema", what))
    shell("schema", "nothing", code=2)


def test_the_doctor_answers(shell: Shell) -> None:
    assert shell.json("doctor")["missing"] == []


def test_a_first_project_file_is_checked(shell: Shell, project: str, tmp_path: Path) -> None:
    shell("init", "--from", str(tmp_path / "data" / "*.csv"), "--out", str(tmp_path / "mine.toml"))
    assert shell.json("check", str(tmp_path / "mine.toml"), project)["files"][0]["kind"] == "project"


def test_files_are_made_up(shell: Shell, tmp_path: Path) -> None:
    told = shell.json("simulate", "telco", "--rows", "50", "--seed", "1", "--out", str(tmp_path / "made"))
    assert all(Path(file).exists() for file in told["files"])
