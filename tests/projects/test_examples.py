"""From a file that nobody has seen to an answer: `chaland init`, hardly an edit, `chaland run`; and the two examples on their real files."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import pytest

import chaland
from chaland import reading
from chaland.flow import first, whole
from chaland.flow.home import Home
from chaland.flow.run import Asked
from chaland.spec import Site
from tests.projects.planted import PLAIN, STEPS

FEW_LINES = 50
EXAMPLES = {
    "ecommerce_churn": ("retail/ecommerce_churn_kaggle/*.csv", 0.98),
    "online_shoppers": ("marketplace/online_shoppers/*.csv", 0.925),
}
QUICK = {"logistic_regression": 'candidates = ["logistic_regression"]', "gradient_boosting": 'candidates = ["gradient_boosting"]'}


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALAND_SECRET", "made up for these tests")


def run(project: Path, data: Path, algorithm: str, steps: tuple[str, ...] = STEPS) -> dict[str, Any]:
    """What a run tells with one algorithm in place of those of the file."""
    lines = project.read_text(encoding="utf-8").splitlines()
    quick = project.parent / "quick.toml" if project.parent == data.parent else data.parent / "quick.toml"
    text = "\n".join(QUICK[algorithm] if line.startswith("candidates") else line for line in lines)
    quick.write_text(text, encoding="utf-8")
    read = reading.read_project(quick)
    return whole.run(read, PLAIN, Home(quick.parent / "home", read.name), Asked(data), steps).document


def members(rows: int, dice: random.Random) -> list[dict[str, str]]:
    """Members of a gym, most of whom have a value for everything; those who come seldom and pay by transfer leave."""
    made = []
    for _ in range(rows):
        visits, pays = dice.randrange(30), dice.choice(["Direct Debit", "DD", "Bank Transfer", "BT", "Voucher"])
        leaves = dice.random() < (0.8 if visits < 8 and pays in ("Bank Transfer", "BT") else 0.15 if visits < 15 else 0.03)
        joined = dice.choice(["Jan", "Feb", "Mar", "Apr", "June"])
        watch = dice.choice(["", "Watch", "Smart Watch"])
        hours = "" if dice.random() < 0.05 else f"{dice.uniform(0.2, 3):.2f}"
        row = {"Visits": str(visits), "Hours": hours, "PaidBy": pays, "Joined": joined, "Device": watch}
        made.append(row | {"Fee": f"{dice.uniform(10, 60):.2f}", "Left": "TRUE" if leaves else "FALSE"})
    return made


def written(folder: Path, rows: list[dict[str, str]]) -> Path:
    folder.mkdir()
    with (folder / "members.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def drafted(data: Path) -> Path:
    out = data.parent / "gym.toml"
    first.write([str(data / "*.csv")], out, Site())
    return out


@pytest.fixture
def keyed(tmp_path: Path) -> Path:
    """Members with a number, every twelfth of them there twice under another number."""
    rows = members(900, random.Random(1))
    every = [*rows, *rows[::12]]
    return written(tmp_path / "data", [{"MemberID": f"M{number:05d}"} | row for number, row in enumerate(every)])


@pytest.fixture
def keyless(tmp_path: Path) -> Path:
    """Members without a number: twenty rows twice, and the answer of nine others is not known."""
    rows = members(900, random.Random(2))
    unknown = [row | {"Left": "NULL"} for row in members(9, random.Random(3))]
    return written(tmp_path / "data", [*unknown, *rows, *rows[:20]])


def test_a_draft_is_short_and_runs_as_it_is(keyed: Path) -> None:
    draft = drafted(keyed)
    assert len(draft.read_text(encoding="utf-8").splitlines()) < FEW_LINES
    told = run(draft, keyed, "logistic_regression")["predict"]["answer"]
    assert told["kept"] == "logistic_regression"


def test_words_that_mean_the_same_are_one_word_after_a_draft(keyed: Path) -> None:
    columns = reading.read_project(drafted(keyed)).tables["customers"].columns
    assert columns["paid_by"].words == {"DD": "Direct Debit", "BT": "Bank Transfer"}
    assert columns["joined"].words == {"June": "Jun"}


def test_members_there_twice_under_another_number_count_once_and_are_all_kept(keyed: Path) -> None:
    found = run(drafted(keyed), keyed, "logistic_regression")
    told = found["predict"]["answer"]
    assert (found["tables"]["customers"]["accepted"], told["rows"]) == (975, 900)
    assert ("merged_duplicates", True) in [(note["code"], "75 of 975" in note["said"]) for note in told["notes"]]
    assert "leak.duplicates" not in [warning["code"] for warning in told["warnings"]]


def test_where_all_count_the_copies_are_told_and_never_on_two_sides_of_a_test(keyed: Path) -> None:
    draft = drafted(keyed)
    draft.write_text(draft.read_text(encoding="utf-8").replace('"merge"', '"keep"'), encoding="utf-8")
    told = run(draft, keyed, "logistic_regression")["predict"]["answer"]
    assert told["rows"] == 975
    [warning] = [one for one in told["warnings"] if one["code"] == "leak.duplicates"]
    assert "75 repeat the features of others wholly and share their fold" in warning["said"]


def test_without_a_number_equal_rows_are_merged_and_unknown_answers_are_told(keyless: Path) -> None:
    found = run(drafted(keyless), keyless, "logistic_regression", (*STEPS, "score"))
    table, told = found["tables"]["customers"], found["predict"]["answer"]
    assert (table["read"], table["accepted"], table["merged"], table["quarantined"]) == (929, 909, 20, 0)
    assert told["rows"] == 900
    assert ("unlabelled", True) in [(note["code"], "9 of 909" in note["said"]) for note in told["notes"]]


def test_those_whose_answer_is_not_known_are_scored(keyless: Path) -> None:
    draft = drafted(keyless)
    run(draft, keyless, "logistic_regression", (*STEPS, "score"))
    lake = chaland.open_lake(draft.parent / "quick.toml", home=draft.parent / "home")
    assert lake.table("scores/answer").count().to_pyarrow().as_py() == 909


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_shorter_than_fifty_lines(name: str) -> None:
    assert len(reading.find_project(name).read_text(encoding="utf-8").splitlines()) < FEW_LINES


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_answers_on_its_real_file(name: str, tmp_path: Path, real_data: Path) -> None:
    source, least = EXAMPLES[name]
    [file] = real_data.glob(source)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / file.name).symlink_to(file)
    found = run(reading.find_project(name), tmp_path / "data", "gradient_boosting")
    [told], [table] = found["predict"].values(), found["tables"].values()
    [measured] = [one["metrics"]["roc_auc"] for one in told["candidates"]]
    rows = {"ecommerce_churn": (5630, 5630, 0, 5073), "online_shoppers": (12359, 12234, 125, 12205)}
    assert (table["read"], table["accepted"], table["merged"], told["rows"]) == rows[name]
    assert measured["value"] >= least
