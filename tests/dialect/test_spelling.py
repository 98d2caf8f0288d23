"""Spellings of what depends on its arguments. That their values are equal is tested in test_dialect.py."""

from __future__ import annotations

from chaland.dialect.spelling import KEPT_HIGH, KEPT_LOW, PLACE, exchanged, met, stamped, trimmed


def test_letters_that_only_one_engine_knows_are_each_kept_once() -> None:
    assert (len({*KEPT_LOW}), len({*KEPT_HIGH})) == (len(KEPT_LOW), len(KEPT_HIGH))
    assert PLACE + len(KEPT_HIGH) + 40 < 0x10FFFE


def test_a_format_is_written_with_its_signs_quoted() -> None:
    assert stamped("d", "%d/%m it's", spark=True) == r"date_format(d, 'dd\'/\'MM\' it\'\'s\'')"


def test_the_first_match_alone_is_replaced_by_putting_back_what_came_before() -> None:
    assert exchanged("s", "(a)$", r"<\1>", every=False, spark=True) == r"regexp_replace(s, '(?d)\\A([\\s\\S]*?)((a)\\z)', '$1<$3>')"
    assert exchanged("s", "(a)", r"\1", every=True, spark=False) == r"regexp_replace(s, '(a)', '\1', 'g')"


def test_a_group_is_named_to_both_engines() -> None:
    assert met("regexp_extract", "s", "(a)", 0, spark=True) == "regexp_extract(s, '(?d)(a)', 0)"


def test_blanks_are_those_of_unicode() -> None:
    assert "\u00a0" in trimmed("trim", ["s"], None, spark=True)
