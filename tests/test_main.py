"""What goes wrong becomes a sentence and an exit code; what is chaland's own fault says so."""

import json
from pathlib import Path

import pytest

from chaland import __main__ as command
from chaland.errors import DataError
from chaland.flow import checking


def ended(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = command.ended(list(words))
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_mistake_is_a_sentence_without_a_traceback(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('name = "x"\ntabels = 1\n')
    code, out, err = ended(capsys, "check", str(tmp_path / "bad.toml"))
    assert (code, out) == (2, "")
    assert err.startswith(f"chaland: {tmp_path / 'bad.toml'}: ")
    assert "line 2" in err
    assert "Traceback" not in err


def test_under_json_a_mistake_is_one_document_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ended(capsys, "show", "nothing-of-that-name", "--json")
    document = json.loads(out)
    assert code == 2
    assert set(document) == {"error", "others"}
    assert set(document["error"]) == {"code", "said", "where", "next"}


@pytest.mark.parametrize("words", [["frobnicate"], ["run"], ["run", "telco", "--nonsense"], ["show", "telco", "--lang", "de"]])
def test_a_wrong_command_line_ends_with_2(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    code, out, err = ended(capsys, *words)
    assert (code, out) == (2, "")
    assert "--help" in err


def test_help_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ended(capsys, "--help")
    assert code == 0
    assert "quarantine" in out


def test_a_bug_says_that_it_is_one(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "check", lambda _: 1 / 0)
    code, out, err = ended(capsys, "check", "x.toml", "--json")
    assert code == 1
    assert "ZeroDivisionError" in err
    assert "bug in chaland" in err
    assert json.loads(out)["error"]["code"] == "bug"


def test_an_interrupted_command_ends_with_130(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "check", interrupted)
    assert ended(capsys, "check", "x.toml")[0] == 130


@pytest.mark.parametrize("failure", [OSError("broken pipe"), DataError("Spark does not answer")])
def test_what_fails_because_of_an_interrupt_is_an_interrupt(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def cut_off(_: object) -> None:
        try:
            raise KeyboardInterrupt
        finally:
            raise failure

    monkeypatch.setattr(checking, "check", cut_off)
    code, out, err = ended(capsys, "check", "x.toml")
    assert (code, out) == (130, "")
    assert "running again carries on" in err
