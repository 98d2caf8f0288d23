"""Projects that leak on purpose are told so, and one without any signal says «not predictable»: whole runs over a made-up shop."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from chaland import reading
from chaland.flow import whole
from chaland.flow.home import Home
from chaland.flow.run import Asked
from tests.projects.planted import PLAIN

BEGIN, END = date(2025, 1, 1), date(2025, 12, 31)
CUSTOMERS = 500
HEAD = """
name = "shop"
[tables.bills]
role   = "transactions"
source = { kind = "csv", path = "bills.csv" }
[tables.bills.columns]
card   = { privacy = "identifier", required = true }
day    = { type = "date", role = "time", required = true }
bill   = { role = "order", required = true }
amount = { type = "decimal", role = "amount", min = 0 }
"""
PEOPLE = """
[tables.people]
role   = "customers"
source = { kind = "csv", path = "people.csv" }
[tables.people.columns]
card     = { role = "key", privacy = "identifier" }
recency  = { type = "int" }
spent    = { type = "float" }
shoe     = { type = "int" }
town     = {}
quiet    = { type = "bool" }
coin     = { type = "bool" }
"""
BY_SQL = """
[tables.people]
role   = "customers"
source = { kind = "sql", query = "select card, count(*) as bills, sum(amount) as spent, max(day) < date '2025-10-02' as quiet from bills group by card" }
[tables.people.columns]
card  = { role = "key" }
bills = { type = "int" }
spent = { type = "decimal" }
quiet = { type = "bool" }
"""


def question(name: str, target: str, features: str) -> str:
    return f'[predict.{name}]\ntarget = {target}\nfeatures = {features}\ncandidates = ["logistic_regression"]\nfolds = 3\n'


def days(dice: random.Random) -> Iterator[date]:
    """When one customer comes: every few days or weeks, and for some of them not to the end."""
    pause, last = dice.choice([6, 12, 25, 40]), END if dice.random() < 0.5 else BEGIN + timedelta(days=dice.randrange(60, 365))
    day = BEGIN + timedelta(days=dice.randrange(40))
    while day <= last:
        yield day
        day += timedelta(days=1 + int(dice.expovariate(1 / pause)))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year of bills, and beside it what somebody made of them on the last day, with a few things that are no matter of buying."""
    folder, dice = tmp_path_factory.mktemp("shop"), random.Random(4)
    bills, people = ["card,day,bill,amount"], ["card,recency,spent,shoe,town,quiet,coin"]
    for card in range(CUSTOMERS):
        came = list(days(dice)) or [BEGIN]
        paid = [dice.lognormvariate(3, 1) * (40 if card % 50 == 0 else 1) for _ in came]
        bills += [f"K{card:04d},{day},{card}-{n},{amount:.2f}" for n, (day, amount) in enumerate(zip(came, paid, strict=True))]
        quiet = (END - came[-1]).days
        rest = [dice.randrange(36, 47), dice.choice(["Brest", "Lille", "Nantes"]), quiet > 90, dice.random() < 0.4]
        people.append(",".join(map(str, [f"K{card:04d}", quiet, f"{sum(paid):.2f}", *rest])))
    (folder / "bills.csv").write_text("\n".join(bills) + "\n", encoding="utf-8")
    (folder / "people.csv").write_text("\n".join(people) + "\n", encoding="utf-8")
    return folder


def chaland(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chaland", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def ran(folder: Path, data: Path, project: str) -> dict[str, Any]:
    """What `chaland show --json` tells after `chaland run`."""
    (folder / "shop.toml").write_text(project, encoding="utf-8")
    ended = chaland("run", folder / "shop.toml", "--data", data, "--home", folder / "home", "--quiet")
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(chaland("show", folder / "shop.toml", "--home", folder / "home", "--json").stdout)
    return told


def inside(folder: Path, data: Path, project: str, as_of: date | None = None) -> dict[str, Any]:
    """What a run tells, without starting a process for it."""
    (folder / "shop.toml").write_text(project, encoding="utf-8")
    place, asked = Home(folder / "home", "shop"), Asked(data, as_of=as_of)
    return whole.run(reading.read_project(folder / "shop.toml"), PLAIN, place, asked, ("ingest", "prepare", "features", "train")).document


def codes(told: dict[str, Any]) -> set[str]:
    return {warning["code"] for warning in told["warnings"]}


@pytest.fixture(scope="module")
def described(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A project over the finished table of people: recency foretells recency, money is left as it is, and a coin is asked for."""
    families = [
        '[features]\nall = { kind = "profile", except = ["quiet", "coin"] }\nnothing = { kind = "profile", columns = ["shoe", "town"] }\n',
        '[segments.raw]\nfeatures = ["all"]\nscale = "none"\nlogarithm = "never"\njudge = "silhouette"\ndirections = false\n',
        question("quiet", '{ kind = "column", of = "quiet" }', '["all"]'),
        question("coin", '{ kind = "column", of = "coin" }', '["nothing"]'),
    ]
    return ran(tmp_path_factory.mktemp("described"), data, HEAD + PEOPLE + "".join(families))


def test_recency_that_foretells_recency_is_told(described: dict[str, Any]) -> None:
    told = described["predict"]["quiet"]
    assert {"leak.near_perfect", "leak.single_feature"} <= codes(told)
    [blamed] = [warning["said"] for warning in told["warnings"] if warning["code"] == "leak.single_feature"]
    assert "'recency' alone" in blamed


def test_groups_of_money_as_it_is_are_told(described: dict[str, Any]) -> None:
    raw = described["segments"]["raw"]
    assert raw["considered"][0]["silhouette"] > 0.8
    assert {"unscaled", "small_groups"} <= codes(described)
    assert raw["k"] is None


def test_the_toss_of_a_coin_is_not_predictable(described: dict[str, Any]) -> None:
    told = described["predict"]["coin"]
    assert (told["kept"], told["model"], codes(told)) == (None, None, {"no_signal"})


@pytest.mark.parametrize(("lang", "said"), [("en", "Not predictable from these data"), ("fr", "Non prévisible avec ces données")])
def test_the_report_says_in_words_that_a_coin_is_not_predictable(described: dict[str, Any], lang: str, said: str) -> None:
    folder = Path(described["files"]["report"]).parents[3]
    shown = chaland("show", folder / "shop.toml", "--home", folder / "home", "--lang", lang)
    assert said in shown.stdout
    if lang == "en":
        assert said in Path(described["files"]["report"]).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def by_sql(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The answer is made by SQL of the days up to today, and so are features; none of them alone gives it away."""
    families = '[features]\nknown = { kind = "profile", columns = ["bills", "spent"] }\n'
    asked = question("quiet", '{ kind = "column", of = "quiet" }', '["known"]')
    return inside(tmp_path_factory.mktemp("by_sql"), data, HEAD + BY_SQL + families + asked)


def test_an_answer_made_of_the_same_days_as_the_features_is_told(by_sql: dict[str, Any]) -> None:
    [warning] = [one for one in by_sql["predict"]["quiet"]["warnings"] if one["code"] == "leak.future"]
    assert "'quiet'" in warning["said"]
    assert "'bills', 'spent'" in warning["said"]


@pytest.fixture
def honest() -> str:
    """The same question asked of the days ahead."""
    families = '[features]\nhabits = { kind = "rfm", table = "bills" }\ntempo = { kind = "tempo", table = "bills" }\n'
    asked = question("quiet", '{ kind = "inactivity", table = "bills", days = 60 }', '["habits", "tempo"]')
    return HEAD + BY_SQL + families + asked


def test_the_same_question_asked_of_the_days_ahead_raises_no_leak(honest: str, data: Path, tmp_path: Path) -> None:
    told = inside(tmp_path, data, honest, END + timedelta(days=1))
    assert {code for code in codes(told["predict"]["quiet"]) if code.startswith("leak")} == set()
    assert 0.6 < told["predict"]["quiet"]["holdout"]["metrics"]["roc_auc"]["value"] < 0.99


def test_answers_of_days_that_nobody_recorded_are_told(honest: str, data: Path, tmp_path: Path) -> None:
    told = inside(tmp_path, data, honest, END + timedelta(days=21))
    [warning] = [one for one in told["predict"]["quiet"]["warnings"] if one["code"] == "leak.future"]
    assert "in 20 of the 60 days" in warning["said"]


def test_an_answer_that_asks_what_day_it_is_today_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text(HEAD + BY_SQL.replace("date '2025-10-02'", "today()"), encoding="utf-8")
    ended = chaland("check", tmp_path / "shop.toml")
    assert ended.returncode == 2
    assert "The result would change from run to run." in ended.stderr
