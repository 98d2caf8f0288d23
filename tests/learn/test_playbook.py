"""Each group is given the first action whose conditions it meets."""

import numpy as np
import pytest

from chaland.errors import SpecError
from chaland.learn import playbook
from chaland.learn.naming import Trait
from chaland.spec.project import Play

NOTHING = np.zeros(3)
PROFILE = [
    Trait("recency", {"en": "Recency", "fr": "Récence"}, "number", "", np.array([1.2, -0.7, 0.1]), NOTHING, NOTHING),
    Trait("total", {"en": "Total", "fr": "Total"}, "number", "", np.array([0.6, 0.9, -0.5]), NOTHING, NOTHING),
]
WIN_BACK = Play.model_validate({"when": {"recency": "high", "total": "high"}, "do": {"en": "Win them back", "fr": "Les reconquérir"}})
THANK = Play.model_validate({"when": {"total": "high"}, "do": "Thank them"})
REST = Play.model_validate({"do": "Write to them"})
STEADY = Play.model_validate({"when": {"recency": "middle"}, "do": "Keep them"})


def test_the_first_play_that_holds_is_chosen():
    told = playbook.chosen([WIN_BACK, THANK, REST], PROFILE, 3)
    assert [one["en"] for one in told] == ["Win them back", "Thank them", "Write to them"]
    assert told[0]["fr"] == "Les reconquérir"


def test_a_group_that_no_play_fits_has_none():
    assert playbook.chosen([WIN_BACK], PROFILE, 3)[1:] == [None, None]
    assert playbook.chosen([], PROFILE, 3) == [None] * 3


def test_the_middle_is_a_condition_too():
    assert [bool(one) for one in playbook.chosen([STEADY], PROFILE, 3)] == [False, False, True]


def test_a_feature_that_nobody_made_is_told_with_the_nearest():
    with pytest.raises(SpecError, match="'recencyy', which is no feature") as told:
        playbook.chosen([Play.model_validate({"when": {"recencyy": "high"}, "do": "x"})], PROFILE, 3)
    assert "recency" in told.value.next


def test_a_feature_in_which_all_are_alike_is_in_the_middle_and_no_fault():
    plays = [Play.model_validate({"when": {"price": "high"}, "do": "x"}), Play.model_validate({"when": {"price": "middle"}, "do": "y"})]
    assert [one["en"] for one in playbook.chosen(plays, PROFILE, 3, made=["price"])] == ["y", "y", "y"]


def test_a_group_made_by_rule_is_called_by_its_name():
    plays = [Play.model_validate({"group": "lost", "do": "Let them go"}), REST]
    told = playbook.chosen(plays, PROFILE, 3, ["champions", "lost", "loyal"])
    assert [one["en"] for one in told] == ["Write to them", "Let them go", "Write to them"]
