"""Text becomes what was meant."""

from collections.abc import Callable
from typing import Any

from chaland.prepare import clean

Read = Callable[..., list[Any]]


def test_blanks_around_a_word_go_and_a_blank_is_nothing(typed: Read) -> None:
    assert typed([" a\t", "  ", "", None, "\n"]) == ["a", None, None, None, None]


def test_a_placeholder_is_nothing_with_or_without_blanks(typed: Read) -> None:
    assert typed(["?", " ? ", "N/D", "a?"], placeholders=["?", "N/D"]) == [None, None, None, "a?"]


def test_spellings_are_mended_without_regard_to_case(typed: Read) -> None:
    assert typed(["CC", "cc ", "Credit Card", "cash"], words={"CC": "Credit Card"}) == ["Credit Card", "Credit Card", "Credit Card", "cash"]


def test_two_spellings_that_differ_by_case_alone_keep_their_own_meaning(typed: Read) -> None:
    assert typed(["M", "m"], words={"M": "Male", "m": "married"}) == ["Male", "married"]


def test_lower_case_is_put_before_spelling(typed: Read) -> None:
    assert typed(["MIXED Case"], lower=True) == ["mixed case"]


def test_a_shape_tells_no_letter_and_no_digit(engine: Any) -> None:
    import pyarrow as pa

    rows = engine.take(pa.table({"t": ["Zoé 06-12", "x" * 50]}))
    assert sorted(rows.select(s=clean.shape(rows.t)).to_pyarrow()["s"].to_pylist()) == ["aaa 99-99", "a" * 40]
