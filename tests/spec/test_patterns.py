"""Regular expressions: what both engines read alike, and what not."""

from __future__ import annotations

import pytest

from chaland.spec.patterns import for_java, groups, is_blank_match, pattern_faults


@pytest.mark.parametrize("pattern", ["^[A-Z]{2}\\d{3,}$", "a|b", "(?:a|b)+?", "[^a\\-]", "\\p{L}+", "a.b", "\\$1", "é"])
def test_plain_patterns_pass(pattern: str) -> None:
    assert [*pattern_faults(pattern)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        "(?i)a",
        "(?=a)",
        "(?P<n>a)",
        "\\bword",
        "(a)\\1",
        "a++",
        "a{2}+",
        "[a&&b]",
        "[[:alpha:]]",
        "\\A",
        "\\z",
        "\\p{Greek}",
        "(",
        "a{",
        "\\u00e9",
    ],
)
def test_what_engines_read_differently_is_refused(pattern: str) -> None:
    assert [*pattern_faults(pattern)] != []


def test_java_is_told_that_a_line_ends_with_a_line_feed_only_and_a_text_at_its_end() -> None:
    assert for_java("^a.\\s\\S$") == "(?d)^a.[\\t\\n\\f\\r ][^\\t\\n\\f\\r ]\\z"
    assert for_java("[$]\\$") == "(?d)[$]\\$"


def test_groups_are_counted_and_blank_matches_known() -> None:
    assert (groups("(a)(?:b)(\\p{L})"), is_blank_match("x*"), is_blank_match("x+")) == (2, True, False)
