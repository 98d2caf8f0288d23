"""What makes a question doubtful is said in both languages."""

import pytest

from chaland.errors import DataError
from chaland.flow import unlearnt
from chaland.flow.report.questions import Questions
from chaland.flow.report.remarks import sentence
from chaland.flow.report.texts_doubts import DOUBTS
from tests.flow.report.sample import EN, FR

NEXT = "Bring more customers."
SAID = [
    "nothing happened in the 2607 days before 2026-11-21: what is said of customers is as of 2019-10-02",
    "events: price is not in 2019-Nov.csv, 2019-Dec.csv, though other files have it: it is empty there",
    "the hold-out lies ahead: learnt as of 2011-06-13, measured as of 2011-09-11, so that no customer need be set aside",
    "no `days` are said: nine in ten pauses between purchases end within 90 days, which is taken as the window",
    "not measured from 2011-06-13 to 2011-09-11: only 2 customers of the rarer answer to learn from, fewer than the 5 folds",
    "not measured from 2011-06-13 to 2011-09-11: the target has one answer only ('x') in the 6 rows to learn from",
    "'last_day' holds days from 2020-01-01 on, on which one stood to learn: it knows what came later",
    "bikes: 1 columns that the project does not name were dropped: (no name)",
    "about 9 rows (4.1%) are copies of others, but for one column at most; 3 repeat the features of others wholly and share their fold",
    "75 of 975 customers are alike to others in all features and in the answer: they count once",
    "9 of 909 customers have no answer ('left' is empty): they teach nothing, and are scored",
    "nothing is brought to one scale, and 'money' makes 99.9% of all differences: groups by it alone, and silhouettes too good",
]
REFUSED = [
    ("only 2 customers of the rarer answer to learn from, fewer than the 5 folds", "too_small"),
    ("only 2 customers of the rarest answer to learn from, fewer than the 5 folds", "too_small"),
    ("only 7 customers to learn from: at least 20 are needed for 5 folds", "too_small"),
    ("the target has one value only (0) in the 30 rows to learn from", "one_class"),
    ("the target has one answer only ('true') in the 30 rows to learn from", "one_class"),
    ("there is no row to learn from: no answer is known, or each is given by too few", "too_small"),
    ("nobody with an answer was known on 2021-06-29, 90 days before 2021-09-27", "too_small"),
    ("the answer is a group of 'habits', and there are no groups in it", "no_groups"),
]


@pytest.mark.parametrize("said", SAID)
def test_every_doubt_has_its_french(said: str) -> None:
    assert sentence(said, FR.words) != said


@pytest.mark.parametrize(("said", "code"), REFUSED)
def test_why_a_question_was_not_learnt_is_said_in_both_languages(said: str, code: str) -> None:
    told = unlearnt.told("binary", 30, DataError(said, next=NEXT, code=code))
    [warning] = told["warnings"]
    assert sentence(warning["said"], FR.words).startswith("pas apprise")
    views = [Questions(names.words, names).view("churn", told, {}) for names in (EN, FR)]
    assert [view.verdict for view in views] == [
        names.words("question.unlearnt", why=DOUBTS[f"code.{code}"][place]) for place, names in enumerate((EN, FR))
    ]
    assert all(view.candidates is view.holdout is view.confusion is None for view in views)
