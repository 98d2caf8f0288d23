"""A question with too few customers ends in words, and the others go on; where none can be learnt the run ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import chaland
from chaland.errors import DataError
from chaland.flow import whole
from chaland.flow.report import render
from chaland.flow.run import asking
from chaland.flow.show import details
from chaland.reading import read_project
from chaland.simulate import bikes
from chaland.spec.show import Show
from tests.flow import shop

FEW = """
[predict.few]
target = { kind = "column", of = "lasted" }
features = ["profile"]
candidates = ["logistic_regression"]
holdout = { share = 0.000001 }
"""


def written(folder: Path, questions: str) -> Path:
    """The shop, whose people have one column more: how long they lasted, known of four of them."""
    path = shop.write(folder)
    text = path.read_text(encoding="utf-8").replace("left   = {", 'lasted = { type = "bool", optional = true }\nleft   = {')
    path.write_text(text.replace('except = ["left"]', 'except = ["left", "lasted"]') + questions, encoding="utf-8")
    for file, known in (("learn.csv", 4), ("test.csv", 0)):
        head, *lines = (folder / file).read_text(encoding="utf-8").splitlines()
        told = [f"{line},{('yes', 'no')[n % 2] if n < known else ''}" if line.count(",") == 6 else line for n, line in enumerate(lines)]
        (folder / file).write_text("\n".join([f"{head},lasted", *told]) + "\n", encoding="utf-8")
    return path


def run(folder: Path, path: Path) -> dict[str, Any]:
    return whole.run(read_project(path), shop.SITE, shop.home(folder), shop.asked(folder)).document


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop") / "data"
    written(folder, FEW)
    return folder


@pytest.fixture(scope="module")
def document(data: Path) -> dict[str, Any]:
    return run(data, data / "shop.toml")


def test_the_other_question_is_learnt_and_scored(document: dict[str, Any], data: Path) -> None:
    assert document["predict"]["leaving"]["kept"] == "logistic_regression"
    assert (shop.home(data).models / "leaving.onnx").exists()


def test_the_question_with_too_few_is_told_with_the_reason(document: dict[str, Any]) -> None:
    told = document["predict"]["few"]
    assert (told["kept"], told["model"], told["rows"], told["candidates"], told["holdout"]) == (None, None, 4, [], None)
    [warning] = told["warnings"]
    assert warning["code"] == "too_small"
    assert warning["said"].startswith("not learnt: only 2 customers of the rarer answer")


def test_what_is_told_keeps_the_promised_form(document: dict[str, Any]) -> None:
    assert Show.model_validate(document).predict["few"].kept is None


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Not learnt: too few customers to learn from."), ("fr", "Pas apprise : trop peu de clients")]
)
def test_the_report_says_it_in_words(document: dict[str, Any], data: Path, lang: str, said: str) -> None:
    project = read_project(data / "shop.toml")
    with asking(project, shop.SITE, shop.home(data), shop.asked(data)) as looking:
        page = render(document, details(looking), project, lang)
    assert said in page.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_model_of_an_earlier_run_goes(document: dict[str, Any], data: Path) -> None:
    stale = shop.home(data).models / "few.onnx"
    stale.write_bytes(b"of another time")
    project = read_project(data / "shop.toml")
    whole.run(project, shop.SITE, shop.home(data), shop.asked(data, force=True), ["train"])
    assert not stale.exists()


def test_where_no_question_can_be_learnt_the_run_ends(tmp_path: Path) -> None:
    path = written(tmp_path / "data", FEW)
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("[predict.leaving]")] + FEW, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        run(tmp_path / "data", path)
    assert (caught.value.code, caught.value.exit_code) == ("too_small", 3)


def test_questions_in_time_wait_for_a_longer_history_and_all_else_is_told(tmp_path: Path) -> None:
    bikes.simulate(30, 1, tmp_path / "data")
    document = chaland.run("bikes", data=tmp_path / "data", home=tmp_path / "home").document
    assert document["trends"]["revenue"]["total"] > 0
    assert {name: (told["kept"], [one["code"] for one in told["warnings"]]) for name, told in document["predict"].items()} == {
        "next": (None, ["too_small"]),
        "spend": (None, ["too_small"]),
    }


def test_scores_of_a_question_that_has_no_model_any_more_go(tmp_path: Path) -> None:
    path = written(tmp_path / "data", "")
    run(tmp_path / "data", path)
    (shop.home(tmp_path / "data").models / "leaving.onnx").unlink()
    project, asked = read_project(path), shop.asked(tmp_path / "data", force=True)
    whole.run(project, shop.SITE, shop.home(tmp_path / "data"), asked, ["score", "publish"])
    with asking(project, shop.SITE, shop.home(tmp_path / "data"), asked) as looking:
        assert looking.lake.table(looking.engine, "scores/leaving").count().to_pyarrow().as_py() == 0
        assert looking.needed("publish")["facts"]["published"]["leaving"]["rows"] == 0
        assert looking.needed("publish")["facts"]["published"]["leaving"]["erased"] > 200
