"""Steps run in order, and only those asked for."""

from pathlib import Path

import pytest

from chaland.errors import DataError, SpecError
from chaland.flow.run import STEPS, asking, opened, perform, steps_from
from chaland.spec.site import Site
from tests.flow import shop


def test_without_a_word_all_steps_are_run() -> None:
    assert steps_from([], None) == list(STEPS)


def test_from_a_step_on_and_only_some() -> None:
    assert steps_from([], "train") == ["train", "score", "publish"]
    assert steps_from(["prepare", "ingest"], None) == ["ingest", "prepare"]


def test_an_unknown_step_is_told_with_the_nearest() -> None:
    with pytest.raises(SpecError) as told:
        steps_from(["trian"], None)
    assert told.value.next == "Did you mean 'train'?"


def test_a_step_whose_forerunner_never_ran_says_so(tmp_path: Path) -> None:
    shop.write(tmp_path / "data", rows=5)
    with (
        opened(shop.spec(tmp_path / "data"), Site(), shop.home(tmp_path / "data"), shop.asked(tmp_path / "data")) as run,
        pytest.raises(DataError, match="'ingest' has not run yet"),
    ):
        list(perform(run, ["prepare"]))


def test_force_runs_a_step_that_could_be_skipped(tmp_path: Path) -> None:
    shop.write(tmp_path / "data", rows=5)
    skipped = []
    for force in (False, False, True):
        with opened(shop.spec(tmp_path / "data"), Site(), shop.home(tmp_path / "data"), shop.asked(tmp_path / "data", force=force)) as run:
            skipped += [outcome.skipped for outcome in perform(run, ["ingest"])]
    assert skipped == [False, True, False]


def test_asking_holds_nobody_up_and_leaves_nothing(tmp_path: Path) -> None:
    shop.write(tmp_path / "data", rows=5)
    home = shop.home(tmp_path / "data")
    with opened(shop.spec(tmp_path / "data"), Site(), home, shop.asked(tmp_path / "data")) as run:
        list(perform(run, ["ingest"]))
        with asking(run.project, Site(), home, run.asked) as other:
            assert other.lake.table(other.engine, "raw/people").count().to_pyarrow().as_py() == 14
    assert list(home.folder.glob("asking-*")) == []


def test_asking_a_project_that_never_ran_says_so(tmp_path: Path) -> None:
    shop.write(tmp_path / "data", rows=5)
    with (
        pytest.raises(DataError, match="has not run yet"),
        asking(shop.spec(tmp_path / "data"), Site(), shop.home(tmp_path / "data"), shop.asked(tmp_path / "data")),
    ):
        pass
