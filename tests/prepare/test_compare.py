"""What moved is told where it matters."""

from chaland.prepare.compare import moved

BEFORE = {"rows": 1000, "n:present": 1000, "n:mean": 10.0, "n:deviation": 2.0, "b:present": 1000, "b:mean": 0.5}


def test_nothing_moved_between_equal_audits() -> None:
    assert moved(BEFORE, BEFORE) == []


def test_a_mean_that_moved_by_a_deviation_is_told() -> None:
    assert [one.column for one in moved(BEFORE | {"n:mean": 12.0}, BEFORE)] == ["n"]


def test_a_small_table_does_not_cry() -> None:
    few = {"rows": 10, "n:present": 10, "n:mean": 11.0, "n:deviation": 2.0}
    assert moved(few, few | {"n:mean": 10.0}) == []


def test_new_gaps_are_told() -> None:
    assert "gaps in n" in moved(BEFORE | {"n:present": 900}, BEFORE)[0].said


def test_a_share_that_moved_is_told() -> None:
    assert [one.column for one in moved(BEFORE | {"b:mean": 0.8}, BEFORE)] == ["b"]


def test_a_new_column_is_no_movement() -> None:
    assert moved(BEFORE | {"new:present": 5}, BEFORE) == []
