"""What returning customers are worth: the parameters that made them are found again, and what is foretold comes true."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from chaland.errors import DataError
from chaland.learn import lifetime
from chaland.learn.lifetime import Buying, Histories, Spending

TRUE = {"r": 0.8, "alpha": 30.0, "a": 1.4, "b": 3.0}
DAYS = 360.0
AHEAD = 90.0


def lives(many: int, seed: int) -> tuple[np.ndarray, ...]:
    """Repeats, day of the last, age, and purchases in the time ahead, of customers who are as the model says."""
    dice = np.random.default_rng(seed)
    rate = dice.gamma(TRUE["r"], 1 / TRUE["alpha"], many)
    leaves = dice.beta(TRUE["a"], TRUE["b"], many)
    age = dice.integers(120, int(DAYS), many).astype(float)
    repeats, last, later = np.zeros(many), np.zeros(many), np.zeros(many)
    now, there = np.zeros(many), np.ones(many, bool)
    while there.any():
        now = now + dice.exponential(1 / np.maximum(rate, 1e-12))
        seen, coming = there & (now <= age), there & (now > age) & (now <= age + AHEAD)
        repeats[seen] += 1
        last[seen] = now[seen]
        later[coming] += 1
        there &= (now <= age + AHEAD) & (dice.random(many) >= leaves)
    return repeats, np.ceil(last), age, later


@pytest.fixture(scope="module")
def crowd() -> tuple[np.ndarray, ...]:
    return lives(200_000, 3)


@pytest.fixture(scope="module")
def buying(crowd) -> Buying:
    return Buying.fit(Histories.of(*crowd[:3]))


def test_the_parameters_are_found_again_within_their_intervals_and_five_percent(buying):
    for name, value in TRUE.items():
        assert buying.fitted.values[name] == pytest.approx(value, rel=0.05)
        low, high = buying.fitted.intervals[name]
        assert low < buying.fitted.values[name] < high
        assert (high - low) / value < 0.2


def test_purchases_to_come_are_foretold_for_all_and_for_each_kind(crowd, buying):
    repeats, last, age, later = crowd
    told = buying.expected(Histories(repeats, last, age, np.ones(len(age))), AHEAD)
    assert told.mean() == pytest.approx(later.mean(), rel=0.03)
    for kind in (repeats == 0, (repeats > 0) & (age - last > 90), (repeats > 3) & (age - last < 30)):
        assert told[kind].mean() == pytest.approx(later[kind].mean(), rel=0.08)


def test_who_was_long_silent_is_less_likely_there(buying):
    told = buying.alive(Histories(np.array([0.0, 6, 6]), np.array([0.0, 40, 290]), np.full(3, 300.0), np.ones(3)))
    assert told[0] == 1.0
    assert told[1] < 0.1
    assert 0.5 < told[2] < 1.0


def test_the_slopes_are_those_of_the_likelihoods():
    told = Histories.of(*lives(2_000, 1)[:3])
    dice = np.random.default_rng(2)
    x, worth = dice.integers(1, 9, 300).astype(float), dice.gamma(3.0, 10.0, 300)
    for cost, size in ((lambda p: lifetime._buying(p, told), 4), (lambda p: lifetime._spending(p, x, worth, np.ones(300)), 3)):
        place = np.array([0.3, 1.2, -0.2, 0.5])[:size]
        assert np.allclose(approx_fprime(place, lambda p, cost=cost: cost(p)[0], 1e-7), cost(place)[1], rtol=1e-3, atol=1e-2)


def test_customers_who_are_alike_count_together(crowd):
    repeats, last, age, _ = (one[:3_000] for one in crowd)
    single = Histories(repeats, last, age, np.ones(3_000))
    assert len(Histories.of(repeats, last, age).many) < 3_000
    one, other = Buying.fit(Histories.of(repeats, last, age)).fitted, Buying.fit(single).fitted
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-9)
    assert list(one.values.values()) == pytest.approx(list(other.values.values()), rel=1e-3)


def test_the_unit_of_time_changes_only_alpha(crowd):
    repeats, last, age, _ = (one[:3_000] for one in crowd)
    days, weeks = (Buying.fit(Histories.of(repeats, last / unit, age / unit)).fitted for unit in (1.0, 7.0))
    assert weeks.values["alpha"] * 7 == pytest.approx(days.values["alpha"], rel=1e-3)
    assert weeks.values["r"] == pytest.approx(days.values["r"], rel=1e-3)


def test_what_a_purchase_is_worth_lies_between_ones_own_and_everybodys():
    dice = np.random.default_rng(5)
    p, q, v = 6.0, 4.0, 15.0
    x = dice.geometric(0.3, 40_000).astype(float)
    worth = dice.gamma(p * x, 1 / dice.gamma(q, 1 / v, len(x))) / x
    found = Spending.fit(x, worth)
    assert [found.fitted.values[name] for name in "pqv"] == pytest.approx([p, q, v], rel=0.05)
    everybody = p * v / (q - 1)
    few, many = found.expected([1.0, 40.0], [200.0, 200.0])
    assert everybody < few < many < 200.0
    assert found.expected([0.0], [0.0])[0] == pytest.approx(everybody, rel=0.05)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (([1.0] * 60, [50.0] * 60, [40.0] * 60), "after today"),
        (([0.0] * 60, [5.0] * 60, [40.0] * 60), "before the first"),
        (([1.0] * 9, [5.0] * 9, [40.0] * 9), "fewer than 50 customers came back"),
    ],
)
def test_histories_that_cannot_be_are_refused_in_words(told, said):
    with pytest.raises(DataError, match=said):
        Histories.of(*told)


def test_spending_of_too_few_is_refused():
    with pytest.raises(DataError, match="fewer than 50"):
        Spending.fit([1.0] * 60, [0.0] * 60)
