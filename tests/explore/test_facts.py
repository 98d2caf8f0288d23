"""Measures of going together, against what they are known to be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import contingency

from chaland.explore import facts


def crossed(table: list[list[int]]) -> list[dict[str, object]]:
    return [{"x": f"x{i}", "y": f"y{j}", "n": n} for i, row in enumerate(table) for j, n in enumerate(row) if n]


def test_words_that_tell_each_other_wholly_have_one() -> None:
    assert facts.cramer(crossed([[50, 0], [0, 50]])) == pytest.approx(1.0, abs=0.01)


def test_words_that_have_nothing_to_do_with_each_other_have_zero() -> None:
    assert facts.cramer(crossed([[10, 20], [20, 40]])) == 0.0


def test_with_many_rows_the_correction_for_chance_is_nothing() -> None:
    table = [[9000, 3000, 500], [2000, 7000, 900]]
    assert facts.cramer(crossed(table)) == pytest.approx(contingency.association(np.array(table), "cramer"), abs=1e-3)


def test_a_word_with_one_level_goes_with_nothing() -> None:
    assert facts.cramer(crossed([[10, 20]])) is None


def grouped(groups: list[list[float]]) -> list[dict[str, object]]:
    mean = np.mean([value for group in groups for value in group])
    return [{"a_n": len(g), "a_mean": float(np.mean(g) - mean), "a_squares": float(((np.array(g) - mean) ** 2).sum())} for g in groups]


def test_a_word_that_tells_a_number_wholly_has_a_ratio_of_one() -> None:
    assert facts.ratio(grouped([[1.0, 1.0, 1.0], [5.0, 5.0]]), "a") == pytest.approx(1.0)


def test_a_word_with_nearly_as_many_levels_as_rows_is_not_taken_for_a_cause() -> None:
    rng = np.random.default_rng(1)
    found = [facts.ratio(grouped(rng.normal(size=(15, 2)).tolist()), "a") or 0.0 for _ in range(50)]
    assert np.mean(found) < 0.35  # uncorrected it is about 0.7
    assert facts.ratio(grouped(rng.normal(size=(2, 1000)).tolist()), "a") == pytest.approx(0, abs=0.1)


def test_a_number_that_never_varies_has_no_ratio() -> None:
    assert facts.ratio(grouped([[2.0, 2.0], [2.0]]), "a") is None


def test_a_few_far_values_do_not_squeeze_the_others_into_one_bin() -> None:
    told = {"min": 0.0, "max": 1e9, "q5": 1.0, "q95": 11.0}
    assert facts.ends(told) == (0.0, 21.0, True)
    assert facts.ends(told | {"max": 20.0}) == (0.0, 20.0, False)
    assert facts.ends({"min": 3.0, "max": 3.0, "q5": 3.0, "q95": 3.0}) == (3.0, 4.0, False)


def test_far_begins_a_box_and_a_half_beyond_the_quartiles() -> None:
    assert facts.fences({"q25": 10.0, "q75": 20.0}) == (-5.0, 35.0)
