from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from chaland.errors import DataError
from chaland.learn.dataset import TrainingSet
from tests.learn.people import customers, replaced


def test_the_holdout_is_split_off() -> None:
    learn, held = customers().split()
    assert (learn.rows + held.rows, learn.holdout.any(), held.holdout.all()) == (1200, False, True)


@pytest.mark.parametrize("answer", [True, False])
def test_one_answer_only_is_refused_whatever_the_holdout_says(answer: bool) -> None:
    data = customers(200)
    with pytest.raises(DataError) as told:
        replaced(data, np.where(data.holdout, data.positives(), answer)).check(3)
    assert (told.value.code, told.value.exit_code) == ("one_class", 3)


def test_fewer_positives_than_folds_are_refused() -> None:
    with pytest.raises(DataError) as told:
        replaced(customers(200), np.arange(200) < 3).check(5)
    assert told.value.code == "too_small"


def test_a_null_target_is_refused() -> None:
    data = customers(20)
    with pytest.raises(DataError, match="1 customers have no target"):
        TrainingSet(data.keys, data.table, data.features, pa.array([None, *[True] * 19]), data.holdout)


def test_parts_of_different_length_are_refused() -> None:
    data = customers(20)
    with pytest.raises(DataError, match="different numbers of rows"):
        TrainingSet(data.keys, data.table, data.features, data.target, data.holdout[1:])


def test_left_out_features_leave_list_and_table() -> None:
    left = customers(20).without({"town", "calls"})
    assert [feature.name for feature in left.features] == left.table.column_names == ["months", "minutes", "evening", "night", "plan"]
