"""What is expected comes true, and intervals hold what they say they hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chaland.learn.lifetime import Buying, Histories, Spending
from chaland.learn.outlook import Kinds, Models, ends
from tests.learn import lives
from tests.learn.lives import AHEAD, TRUTH

CROWD = lives.lived(40_000, 390, 1).until(300)


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return lives.kinds(*CROWD[:4])


@pytest.fixture(scope="module")
def outlook(kinds: Kinds):
    return TRUTH.outlook(kinds.histories, AHEAD, 0)


def test_the_expected_totals_are_within_a_few_percent_of_what_happens(kinds):
    bought, paid = TRUTH.total(kinds, AHEAD)
    assert bought == pytest.approx(CROWD[4].sum(), rel=0.03)
    assert paid == pytest.approx(CROWD[5].sum(), rel=0.05)


def test_the_interval_of_a_customer_holds_the_money_in_95_of_100_cases(outlook):
    base = lives.SPENDING["v"] + CROWD[3]
    low, high = base * outlook.low, base * outlook.high
    assert 0.945 <= np.mean((CROWD[5] >= low) & (CROWD[5] <= high)) <= 0.98
    # Of those who may well have left nothing is sure but that they cannot bring less than nothing; few bring more than the upper end.
    assert np.mean(CROWD[5] > high) == pytest.approx(0.025, abs=0.006)


def test_purchases_of_a_customer_vary_as_much_as_is_said(outlook):
    for kind in (CROWD[0] == 0, (CROWD[0] > 0) & (CROWD[0] < 4), CROWD[0] >= 4):
        error = (CROWD[4] - outlook.purchases)[kind]
        assert np.mean(error**2) == pytest.approx(outlook.buys[kind].mean(), rel=0.1)


def test_the_intervals_of_all_customers_hold_what_then_happens():
    held = np.zeros(2)
    for seed in range(12):
        repeats, last, age, spent, later, paid = lives.lived(1_500, 390, 100 + seed).until(300)
        models = Models(Buying.fit(Histories.of(repeats, last, age)), Spending.fit(repeats + 1, spent / (repeats + 1)))
        told = lives.kinds(repeats, last, age, spent)
        found = models.outlook(told.histories, AHEAD, 0)
        chance = float(((models.spending.fitted.values["v"] + spent) ** 2 * found.pays).sum())
        both = ends(models, told, found, chance, AHEAD)
        held += [low <= came <= high for (low, high), came in zip(both, (later.sum(), paid.sum()), strict=True)]
    assert (held >= 10).all()


def test_customers_counted_where_they_are_alike_are_told_the_same(kinds, outlook):
    few = Histories.of(*(one[:400] for one in CROWD[:3]))
    one = TRUTH.buying.expected(few, AHEAD) @ few.many
    assert one == pytest.approx(outlook.purchases[:400].sum(), rel=1e-12)


def test_an_outlook_hangs_on_nothing_but_the_customer_and_the_seed(kinds, outlook):
    told = TRUTH.outlook(Histories(*(one[:50] for one in CROWD[:3]), np.ones(50)), AHEAD, 0)
    assert told.purchases.tolist() == outlook.purchases[:50].tolist()
    assert (told.low.tolist(), told.high.tolist()) == (outlook.low[:50].tolist(), outlook.high[:50].tolist())


@pytest.mark.parametrize("a", [1.0, 0.2, 3.0])
def test_hundreds_of_purchases_and_a_chance_of_one_are_no_trouble(a):
    buying = Buying(lives.known(lives.BUYING | {"a": a}))
    many = Histories(np.array([0.0, 400.0]), np.array([0.0, 3_000.0]), np.array([1.0, 3_001.0]), np.ones(2))
    told = buying.expected(many, 365.0)
    assert np.isfinite(told).all()
    assert 0 < told[0] < told[1] < 400


def test_without_money_only_purchases_are_told(kinds):
    bare = replace(TRUTH, spending=None)
    told = bare.outlook(kinds.histories, AHEAD, 0)
    assert (told.low, told.high, told.pays) == (None, None, None)
    assert bare.total(kinds, AHEAD)[1] == 0.0
