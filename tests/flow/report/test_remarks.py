"""Laws of warnings and notes: each in words, each code kept, each once."""

from __future__ import annotations

import re

import numpy as np
import pytest

from chaland.flow import show
from chaland.flow.report.remarks import remark, remarks, sentence
from chaland.flow.report.words import THIN, Words
from chaland.learn import leaks, segmentation
from chaland.learn.grouping import Tried
from chaland.learn.leaks import Finding
from chaland.prepare import compare

EN, FR = Words("en"), Words("fr")
CODES = ("leak.near_perfect", "leak.single_feature", "leak.duplicates", "leak.future", "no_signal", "small_groups", "unstable_segments", "truncated_file", "stale_data", "drift.plan", "copy_of", "names_the_row", "few_duplicates", "constant")  # fmt: skip


@pytest.mark.parametrize("words", [EN, FR], ids=["en", "fr"])
@pytest.mark.parametrize("code", CODES)
def test_every_promised_code_has_a_title_and_a_meaning(code, words):
    told = remark({"code": code, "said": "x"}, words)
    assert told.code == code
    assert told.meaning
    assert told.title != code.replace("_", " ").replace(".", ": ")


def test_an_unknown_code_is_told_as_it_is():
    assert remark({"code": "something_new", "said": "x"}, EN).title == "something new"


def test_the_same_remark_is_told_once():
    twice = [{"code": "constant", "said": "plan"}, {"code": "constant", "said": "plan"}, {"code": "constant", "said": "state"}]
    assert [one.said for one in remarks(twice, EN)] == ["plan", "state"]


def test_a_sentence_in_both_languages_is_told_in_the_readers():
    assert remark({"code": "constant", "said": {"en": "one value", "fr": "une valeur"}}, FR).said == "une valeur"


def test_what_moved_is_told_in_french_with_french_numbers():
    counts = [{"rows": 1000, "plan:present": 990, "minutes:present": 1000, "minutes:mean": 10.5, "minutes:deviation": 2.0}, {"rows": 1000, "plan:present": 900, "minutes:present": 1000, "minutes:mean": 12.5, "minutes:deviation": 2.0}]  # fmt: skip
    said = [sentence(one.said, FR) for one in compare.moved(counts[1], counts[0])]
    assert said == ["la moyenne de minutes est passée de 10,5 à 12,5", f"les vides de plan sont passés de 1,0{THIN}% à 10,0{THIN}%"]


def test_every_warning_and_note_of_a_run_has_its_french():
    facts = {
        "ingest": {
            "tables": {
                "people": {"files": [{"file": "a.csv", "report": {"truncated": True, "unnamed": ["x", "y"]}}], "same": [["a.csv", "b.csv"]]}
            }
        }
    }
    told = [*show._warnings(facts), *show._notes(facts)]
    assert len(told) == 3
    assert [one["said"] for one in told if sentence(one["said"], FR) == one["said"]] == []


def test_every_finding_of_training_has_its_french():
    found = {
        leaks.near_perfect({"roc_auc": 0.999}),
        leaks.near_perfect({"balanced_accuracy": 0.999}),
        leaks.near_perfect({"r2": 0.999}),
        leaks.no_signal("mae", "last value"),
        leaks.no_signal("roc_auc"),
        *leaks._single({"plan": 0.99}, set(), {"plan": np.arange(40.0)}, np.arange(40) > 20),
        *(
            Finding(code, f"'plan' {said}: left out")
            for code, said in (
                ("constant", "is the same in every row"),
                ("names_the_row", "only names the row"),
                ("copy_of", "repeats 'day'"),
            )
        ),
    }
    assert len(found) == 9
    assert [one.said for one in found if sentence(one.said, FR) == one.said] == []


def test_every_warning_of_segmentation_has_its_french():
    steady = Tried(3, 0.3, 0.1, 0.76, 0.2, 500, np.zeros((3, 2)))
    judge = segmentation.Judge(np.empty((0, 2)), segmentation.Directions(np.zeros(2), np.eye(2), 1.0), 0)
    told = segmentation._warnings(judge, [steady, Tried(4, 0.5, 0.1, 0.9, 0.001, 500, np.zeros((4, 2)))], steady, 0.02)
    assert [one["code"] for one in told] == ["small_groups", "unstable_segments"]
    assert [one["said"] for one in told if sentence(one["said"], FR) == one["said"]] == []


def test_english_is_left_as_it_is():
    assert re.fullmatch("gaps in .*", sentence("gaps in plan went from 1.0% to 9.5%", EN))


@pytest.mark.parametrize(
    ("said", "french"),
    [
        (
            leaks.no_signal("average_precision").said,
            "aucun candidat ne bat sûrement la majorité en précision moyenne : aucun modèle n'est gardé",
        ),
        ("people: a.csv and b.csv are the same file: read once", "people : a.csv et b.csv sont le même fichier, lu une seule fois"),
        (
            leaks._tells("row", 0.999, True),
            "'row', qui ne fait que nommer la ligne, donne la réponse (AUC ROC 0,999) : les lignes étaient-elles triées par elle ?",
        ),
    ],
)
def test_no_word_of_english_is_left_in_the_french(said, french):
    assert sentence(said, FR) == french
