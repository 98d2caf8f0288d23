"""Laws of what the terminal shows."""

from __future__ import annotations

import subprocess
import sys

import pytest

from chaland.flow import terminal
from tests.flow.report.sample import PROJECT, document


def shown(capsys, told, lang="en") -> str:
    terminal.summary(told, PROJECT, lang)
    return capsys.readouterr().out


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_last_line_is_the_reports_path(capsys, lang):
    assert shown(capsys, document(), lang).rstrip().splitlines()[-1].endswith("/home/telco/reports/telco.html")


def test_after_the_report_comes_the_command_that_shows_all_runs(capsys):
    told = document()
    told["files"]["runs"] = "mlflow ui --backend-store-uri sqlite:////home/telco/mlflow/mlflow.db"
    last = shown(capsys, told, "en").rstrip().splitlines()[-2:]
    assert [line.partition(": ")[2] for line in last] == [told["files"]["report"], told["files"]["runs"]]


def test_rows_groups_and_the_model_are_told(capsys):
    text = shown(capsys, document())
    assert [word in text for word in ("3,290 (98.7%)", "Heavy users", "Gradient boosting (kept)", "0.145", "89 of 100 customers")] == [
        True
    ] * 5


def test_a_warning_is_told(capsys):
    told = document()
    told["warnings"] = [{"code": "stale_data", "said": "the last event is of 2019"}]
    assert "! The data are old" in shown(capsys, told)


def test_no_groups_and_no_model_are_answers(capsys):
    told = document()
    told["segments"]["usage"] |= {"k": None, "groups": []}
    told["predict"]["churn"] |= {"kept": None}
    text = shown(capsys, told)
    assert "There are no groups here" in text
    assert "Not predictable" in text


def test_names_in_brackets_are_no_markup(capsys):
    told = document()
    told["segments"]["usage"]["groups"][0]["name"] = {"en": "[red]Heavy[/red]", "fr": ""}
    assert "[red]Heavy[/red]" in shown(capsys, told)


@pytest.mark.parametrize("missing", ["tables", "segments", "predict", "files", "warnings", "as_of"])
def test_any_part_of_the_document_may_be_missing(capsys, missing):
    told = document()
    del told[missing]
    assert "Telecom subscribers" in shown(capsys, told)


def test_progress_is_on_standard_error_and_plain_where_nobody_watches(capsys):
    with terminal.progress(False) as say:
        say("ingest")
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "chaland: ingest\n")


def test_progress_that_is_off_says_nothing(capsys):
    with terminal.progress(True) as say:
        say("ingest")
    assert capsys.readouterr() == ("", "")


def test_a_living_line_keeps_standard_output_clean(capsys):
    with terminal._living() as say:
        say("ingest")
        say("prepare [1/2]")
    told = capsys.readouterr()
    assert told.out == ""
    assert "prepare [1/2]" in told.err


def test_rich_is_loaded_only_when_something_is_shown():
    code = "import sys, chaland.flow.terminal; sys.exit(any(name.split('.')[0] == 'rich' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
