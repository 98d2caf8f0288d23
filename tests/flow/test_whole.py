"""A whole run, again and again."""

from pathlib import Path

import pytest

from chaland.errors import DataError, SpecError
from chaland.flow import whole
from tests.flow import shop
from tests.flow.conftest import Ran


def test_a_second_run_of_the_same_files_skips_every_step(ran: Ran) -> None:
    again = whole.run(shop.spec(ran.data), shop.SITE, shop.home(ran.data), shop.asked(ran.data)).document
    assert [step["name"] for step in again["steps"] if not step["skipped"]] == []
    assert again["predict"] == ran.document["predict"]
    assert again["tables"] == ran.document["tables"]


def test_the_same_files_and_secret_give_the_same_pseudonyms_and_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALAND_SECRET", "made up")
    models = []
    for name in ("one", "two"):
        shop.write(tmp_path / name / "data", rows=120)
        whole.run(shop.spec(tmp_path / name / "data"), shop.SITE, shop.home(tmp_path / name / "data"), shop.asked(tmp_path / name / "data"))
        models.append((shop.home(tmp_path / name / "data").models / "leaving.onnx").read_bytes())
    assert models[0] == models[1]


def test_one_class_only_is_told_so(tmp_path: Path) -> None:
    shop.write(tmp_path / "data", rows=60)
    for file in (tmp_path / "data").glob("*.csv"):
        file.write_text(file.read_text().replace(",yes\n", ",no\n"))
    with pytest.raises(DataError) as told:
        whole.run(shop.spec(tmp_path / "data"), shop.SITE, shop.home(tmp_path / "data"), shop.asked(tmp_path / "data"))
    assert (told.value.code, told.value.exit_code) == ("one_class", 3)


def test_a_rule_is_taken_back_and_everything_follows(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shop.write(data, rows=120)
    before = whole.run(shop.spec(data), shop.SITE, shop.home(data), shop.asked(data)).document
    after = whole.undo(shop.spec(data), shop.SITE, shop.home(data), shop.asked(data), "visits.max").document
    assert before["tables"]["people"]["reasons"]["visits.max"] == 1
    assert "visits.max" not in after["tables"]["people"]["reasons"]
    assert after["tables"]["people"]["accepted"] == before["tables"]["people"]["accepted"] + 1


def test_a_rule_that_does_not_exist_changes_nothing(ran: Ran) -> None:
    with pytest.raises(SpecError):
        whole.undo(shop.spec(ran.data), shop.SITE, shop.home(ran.data), shop.asked(ran.data), "no.such.rule")
    assert not (shop.home(ran.data).folder / "undone.json").exists()
