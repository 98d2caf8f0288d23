"""Customers are gathered with the features of their families."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaland.errors import SpecError
from chaland.flow import ask, show, whole
from chaland.flow.customers import customer_key, described, gathered, history
from chaland.flow.home import Home
from chaland.flow.run import Run, asking
from chaland.reading import read_project
from tests.flow import shop


def test_every_accepted_customer_is_gathered_once(looking: Run) -> None:
    rows = gathered(looking, ["profile"]).to_pyarrow()
    accepted = history(looking).customers()[1].count().to_pyarrow().as_py()
    assert len(rows) == len({*rows[customer_key(looking)].to_pylist()}) == accepted


def test_features_are_described_in_the_order_they_are_gathered(looking: Run) -> None:
    names = [feature.name for feature in described(looking, ["profile"])]
    assert names == [name for name in gathered(looking, ["profile"]).columns if name != customer_key(looking)]
    assert names == ["plan", "visits", "spent", "age"]


GARAGE = """
name = "garage"
[tables.people]
role = "customers"
source = { kind = "csv", path = "people.csv" }
[tables.people.columns]
id  = { role = "key" }
age = { type = "int" }
[tables.cars]
role = "reference"
source = { kind = "csv", path = "cars.csv" }
[tables.cars.columns]
plate = { role = "key" }
power = { type = "int" }
price = { type = "float" }
used  = { type = "bool" }
paint = { privacy = "sensitive", optional = true }
[features.person]
kind = "profile"
[features.car]
kind = "profile"
of = "cars"
except = ["used"]
[segments.classes]
features = ["car"]
groups = [2, 3]
[segments.ages]
features = ["person"]
groups = [2, 3]
[predict.used]
target = { kind = "column", of = "used" }
features = ["car"]
candidates = ["logistic_regression"]
metric = "roc_auc"
"""


@pytest.fixture(scope="module")
def garage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder, draw = tmp_path_factory.mktemp("garage") / "data", random.Random(3)
    folder.mkdir()
    (folder / "people.csv").write_text("id,age\n" + "".join(f"P{n},{draw.randint(18, 90)}\n" for n in range(60)))
    cars = [(n, draw.gauss(60 + 90 * (n % 2), 5), draw.random() < 0.15 + 0.7 * (n % 2)) for n in range(300)]
    (folder / "cars.csv").write_text(
        "plate,power,price,used\n" + "".join(f"{n},{p:.0f},{draw.gauss(180 * p, 900):.0f},{u}\n" for n, p, u in cars)
    )
    (folder / "garage.toml").write_text(GARAGE)
    project, home = read_project(folder / "garage.toml"), Home(folder.parent / "home", "garage")
    whole.run(project, shop.SITE, home, shop.asked(folder))
    with asking(project, shop.SITE, home, shop.asked(folder)) as run:
        yield run


def test_other_rows_than_customers_may_be_described(garage: Run) -> None:
    assert (customer_key(garage), customer_key(garage, ["car"])) == ("id", "plate")
    assert sorted(gathered(garage, ["car"]).to_pyarrow().column_names) == ["plate", "power", "price"]
    assert gathered(garage, ["car"]).count().to_pyarrow().as_py() == 300


def test_segments_and_questions_are_about_what_their_features_describe(garage: Run) -> None:
    document = show.last(garage.home)
    assert document["segments"]["classes"]["k"] == 2
    assert (document["predict"]["used"]["rows"], document["predict"]["used"]["kept"]) == (300, "logistic_regression")
    tables = {name: garage.lake.table(garage.engine, name).to_pyarrow() for name in ("segments/classes", "scores/used")}
    assert {name: (rows.column_names[0], len(rows)) for name, rows in tables.items()} == dict.fromkeys(tables, ("plate", 300))


def test_what_is_told_of_a_customer_is_about_customers(garage: Run) -> None:
    told = ask.customer(garage, "P7")
    assert (list(told["scores"]), list(told["segments"])) == ([], ["ages"])


def test_features_of_different_tables_do_not_meet(tmp_path: Path) -> None:
    (tmp_path / "garage.toml").write_text(GARAGE.replace('features = ["person"]', 'features = ["person", "car"]'))
    with pytest.raises(SpecError, match="'person' describes 'people', 'car' describes 'cars'"):
        read_project(tmp_path / "garage.toml")


def test_where_every_family_names_its_table_nobody_need_be_a_customer(tmp_path: Path) -> None:
    alone = GARAGE.replace('role = "customers"', 'role = "reference"').replace(
        'kind = "profile"\n[features.car]', 'kind = "profile"\nof = "people"\n[features.car]'
    )
    (tmp_path / "garage.toml").write_text(alone)
    assert read_project(tmp_path / "garage.toml").customers() is None
