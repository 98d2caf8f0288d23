"""The list itself."""

from __future__ import annotations

from chaland.spec.functions import MENDS, PART_NAMES, PARTS, TABLE, UNITS


def test_every_function_says_what_it_means_in_one_sentence() -> None:
    assert [name for name, one in TABLE.items() if not one.said.endswith(".")] == []


def test_a_mend_is_for_what_is_not_on_the_list() -> None:
    assert sorted({*MENDS} & {*TABLE}) == []


def test_every_way_to_write_a_unit_means_one_that_is_known() -> None:
    assert {*PART_NAMES.values()} == {*PARTS} | {*UNITS}
