"""Laws of the words: both languages complete, numbers as each language writes them."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from chaland.flow import report
from chaland.flow.report.texts import TEXTS
from chaland.flow.report.words import THIN, Words
from tests.flow.report.sample import EN, FR

EN_WORDS, FR_WORDS = Words("en"), Words("fr")
FOLDER = Path(report.__file__).parent
SOURCES = [*FOLDER.glob("*.py"), *FOLDER.glob("templates/*.j2"), FOLDER.parent / "terminal.py"]


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_both_languages_of_a_text_say_the_same_values(key):
    english, french = TEXTS[key]
    assert placeholders(english) == placeholders(french)


def test_every_text_asked_for_by_name_exists():
    asked = {key for source in SOURCES for key in re.findall(r'\bw(?:ords)?\("([a-z_0-9.]+)"', source.read_text(encoding="utf-8"))}
    assert sorted(asked - set(TEXTS)) == []


def test_every_text_is_asked_for():
    whole = "".join(source.read_text(encoding="utf-8") for source in SOURCES if source.name not in ("texts.py", "meanings.py"))
    families = set(re.findall(r'f"([a-z_.]+?)\{', whole))
    silent = [
        key
        for key in TEXTS
        if not re.search(f"[\"']{re.escape(key)}[\"']", whole) and not any(key.startswith(family) for family in families)
    ]
    assert silent == []


def test_thousands_and_decimals_follow_the_language():
    assert (EN_WORDS.decimal(12345.678, 1), FR_WORDS.decimal(12345.678, 1)) == ("12,345.7", f"12{THIN}345,7")


def test_nothing_is_written_minus_zero():
    assert EN_WORDS.decimal(-0.04, 1) == "0.0"


def test_a_negative_number_has_a_true_minus():
    assert EN_WORDS.decimal(-1.26, 1) == "−1.3"


def test_a_small_share_is_not_written_as_zero():
    assert EN_WORDS.percent(0.00001) == "< 0.1%"


def test_an_absent_number_is_a_dash():
    assert [EN_WORDS.number(None), EN_WORDS.percent(None), EN_WORDS.interval(None, 1.0), EN_WORDS.day(None), EN_WORDS.size(None)] == [
        "–"
    ] * 5


def test_only_a_perfect_score_is_written_as_100():
    assert (EN_WORDS.score(99.999), EN_WORDS.score(100.0)) == ("99.99", "100.0")


def test_the_first_of_a_month_is_premier_in_french():
    assert (EN_WORDS.day("2026-11-01"), FR_WORDS.day("2026-11-01")) == ("1 November 2026", "1er novembre 2026")


def test_long_runs_are_told_in_minutes():
    assert EN_WORDS.duration(125.4) == f"2{THIN}min 5{THIN}s"


def test_bytes_are_told_in_the_unit_that_fits():
    assert [EN_WORDS.size(999), EN_WORDS.size(230_000), FR_WORDS.size(1_234_000_000)] == [f"999{THIN}B", f"230{THIN}kB", f"1,23{THIN}Go"]


def test_a_rule_is_told_with_its_column_and_in_words():
    assert (EN.rule("day_minutes.max"), FR.rule("day_minutes.max")) == (
        "Day minutes: above the greatest allowed",
        f"Minutes de jour{THIN}: au-dessus du maximum permis",
    )


def test_a_rule_between_columns_is_told_by_its_own_name():
    assert EN.rule("spends_when_visiting") == "Spends when visiting"


def test_what_has_no_title_is_told_by_its_name():
    assert (EN.column("eve_calls"), EN.table("other"), EN.question("who")) == ("Eve calls", "Other", "Who")


def test_a_question_foretells_the_title_of_its_target():
    assert (EN.answer("churn"), FR.answer("churn")) == ("Churned", "Parti")


def test_no_line_of_french_begins_with_a_double_sign():
    assert Words("fr")("question.few", ends="de 0,1 à 0,2", rows=3) == f"de 0,1 à 0,2{THIN}; 3 clients seulement"
    assert Words("en")("question.few", ends="0.1 to 0.2", rows=3) == "0.1 to 0.2; only 3 customers"
