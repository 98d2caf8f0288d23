"""Groups made by rule come out like other groups: in the lake, in the document, in the report, from run to run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chaland.flow import ask, whole
from chaland.flow.run import Asked, asking, opened, perform
from chaland.learn.assignment import assign
from chaland.reading import read_project
from chaland.spec.by_rule import NAMES
from tests.flow import visits
from tests.flow.shop import SITE

WORDS = """
[segments.found]
features = ["rfm"]
groups = [2, 3]
[segments.names]
method = "rfm"
features = ["rfm"]
[[segments.names.playbook]]
group = "champions"
do = { en = "Thank them", fr = "Les remercier" }
"""
STEPS = ("ingest", "prepare", "features", "segment")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = visits.write(tmp_path_factory.mktemp("ruled") / "data", people=120)
    (data / "visits.toml").write_text(visits.PROJECT.partition("[predict.quiet]")[0] + WORDS)
    return data


@pytest.fixture(scope="module")
def document(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = whole.run(read_project(folder / "visits.toml"), SITE, visits.home(folder), Asked(folder), STEPS).document
    return told


def test_every_customer_has_a_name_and_a_worth(document: dict[str, Any]) -> None:
    told = document["segments"]["names"]
    assert (told["method"], told["silhouette"], told["stability"], told["considered"]) == ("rfm", None, None, [])
    assert sum(one["size"] for one in told["groups"]) == 120
    assert sum(one["money_share"] for one in told["groups"]) == pytest.approx(1.0, abs=1e-5)
    assert [one["action"] for one in told["groups"] if one["id"] == 1] == [{"en": "Thank them", "fr": "Les remercier"}]


def test_how_far_the_groups_that_are_found_agree_is_told_on_both_sides(document: dict[str, Any]) -> None:
    told = document["segments"]
    assert told["found"]["k"]
    assert told["names"]["agreement"] == {"found": told["found"]["agreement"]["names"]}
    assert -1.0 <= told["names"]["agreement"]["found"] <= 1.0


def test_the_file_that_is_served_gives_the_groups_of_the_lake(document: dict[str, Any], folder: Path) -> None:
    with asking(read_project(folder / "visits.toml"), SITE, visits.home(folder), Asked(folder)) as run:
        rows = run.lake.table(run.engine, "features/rfm").to_pyarrow()
        rows = rows.rename_columns(["who", *(f"rfm_{name}" for name in rows.column_names[1:])])
        kept = {row["who"]: row for row in run.lake.table(run.engine, "segments/names").to_pyarrow().to_pylist()}
        served = assign((run.home.models / "names.segments.onnx").read_bytes(), rows).tolist()
        one = ask.customer(run, "C0")["segments"]["names"]
    assert [kept[who]["group"] for who in rows["who"].to_pylist()] == served
    assert {*one} == {"group", "name", "recency_score", "frequency_score", "monetary_score"}
    assert one["name"] in [group["name"] for group in document["segments"]["names"]["groups"]]


def test_numbers_stay_and_who_moved_is_told(folder: Path, tmp_path: Path) -> None:
    project, home = read_project(folder / "visits.toml"), visits.home(tmp_path / "data")
    for day in (date(2023, 9, 1), date(2024, 1, 1)):
        with opened(project, SITE, home, Asked(folder, as_of=day)) as run:
            told = [one.facts for one in perform(run, STEPS)][-1]["segments"]["names"]
    moved = {(one["before"], one["now"]) for one in told["migration"]}
    assert sum(one["customers"] for one in told["migration"]) == 120
    assert len({before != now for before, now in moved}) == 2
    assert {one["id"] for one in told["groups"]} == {now for _, now in moved}
    assert told["changes"] == []
    assert all(1 <= one["id"] <= len(NAMES) for one in told["groups"])


def test_the_report_tells_the_rule_and_draws_the_grid(document: dict[str, Any]) -> None:
    page = Path(document["files"]["report"]).read_text()
    assert "They are made by rule" in page
    assert "recency 5" in page
    assert "adjusted Rand index" in page
