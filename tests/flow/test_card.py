"""Laws of the model card."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from chaland.flow import card, whole
from chaland.flow.report.texts import TEXTS
from chaland.flow.report.texts_card import CARD
from chaland.flow.report.words import THIN, Words
from chaland.learn import cluster
from tests.flow import shop
from tests.flow.conftest import Ran
from tests.flow.report.sample import BY_GROUP, IMPORTANCE, PROJECT, QUESTION

TOLD = {**QUESTION, "importance": IMPORTANCE, "by_group": BY_GROUP}
MADE = {
    "as_of": "2026-11-20",
    "trained": "2026-11-21",
    "days_old": 1,
    "files": [{"table": "people", "file": "a.csv", "sha256": "0123456789abcdef", "rows": 3267}],
}
REMARKS = {
    "warnings": [{"code": "leak.duplicates", "said": "about 12 rows (1.2%) are copies of others, but for one column at most"}],
    "notes": [
        {"code": "copy_of", "said": "day_charge repeats day_minutes: left out"},
        {"code": "holdout_drawn", "said": "the key prefix draws 20% of the customers as hold-out"},
        *(note.to_dict() for note in [*cluster.notes(10, 30, 20), cluster.fair_part(10, 30, "fitted and measured")]),
    ],
}
FULL = {**TOLD, **MADE, **REMARKS}
OTHERS = [
    FULL,
    {**FULL, "days_old": None},
    {**FULL, "horizon_days": 30, "by_group": [{**BY_GROUP[0], "group": ""}]},
    {**TOLD, "notes": [], "baseline": None},
    {"kept": "random_forest"},
]
ALIKE = {"F1", "table", "a.csv", "0123456789ab", "F", "M"}
ENGLISH = {
    "kept",
    "binary",
    "trained",
    "feature",
    "few",
    "the",
    "of",
    "is",
    "are",
    "and",
    "with",
    "by",
    "which",
    "from",
    "that",
    "it",
    "when",
    "was",
    "were",
    "as",
    "this",
    "rows",
    "customers",
    "than",
    "whoever",
    "days",
    "none",
    "never",
}
FRENCH = {
    "le",
    "la",
    "les",
    "des",
    "du",
    "est",
    "et",
    "de",
    "un",
    "une",
    "sur",
    "qui",
    "par",
    "dont",
    "dans",
    "jours",
    "aucun",
    "jamais",
    "lignes",
    "que",
    "si",
    "ses",
}
SOURCE = Path(card.__file__).read_text(encoding="utf-8")


def both(told: dict[str, object]) -> tuple[list[str], list[str]]:
    english, french = (card.render("churn", told, PROJECT, lang).splitlines() for lang in ("en", "fr"))
    return english, french


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def says(text: str) -> set[str]:
    return set(re.findall(r"[a-zà-ÿ_]+", text.lower()))


@pytest.mark.parametrize("told", OTHERS)
def test_both_languages_have_the_same_lines_headings_and_tables(told):
    english, french = ([(line[:2] if line[:1] in "#-|" else line[:1].isalpha(), line.count("|")) for line in lines] for lines in both(told))
    assert english == french


@pytest.mark.parametrize("told", OTHERS)
def test_no_heading_or_line_is_equal_in_both_languages(told):
    pairs = [(one, other) for one, other in zip(*both(told), strict=True) if one[:1] != "|" and one]
    assert [one for one, other in pairs if one == other] == []


@pytest.mark.parametrize("told", OTHERS)
def test_only_names_are_equal_in_the_tables_of_both_languages(told):
    pairs = [pair for lines in zip(*both(told), strict=True) if lines[0][:1] == "|" for pair in zip(*map(cells, lines), strict=True)]
    assert {one for one, other in pairs if one == other and re.search("[A-Za-z]", one)} - ALIKE == set()


@pytest.mark.parametrize("told", OTHERS)
def test_no_word_of_one_language_stands_in_a_card_of_the_other(told):
    english, french = both(told)
    assert ([line for line in english if says(line) & FRENCH], [line for line in french if says(line) & ENGLISH]) == ([], [])


def test_a_french_card_writes_numbers_shares_and_days_as_the_french_do():
    text = card.render("churn", FULL, PROJECT, "fr")
    assert [
        word in text
        for word in (
            f"| Gens | a.csv | 3{THIN}267 | 0123456789ab |",
            "- appris le 21 novembre 2026 (UTC), en se plaçant au 20 novembre 2026.",
            f"épreuve{THIN}: 20{THIN}% par préfixe de clé",
            "| rappel | 0,900 | de 0,880 à 0,920 |",
            f"| Genre | M | 367 | 51 (13,9{THIN}%) |",
        )
    ] == [True] * 5


def test_a_french_card_has_no_english_decimal_and_no_loose_double_sign():
    text = card.render("churn", FULL, PROJECT, "fr")
    loose, english = re.findall(r" [:;?!%»](?=[ .,)\n])", text), re.findall(rf"[^{THIN}][:;?!%](?=\s)", text)
    assert (re.findall(r"\d\.\d", text), loose, english) == ([], [], [])


@pytest.mark.parametrize("key", sorted(CARD))
def test_every_text_of_the_card_is_asked_for(key):
    family, _, last = key.rpartition(".")
    made = f'f"{family}.{{' in SOURCE and f'"{last}"' in SOURCE
    assert made or re.search(f"[\"']{re.escape(key)}[\"']", SOURCE)


def test_every_text_that_the_card_asks_for_exists():
    asked = set(re.findall(r"\bwords\([\"']([a-z_0-9.]+)[\"']", SOURCE)) | {f"card.limit.{limit}" for limit in card.LIMITS}
    assert sorted(asked - set(TEXTS)) == []


@pytest.mark.parametrize(("lang", "title"), [("fr", "# Fiche du modèle"), ("en", "# Model card")])
def test_a_run_writes_its_cards_in_its_language(ran: Ran, tmp_path: Path, lang: str, title: str) -> None:
    data = tmp_path / "shop" / "data"
    shutil.copytree(ran.data.parent, data.parent)
    found = whole.run(shop.spec(data), shop.SITE, shop.home(data), shop.asked(data), lang=lang).document
    assert Path(found["files"]["model_card"]["leaving"]).read_text(encoding="utf-8").startswith(title)


def test_the_card_tells_every_metric_with_its_interval():
    text = card.render("churn", TOLD, PROJECT, "en")
    words = Words("en")
    assert all(f"| {words(f'metric.{metric}')} | 0.900 | 0.880 to 0.920 |" in text for metric in QUESTION["holdout"]["metrics"])


def test_the_card_tells_data_limits_and_what_is_never_a_feature():
    text = card.render("churn", TOLD, PROJECT, "en")
    assert [
        word in text
        for word in (
            "## Data",
            "## Limits",
            "customers whose answer is known: 3,267, of which 667 were held out",
            "never features: Gender",
            "threshold: 0.310",
        )
    ] == [True] * 5


def test_errors_are_told_per_group_of_a_sensitive_column_with_counts_and_intervals():
    text = card.render("churn", TOLD, PROJECT, "en")
    assert "| Gender | M | 367 | 51 (13.9%) | 44 (12.0%) | – | 0.800 (0.675 to 0.890) (few) | 0.950 | – | 0.040 |" in text


@pytest.mark.parametrize(("lang", "few"), [("en", "(few) |"), ("fr", "(peu) |")])
def test_only_a_share_of_few_is_called_few(lang, few):
    many = {**BY_GROUP[0], "rows": 3000}
    told = [few in card.render("churn", {**TOLD, "by_group": [one]}, PROJECT, lang) for one in (BY_GROUP[0], many)]
    assert told == [True, False]


def test_the_card_tells_days_and_files():
    text = card.render("churn", FULL, PROJECT, "en")
    assert "- trained on 21 November 2026 (UTC), standing at 20 November 2026. The data were a day old then." in text
    assert "| People | a.csv | 3,267 | 0123456789ab |" in text
    assert Words("en")("card.limit.days") not in text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_data_without_days_are_told_so(lang):
    text, words = card.render("churn", {**FULL, "days_old": None}, PROJECT, lang), Words(lang)
    assert words("question.undated") in text
    assert words("card.limit.days") in text


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(("horizon", "told"), [(None, True), (30, False)])
def test_an_answer_without_a_horizon_is_a_limit(horizon, told, lang):
    text, words = card.render("churn", {**FULL, "horizon_days": horizon}, PROJECT, lang), Words(lang)
    assert (words("card.limit.horizon") in text, words("card.ahead", days=30) in text) == (told, not told)


def test_the_card_says_in_plain_words_how_good_the_model_is():
    text = card.render("churn", TOLD, PROJECT, "en")
    assert "- 89 of 100 customers it flags really are «Churned». Chosen at random it would be 14." in text


@pytest.mark.parametrize(
    "missing", ["holdout", "candidates", "baseline", "importance", "threshold", "by_group", "parity", "warnings", "notes", "task", "rows"]
)
def test_any_fact_may_be_missing(missing):
    told = {key: value for key, value in TOLD.items() if key != missing}
    assert card.render("churn", told, PROJECT, "en").startswith("# Model card: churn (telco)")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_text_from_files_cannot_break_a_table_or_start_a_tag(lang):
    told = {**TOLD, "warnings": [{"code": "constant", "said": "a|b <script>\nnext"}]}
    lines = card.render("churn", told, PROJECT, lang).splitlines()
    assert [line.endswith(" a\\|b &lt;script> next") for line in lines if "(constant)" in line] == [True]


@pytest.mark.parametrize(("lang", "said"), [("en", "the files `*20*.csv`"), ("fr", "les fichiers `*20*.csv`")])
def test_the_stars_of_a_glob_are_no_emphasis(lang, said):
    churn = PROJECT.predict["churn"]
    churn = churn.model_copy(update={"holdout": churn.holdout.model_copy(update={"files": "*20*.csv"})})
    text = card.render("churn", TOLD, PROJECT.model_copy(update={"predict": {"churn": churn}}), lang)
    assert said in text


def test_a_remark_that_is_told_twice_is_written_once():
    twice = {**FULL, "notes": REMARKS["notes"] * 2}
    assert card.render("churn", twice, PROJECT, "en") == card.render("churn", FULL, PROJECT, "en")


def test_the_same_facts_give_the_same_card():
    assert card.render("churn", TOLD, PROJECT, "en") == card.render("churn", TOLD, PROJECT, "en")
