"""A whole small dealer: people, plates and a catalogue; the kind of car that suits a visitor."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from chaland.flow import whole
from chaland.flow.grouped import grouped, leans_on_groups
from chaland.flow.rows import score_file
from chaland.flow.run import Run, asking
from chaland.history import History
from chaland.reading import read_project
from chaland.spec import Project
from tests.flow import shop

PROJECT = """
name = "garage"
[tables.people]
role = "customers"
source = { kind = "csv", path = "people.csv" }
columns.plate = { privacy = "identifier" }
columns.age = { type = "int" }
columns.kids = { type = "int" }
[tables.cards]
role = "reference"
source = { kind = "csv", path = "cards.csv" }
columns.plate = { role = "key", privacy = "identifier" }
columns.model = {}
columns.power = { type = "int" }
columns.seats = { type = "int" }
[tables.models]
role = "reference"
source = { kind = "csv", path = "models.csv" }
columns.model = {}
columns.power = { type = "int" }
columns.seats = { type = "int" }
[features]
profile = { kind = "profile" }
car = { kind = "profile", of = "models", columns = ["power", "seats"] }
[segments.kinds]
features = ["car"]
groups = [3, 4]
scale = "standard"
logarithm = "never"
directions = false
judge = "silhouette"
[predict.kind]
target = { kind = "owned", in = "cards", by = "plate", segment = "kinds" }
features = ["profile"]
candidates = ["logistic_regression", "gradient_boosting"]
folds = 3
[predict.power]
target = { kind = "owned", in = "cards", by = "plate", of = "power" }
features = ["profile"]
candidates = ["ridge", "gradient_boosting"]
folds = 3
"""
KINDS = {"van": (100, 7), "sport": (400, 2), "town": (60, 4)}


def write(folder: Path, rows: int = 360) -> Project:
    """Families buy vans, the young without children sports cars, the others town cars; two people share the first plate."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(0)
    models = [(f"{kind}{n}", power + draw.randint(-9, 9), seats) for kind, (power, seats) in KINDS.items() for n in range(20)]
    people, cards = ["plate,age,kids"], ["plate,model,power,seats"]
    for n in range(rows):
        age, kids = draw.randint(18, 80), draw.choice([0, 0, 1, 2, 3])
        wanted = "van" if kids > 1 else "sport" if age < 45 and draw.random() < 0.9 else "town"
        model = draw.choice([one for one in models if one[0].startswith(wanted)])
        people.append(f"P{n},{age},{kids}")
        cards.append(",".join(map(str, (f"P{n}", *model))))
    people.append("P0,33,0")
    for name, lines in (
        ("people", people),
        ("cards", cards),
        ("models", ["model,power,seats", *(",".join(map(str, one)) for one in models)]),
    ):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    (folder / "garage.toml").write_text(PROJECT)
    return read_project(folder / "garage.toml")


@pytest.fixture(scope="module")
def garage(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Path, dict[str, Any]]:
    data = tmp_path_factory.mktemp("garage") / "data"
    project = write(data)
    report = whole.run(project, shop.SITE, shop.home(data), shop.asked(data))
    return project, data, report.document


def test_three_kinds_are_found_and_foretold(garage: tuple[Project, Path, dict[str, Any]]) -> None:
    _, _, told = garage
    question = told["predict"]["kind"]
    assert (told["segments"]["kinds"]["k"], question["task"], len(question["holdout"]["labels"])) == (3, "multiclass", 3)
    assert question["holdout"]["metrics"]["accuracy"]["value"] > question["baseline"]["metrics"]["accuracy"]["value"] + 0.2
    assert [note["said"][:8] for note in question["notes"] if note["code"] == "shared_owner"] == ["1 values"]


def test_a_number_of_what_is_owned_is_foretold(garage: tuple[Project, Path, dict[str, Any]]) -> None:
    question = garage[2]["predict"]["power"]
    assert (question["task"], question["baseline"]["name"]) == ("regression", "mean")
    assert question["holdout"]["metrics"]["mae"]["value"] < 0.7 * question["baseline"]["metrics"]["mae"]["value"]


def test_visitors_without_a_plate_are_scored(garage: tuple[Project, Path, dict[str, Any]], tmp_path: Path) -> None:
    project, data, _ = garage
    visitors = tmp_path / "visitors.csv"
    visitors.write_text("age,kids\n25,0\n40,3\n")
    with asking(project, shop.SITE, shop.home(data), shop.asked(data)) as run:
        told = score_file(run, "kind", visitors, tmp_path / "out.csv")
        number = score_file(run, "power", visitors, tmp_path / "number.csv")
    assert (told["scored"], told["errors"], number["scored"]) == (2, 0, 2)
    head, first, second = (tmp_path / "out.csv").read_text().splitlines()
    assert head.count("probability_") == 3
    assert first != second


def test_rows_carry_the_name_of_their_group_once_each(garage: tuple[Project, Path, dict[str, Any]]) -> None:
    project, data, told = garage
    with asking(project, shop.SITE, shop.home(data), shop.asked(data)) as run:
        past = grouped(run, project.predict["kind"], History({}, {}))
        rows = past.tables["segments/kinds"].to_pyarrow()
        untouched = grouped(run, project.predict["power"], History({}, {}))
    assert (len(rows), set(rows["_group"].to_pylist())) == (60, {group["name"]["en"] for group in told["segments"]["kinds"]["groups"]})
    assert untouched.tables == {}


def test_where_there_are_no_groups_the_question_says_so_and_the_others_go_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(data)
    models = data / "models.csv"
    models.write_text("\n".join(models.read_text().splitlines()[:5]) + "\n")
    project = read_project(data / "garage.toml")
    told = whole.run(project, shop.SITE, shop.home(data), shop.asked(data)).document["predict"]
    [warning] = told["kind"]["warnings"]
    assert (told["kind"]["kept"], warning["code"]) == (None, "no_groups")
    assert "the answer is a group of 'kinds'" in warning["said"]
    assert told["power"]["rows"] > 0


def test_only_a_question_of_groups_leans_on_them(garage: tuple[Project, Path, dict[str, Any]]) -> None:
    project, data, _ = garage
    with asking(project, shop.SITE, shop.home(data), shop.asked(data)) as run:
        assert leans_on_groups(run)
    shop.write(data.parent / "other")
    other = shop.spec(data.parent / "other")
    with asking(other, shop.SITE, shop.home(data.parent / "other"), shop.asked(data.parent / "other")) as run:
        assert isinstance(run, Run)
        assert not leans_on_groups(run)
