"""What the parts of a file say together."""

from dataclasses import replace

import pytest

from chaland.files.part import Part, Told, merged
from chaland.files.report import FileReport

FIRST = Told(
    FileReport("a.csv", 100, "csv", read=3, skipped={"blank": 1}, faults={"ragged": 1}, examples=[{"line": 2}]), 0, 50, False, 2, False
)
LAST = Told(
    FileReport("a.csv", 100, "csv", read=4, skipped={"blank": 2}, faults={"cut": 1}, truncated=True, path_taken="faithful"),
    50,
    100,
    True,
    3,
    True,
)


def test_counts_are_added_and_what_only_one_part_sees_is_kept():
    told = merged([LAST, FIRST])
    assert told == FileReport(
        "a.csv",
        100,
        "csv",
        read=7,
        skipped={"blank": 3},
        faults={"ragged": 1, "cut": 1},
        truncated=True,
        path_taken="faithful",
        examples=[{"line": 2}],
    )


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [FIRST],
        [replace(FIRST, open=True), LAST],
        [FIRST, replace(LAST, good=0)],
        [replace(FIRST, report=replace(FIRST.report, repaired=1)), LAST],
    ],
)
def test_parts_that_cannot_be_judged_alone_say_nothing(parts):
    assert merged(parts) is None


def test_what_is_told_comes_back_from_its_text():
    assert Told.from_json(FIRST.to_json()) == FIRST


def test_a_part_that_came_from_afar_stands_behind_the_head_of_its_file():
    part = Part(70, 90, 5, False, "utf-8")
    assert (part.stretch, replace(part, ahead=10).stretch, part.first, replace(part, begin=0).first) == ((70, 90), (10, 30), False, True)
