"""A rule that was taken back no longer holds."""

from pathlib import Path

import pytest

from chaland.errors import SpecError
from chaland.flow import undone
from chaland.flow.run import Run
from chaland.spec.site import Site
from tests.flow import shop


@pytest.fixture
def run(tmp_path: Path) -> Run:
    shop.write(tmp_path / "data")
    home = shop.home(tmp_path / "data")
    home.make()
    return Run(shop.spec(tmp_path / "data"), Site(), home, shop.asked(tmp_path / "data"))


def test_every_rule_that_can_be_taken_back_is_known(run: Run) -> None:
    assert undone.rules(run.project) == [
        "people.spends_when_visiting", "people.plan.placeholder", "people.plan.words", "people.visits.min", "people.visits.max",
        "people.spent.min", "people.spent.max", "people.age.placeholder", "people.left.required", "people.duplicates",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", ["people.visits.max", "visits.max"])
def test_a_rule_of_a_column_is_taken_back_with_or_without_its_table(run: Run, rule: str) -> None:
    assert undone.take_back(run, rule) == "people.visits.max"
    column = undone.in_force(run)["people"].columns["visits"]
    assert (column.min, column.max) == (0, None)


def test_a_rule_between_columns_and_merging_are_taken_back(run: Run) -> None:
    for rule in ("spends_when_visiting", "duplicates"):
        undone.take_back(run, rule)
    assert dict(undone.in_force(run)["people"].rules) == {}
    assert undone.in_force(run)["people"].duplicates == "keep"


def test_what_was_taken_back_stays_so_for_the_next_command(run: Run) -> None:
    undone.take_back(run, "plan.words")
    again = Run(run.project, run.site, run.home, run.asked)
    assert dict(undone.in_force(again)["people"].columns["plan"].words) == {}


def test_an_unknown_rule_is_told_with_the_nearest(run: Run) -> None:
    with pytest.raises(SpecError) as told:
        undone.take_back(run, "people.visits.maxx")
    assert told.value.next == "Did you mean 'people.visits.max'?"
