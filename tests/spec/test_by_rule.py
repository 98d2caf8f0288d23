"""What a segmentation by rule may and must say is told by check."""

from pathlib import Path

import pytest

from chaland.errors import SpecError
from chaland.reading import read_project
from tests.flow.visits import PROJECT

BY_RULE = '[segments.rfm]\nmethod = "rfm"\nfeatures = ["rfm"]\n'


def said(folder: Path, words: str, project: str = PROJECT) -> str:
    (folder / "visits.toml").write_text(project + words)
    with pytest.raises(SpecError) as caught:
        read_project(folder / "visits.toml")
    return str(caught.value)


def test_one_family_of_kind_rfm_is_all_it_needs(tmp_path: Path) -> None:
    (tmp_path / "visits.toml").write_text(PROJECT + BY_RULE)
    assert read_project(tmp_path / "visits.toml").segments["rfm"].method == "rfm"


def test_another_family_cannot_be_scored(tmp_path: Path) -> None:
    assert "one feature family of kind 'rfm'" in said(tmp_path, BY_RULE.replace('["rfm"]', '["rfm", "profile"]'))


def test_words_of_groups_that_are_found_have_no_place(tmp_path: Path) -> None:
    assert "judge is for groups that are found" in said(tmp_path, BY_RULE + 'judge = "silhouette"\n')


def test_a_family_that_leaves_out_what_is_scored_is_told(tmp_path: Path) -> None:
    assert "leaves out total" in said(tmp_path, BY_RULE, PROJECT.replace('kind = "rfm"', 'kind = "rfm"\nexcept = ["total"]'))


def test_a_family_without_money_is_told(tmp_path: Path) -> None:
    assert "knows no money" in said(tmp_path, BY_RULE, PROJECT.replace('amount = { type = "decimal", role = "amount" }', ""))


def test_a_play_for_a_group_that_no_rule_makes_is_told(tmp_path: Path) -> None:
    play = '[[segments.rfm.playbook]]\ngroup = "champion"\ndo = "thank"\n'
    assert "champions" in said(tmp_path, BY_RULE + play)
    assert "made by rule" in said(tmp_path, BY_RULE.replace('method = "rfm"\n', "") + play.replace('"champion"', '"champions"'))
