"""Laws of the table of who moved from group to group."""

from chaland.flow.report import migration
from tests.flow.report.sample import EN, FR

FLOWS = [
    {"before": 1, "now": 1, "customers": 1200, "money": 50_000.4},
    {"before": 1, "now": 3, "customers": 30, "money": None},
    {"before": 2, "now": None, "customers": 7, "money": None},
    {"before": None, "now": 3, "customers": 4, "money": 9.0},
]
LABELS = {1: "1 · Loyal", 3: "3 · New"}


def test_groups_of_last_time_stand_down_and_those_of_now_across():
    grid = migration.moves(FLOWS, LABELS, EN.words)
    assert grid.head == ["Last time", "1 · Loyal", "3 · New", "no longer there"]
    assert [row[0] for row in grid.rows] == ["1 · Loyal", "group 2", "not there last time"]


def test_customers_and_their_money_stand_in_the_cells():
    [first, second, third] = migration.moves(FLOWS, LABELS, EN.words).rows
    assert "1,200" in first[1]
    assert "worth 50,000" in first[1]
    assert ("30" in first[2], "worth" in first[2], first[3]) == (True, False, "")
    assert (second[1], second[2], "7" in second[3], "worth 9" in third[2]) == ("", "", True, True)


def test_the_first_run_has_no_such_table():
    assert migration.moves([], {}, EN.words) is None
    assert migration.moves([{"before": None, "now": 1, "customers": 3, "money": None}], {}, EN.words) is None


def test_what_became_of_groups_is_said_in_both_languages():
    told = [
        {"code": "new", "group": 3, "other": None},
        {"code": "gone", "group": 2, "other": None},
        {"code": "split", "group": 4, "other": 1},
        {"code": "merged", "group": 1, "other": 5},
    ]
    assert migration.said(told, EN.words) == [
        "Group 3 is new.",
        "Group 2 is no more: its customers are spread over the others, or gone.",
        "Group 4 split off from group 1.",
        "Group 5 went into group 1.",
    ]
    assert migration.said(told[2:], FR.words) == ["Le groupe 4 s'est séparé du groupe 1.", "Le groupe 5 a rejoint le groupe 1."]
