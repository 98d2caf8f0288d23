from __future__ import annotations

import numpy as np
import pyarrow as pa

from chaland.learn.dataset import Feature
from chaland.learn.encode import Encoded, Preparation

FEATURES = (Feature("n", "number", "n", "n", "n"), Feature("w", "word", "w", "w", "w"))


def encoded(numbers: list[float | None], words: list[str | None]) -> Encoded:
    return Encoded.of(pa.table({"n": pa.array(numbers, pa.float64()), "w": pa.array(words, pa.string())}), FEATURES)


def test_nulls_become_nan_and_the_empty_word() -> None:
    data = encoded([1.0, None], ["b", None])
    assert (np.isnan(data.numbers[:, 0]).tolist(), [data.words[0][c] for c in data.codes[:, 0]]) == ([False, True], ["b", ""])


def test_chunks_change_nothing() -> None:
    one = pa.table({"n": pa.array([1.0, 2.0]), "w": pa.array(["b", "a"])})
    joined = Encoded.of(pa.concat_tables([one, one]), FEATURES)
    assert (joined.codes[:, 0].tolist(), joined.numbers[:, 0].tolist()) == ([1, 0, 1, 0], [1.0, 2.0, 1.0, 2.0])


def test_medians_fill_and_marks_tell_where() -> None:
    data = encoded([1.0, 2.0, 9.0] * 10 + [None] * 12, ["a"] * 42)
    preparation = Preparation.fit(data)
    design = preparation.design(data)
    assert [slot.kind for slot in preparation.slots(data.words)] == ["number", "missing"]
    assert design[-1].tolist() == [2.0, 1.0]


def test_rare_words_have_no_column() -> None:
    data = encoded([0.0] * 63, ["a"] * 30 + ["b"] * 20 + ["c"] * 10 + ["odd", "odder", "oddest"])
    assert [slot.word for slot in Preparation.fit(data).slots(data.words) if slot.kind == "word"] == ["a", "b", "c"]


def test_of_two_words_the_rarer_tells_both() -> None:
    data = encoded([0.0] * 40, ["yes"] * 12 + ["no"] * 28)
    assert [slot.word for slot in Preparation.fit(data).slots(data.words) if slot.kind == "word"] == ["yes"]


def test_negative_and_positive_zero_are_equal() -> None:
    marks = encoded([0.0, -0.0], ["a", "a"]).hashes()
    assert (marks[0] == marks[1]).all()
