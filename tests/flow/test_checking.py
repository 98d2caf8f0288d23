"""Files are checked together, and businesses made up."""

from pathlib import Path

import pytest

from chaland.errors import SpecError
from chaland.flow import checking
from tests.flow import shop


def test_right_files_are_told_with_their_kind(tmp_path: Path) -> None:
    project = shop.write(tmp_path, rows=5)
    (tmp_path / "site.toml").write_text('[engine]\nkind = "duckdb"\n')
    told = checking.check([str(project), str(tmp_path / "site.toml")])
    assert [one["kind"] for one in told["files"]] == ["project", "site"]


def test_faults_of_several_files_are_told_at_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(
            shop.PROJECT.replace("folds", "").replace("[features.profile]", "[features.profile]\ndayz = 3")
        )
    with pytest.raises(SpecError) as told:
        checking.check([str(tmp_path / "one.toml"), str(tmp_path / "two.toml")])
    assert [Path(fault.where.file or "").name for fault in told.value.faults] == ["one.toml", "two.toml"]


def test_a_business_is_made_up(tmp_path: Path) -> None:
    assert "telco" in checking.businesses()
    assert len(checking.simulate("telco", 50, 1, tmp_path)) == 2


def test_an_unknown_business_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as told:
        checking.simulate("telcoo", 50, 1, tmp_path)
    assert told.value.next == "Did you mean 'telco'?"
