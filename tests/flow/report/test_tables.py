"""Laws of the data section: the document's numbers, and no table without them."""

from __future__ import annotations

from chaland.flow.report.tables import DIMENSIONS, Data
from tests.flow.report.sample import EN, FR, TABLE, details

DATA = Data(EN.words, EN)
PREPARED, INGESTED = (details()[step]["tables"]["people"] for step in ("prepare", "ingest"))


def test_the_numbers_below_the_bar_add_up_to_the_rows_read():
    rows = DATA.fates(TABLE).data.rows
    counts = [int(row[1].replace(",", "")) for row in rows]
    assert sum(counts[:3]) == counts[3] == 3334


def test_the_most_frequent_reason_comes_first_with_its_money():
    grid = DATA.reasons("people", TABLE)
    assert [row[1:] for row in grid.rows] == [["10", "0.30%", "1,234.50"], ["9", "0.27%", "–"], ["5", "0.15%", "–"]]


def test_no_money_column_where_no_column_says_what_a_row_is_worth():
    assert len(DATA.reasons("people", {**TABLE, "money": {}}).head) == 3


def test_every_reason_shows_the_rule_that_undo_takes():
    assert "<small>day_minutes.max</small>" in DATA.reasons("people", TABLE).rows[0][0]


def test_a_clean_table_has_no_reasons_and_no_skipped_lines():
    clean = {"read": 2, "accepted": 2, "quarantined": 0, "merged": 0, "skipped": 0, "skipped_by": {}, "reasons": {}, "money": {}}
    assert (DATA.reasons("people", clean), DATA.skipped(clean)) == (None, None)


def test_skipped_lines_are_told_by_their_kind():
    assert [tuple(row) for row in DATA.skipped(TABLE).rows] == [("blank lines", "2"), ("title lines above the header", "1")]


def test_rejected_rows_are_no_changed_values():
    assert [row[2] for row in DATA.changes("people", PREPARED["changes"]).rows] == ["12"]


def test_the_audit_shows_six_dimensions_and_says_where_one_does_not_apply():
    rows = DATA.audit(TABLE["audit"]).rows
    assert len(rows) == len(DIMENSIONS)
    assert "99.20" in rows[0][1]
    assert "100.0" in rows[0][2]
    assert "does not apply" in rows[5][1]


def test_a_file_says_what_it_was_read_as_and_that_it_is_cut():
    assert tuple(DATA.files(INGESTED["files"]).rows[0]) == (
        "people-80.csv",
        "230\u202fkB",
        "2,666",
        "5",
        "csv, utf-8, separator “;”, cut off at its end",
    )


def test_what_moved_is_told_in_the_readers_language():
    view = Data(FR.words, FR).view("people", TABLE, PREPARED, INGESTED)
    assert view.moved == ["les vides de plan sont passés de 1,0\u202f% à 9,5\u202f%"]


def test_a_table_without_details_is_shown_from_the_document_alone():
    view = DATA.view("people", TABLE, {}, {})
    assert (view.files, view.changes, view.moved) == (None, None, [])


def test_outliers_and_likeness_are_told_where_they_are_known():
    assert list(DATA.also({}, {})) == []
    told = list(DATA.also({"k_anonymity": {"k": 3, "rows_below_5": 12}}, {"measured": {"outliers": 46}}))
    assert [number in sentence for number, sentence in zip(("46", "12"), told, strict=True)] == [True, True]
