"""Groups are learnt as the words say, and words that cannot be kept are faults of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaland.errors import SpecError
from chaland.flow.found import recipe
from chaland.reading import read_project
from tests.flow import clicks
from tests.flow.conftest import Ran


def test_the_words_of_a_segmentation_are_its_recipe(clicked: Ran) -> None:
    spec = clicks.spec(clicked.data).segments["habits"]
    told = recipe(spec.model_copy(update={"directions": False, "scale": "standard"}))
    assert (told.scale, told.variance, told.judge) == ("standard", 1.0, "silhouette")


@pytest.mark.parametrize("words", ["minimum_events = 3", 'validation = ["months"]'])
def test_families_that_are_not_counted_over_rows_cannot_settle(tmp_path: Path, words: str) -> None:
    text = clicks.PROJECT.partition("[segments.habits]")[0] + '[features.profile]\nkind = "profile"\n'
    (tmp_path / "clicks.toml").write_text(f'{text}[segments.habits]\nfeatures = ["profile"]\n{words}\n')
    with pytest.raises(SpecError, match="counted over the rows of one table"):
        read_project(tmp_path / "clicks.toml")
