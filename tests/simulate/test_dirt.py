"""Dirt is put where it is said to be, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from chaland.simulate.dirt import Cells, Dialect, Plan, Soiled, accounts, encoded, soil

HEADER = ["who", "age", "town"]
LINES = [f"person {n};{20 + n % 60};Lille" for n in range(400)]
PLAN = Plan(
    cells=(Cells("missing", "kept", 0.02, (1, 2), ("",)), Cells("out_of_range", "quarantined", 0.01, (1,), ("-7", "999"))),
    blanks=0.1,
    ragged=0.02,
    duplicates=0.03,
    repeated_headers=3,
    blank_lines=2,
)


def soiled(seed: int = 0, plan: Plan = PLAN, lines: list[str] = LINES) -> Soiled:
    return soil("people.csv", HEADER, lines, Dialect(";"), plan=plan, rng=np.random.default_rng(seed))


def test_the_same_seed_makes_the_same_dirt():
    one, two = soiled(4), soiled(4)
    assert (one.lines, one.stains) == (two.lines, two.stains)


def test_another_seed_makes_other_dirt():
    assert soiled(4).lines != soiled(5).lines


def test_every_record_is_accounted_for():
    counts = soiled().counts()
    assert counts["read"] == counts["accepted"] + counts["quarantined"] + counts["merged"]
    assert counts["read"] + counts["skipped"] + 1 == len(soiled().lines)


def test_each_kind_is_there_as_often_as_planned():
    kinds = {"missing": 8, "out_of_range": 4, "ragged": 8, "duplicate": 12, "blanks": 40, "repeated_header": 3, "blank_line": 2}
    assert soiled().counts()["kinds"] == kinds


def test_a_stain_in_a_cell_stands_on_its_line_in_its_column():
    one = soiled()
    cells = [stain for stain in one.stains if stain.column]
    found = [one.lines[stain.line - 1].split(";")[HEADER.index(stain.column)] for stain in cells]
    assert len(cells) == 12
    assert found == [stain.wrote for stain in cells]


def test_records_without_a_stain_are_as_they_were():
    one = soiled()
    stained = {stain.line for stain in one.stains}
    clean = [(line, number) for line, number in zip(LINES, one.record_lines, strict=True) if number not in stained]
    assert len(clean) > 300
    assert [one.lines[number - 1] for _, number in clean] == [line for line, _ in clean]


def test_a_duplicate_comes_after_the_record_it_repeats():
    one = soiled()
    for stain in one.stains:
        if stain.kind == "duplicate":
            assert one.lines.index(one.lines[stain.line - 1]) < stain.line - 1


def test_ragged_records_have_another_number_of_fields():
    one = soiled()
    widths = {len(one.lines[stain.line - 1].split(";")) for stain in one.stains if stain.kind == "ragged"}
    assert widths == {2, 4}


def test_no_record_gets_two_kinds_of_dirt():
    lines = [stain.line for stain in soiled().stains]
    assert len(lines) == len(set(lines))


def test_quarantined_records_are_those_that_a_rule_rejects():
    one = soiled()
    rejected = {stain.line for stain in one.stains if stain.effect == "quarantined"}
    assert set(one.record_lines[one.outcomes == "quarantined"]) == rejected


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_few_records_still_make_a_file(rows):
    one = soiled(lines=LINES[:rows])
    assert len(one.record_lines) == rows
    assert one.lines[0] == "who;age;town"


def test_a_plan_without_dirt_changes_nothing():
    none = Plan(blanks=0, ragged=0, duplicates=0, repeated_headers=0, blank_lines=0)
    assert soiled(plan=none).lines == ["who;age;town", *LINES]


def test_files_are_written_in_their_dialect():
    assert encoded(["é;b"], Dialect(";", "\r\n", "cp1252")) == b"\xe9;b\r\n"


def test_the_total_is_the_sum_of_the_files():
    both = accounts({"a": soiled(1), "b": soiled(2)})
    assert both["total"]["read"] == sum(one["read"] for one in both["files"].values()) == 824
