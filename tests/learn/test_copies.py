from __future__ import annotations

import numpy as np
import pytest

from chaland.learn import copies
from chaland.learn.encode import Encoded

RNG = np.random.default_rng(0)
MINUTES = RNG.normal(180, 50, 500).round(1)


@pytest.mark.parametrize(
    "late",
    [(0.17 * MINUTES).round(2), 1000 * MINUTES, -MINUTES, MINUTES * 9 / 5 + 32, np.float32(MINUTES).astype(float)],
    ids=list("abcde"),
)
def test_a_number_times_a_constant_repeats(late: np.ndarray) -> None:
    assert copies.find({"minutes": MINUTES, "late": late}) == {"late": "minutes"}


@pytest.mark.parametrize(
    "late", [MINUTES + RNG.normal(0, 3, 500).round(1), MINUTES**2, (MINUTES > 180).astype(float), np.round(MINUTES / 100)], ids=list("abcd")
)
def test_a_number_that_is_only_near_does_not_repeat(late: np.ndarray) -> None:
    assert copies.find({"minutes": MINUTES, "late": late}) == {}


def test_nulls_in_other_rows_are_no_repetition() -> None:
    assert copies.find({"minutes": MINUTES, "late": np.where(np.arange(500) < 9, np.nan, MINUTES)}) == {}


def test_the_first_of_several_is_kept() -> None:
    assert copies.find({"a": MINUTES, "b": 2 * MINUTES, "c": 3 * MINUTES}) == {"b": "a", "c": "a"}


def test_people_who_only_look_alike_are_no_twins() -> None:
    codes = np.random.default_rng(1).integers(0, 2, (2000, 6)).astype(np.int32)
    data = Encoded(np.empty((2000, 0), np.float32), codes, (("n", "y"),) * 6)
    assert copies.twins(data, np.random.default_rng(2).random(2000) < 0.2) == 0


def test_copies_but_for_one_column_are_counted() -> None:
    numbers = np.random.default_rng(1).normal(size=(1000, 6)).astype(np.float32)
    doubled = np.concatenate([numbers, numbers[:100]])
    doubled[1000:, 3] += 1
    truth = np.random.default_rng(2).random(1000) < 0.3
    data = Encoded(doubled, np.empty((1100, 0), np.int32), ())
    assert copies.twins(data, np.concatenate([truth, truth[:100]])) == 100


def test_equal_rows_are_proof_only_where_hardly_any_would_be_equal_by_chance() -> None:
    rng = np.random.default_rng(1)
    few = Encoded(np.empty((2000, 0), np.float32), rng.integers(0, 2, (2000, 6)).astype(np.int32), (("n", "y"),) * 6)
    many = Encoded(rng.normal(size=(2000, 3)).astype(np.float32), np.empty((2000, 0), np.int32), ())
    assert (copies.proves(few), copies.proves(many)) == (False, True)
