"""Groups keep their numbers while their customers stay together."""

from decimal import Decimal

import pytest

from chaland.learn.identity import Change, Flow, changes, numbers, renumbered


def flows(*told: tuple[int | None, int | None, int]) -> list[Flow]:
    return [Flow(*one) for one in told]


def test_the_first_groups_count_from_one():
    assert numbers(flows((None, 1, 5), (None, 2, 4)), 2, 0) == [1, 2]


def test_groups_that_change_places_by_size_keep_their_numbers():
    assert numbers(flows((1, 2, 40), (2, 1, 45), (1, 1, 3), (2, 2, 2)), 2, 2) == [2, 1]


def test_a_group_of_other_customers_gets_a_number_that_nobody_ever_had():
    told = flows((1, 1, 50), (2, 1, 10), (None, 2, 30))
    assert numbers(told, 2, 5) == [1, 6]


def test_a_group_is_the_same_only_where_a_third_of_both_are_in_both():
    assert numbers(flows((1, 1, 33), (1, 2, 67)), 2, 1) == [2, 1]
    assert numbers(flows((1, 1, 30), (2, 1, 30), (3, 1, 30), (None, 2, 1)), 2, 3) == [1, 4]
    assert numbers(flows((1, 1, 30), (2, 1, 31), (3, 1, 30), (4, 1, 30), (None, 2, 1)), 2, 4) == [5, 6]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (flows((1, 1, 50), (2, 2, 50)), []),
        (flows((1, 1, 50), (1, 3, 30), (2, 2, 50)), [Change("split", 3, 1)]),
        (flows((1, 1, 50), (3, 1, 30), (2, 2, 50)), [Change("merged", 1, 3)]),
        (flows((1, 1, 50), (None, 3, 30), (1, 3, 5)), [Change("new", 3)]),
        (flows((1, 1, 50), (3, None, 30)), [Change("gone", 3)]),
        (flows((3, 1, 10), (3, 2, 10), (3, None, 10), (1, 1, 50), (2, 2, 50)), [Change("gone", 3)]),
    ],
)
def test_what_became_of_groups_is_said(told, said):
    assert changes(told) == said


def test_flows_take_the_numbers_that_are_kept_and_stand_in_order():
    told = [Flow(None, 1, 3, Decimal("1.5")), Flow(2, 1, 9), Flow(1, None, 4), Flow(1, 2, 8)]
    assert renumbered(told, [2, 1]) == [Flow(1, 1, 8), Flow(1, None, 4), Flow(2, 2, 9), Flow(None, 2, 3, Decimal("1.5"))]
