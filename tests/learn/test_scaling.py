"""One scale for all features: what is left out, what is cut, and the directions that stay."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from chaland.learn.dataset import Feature
from chaland.learn.encode import Encoded
from chaland.learn.scaling import FARTHEST, Directions, Recipe, Scaling, logarithm

RNG = np.random.default_rng(0)
ROWS = 2000


def fitted(**columns) -> tuple[Scaling, np.ndarray]:
    features = [Feature(name, "word" if isinstance(values[0], str) else "number", name, name, name) for name, values in columns.items()]
    data = Encoded.of(pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()}), features)
    scaling = Scaling.fit(data, features)
    return scaling, scaling.scaled(data)


def test_numbers_come_to_one_spread_whatever_their_unit():
    _, scaled = fitted(metres=RNG.normal(50, 10, ROWS), seconds=RNG.normal(1e6, 1e5, ROWS))
    assert scaled.std(axis=0) == pytest.approx([1, 1], abs=0.1)
    assert np.median(scaled, axis=0) == pytest.approx([0, 0], abs=1e-6)


def test_skewed_numbers_are_seen_through_their_logarithm():
    scaling, scaled = fitted(money=RNG.lognormal(5, 1, ROWS), height=RNG.normal(170, 10, ROWS))
    assert [one.log for one in scaling.numbers] == [True, False]
    assert abs(float((scaled[:, 0] ** 3).mean())) < 0.5


def test_the_logarithm_keeps_signs_and_order():
    values = np.array([-100.0, -1.0, 0.0, 1.0, 100.0])
    assert (np.diff(logarithm(values)) > 0).all()
    assert logarithm(values) == pytest.approx(-logarithm(-values))


def test_small_counts_do_not_shout():
    _, scaled = fitted(calls=RNG.poisson(1.7, ROWS).astype(float))
    assert scaled.std() == pytest.approx(1, abs=0.1)


def test_an_outlier_is_cut():
    values = RNG.normal(0, 1, ROWS)
    values[0] = 1e30
    _, scaled = fitted(x=values)
    assert scaled.max() <= FARTHEST


def test_a_mostly_zero_number_counts_for_half():
    _, scaled = fitted(messages=np.where(RNG.random(ROWS) < 0.3, RNG.normal(29, 7, ROWS), 0.0))
    assert scaled.std() == pytest.approx(0.5, abs=0.1)


def test_yes_and_no_are_one_apart():
    _, scaled = fitted(plan=(RNG.random(ROWS) < 0.1).astype(float))
    assert set(np.unique(scaled)) == {0.0, 1.0}


def test_two_words_are_one_apart():
    _, scaled = fitted(town=["Brest", "Dijon", "Lille"] * 100)
    assert np.linalg.norm(scaled[0] - scaled[1]) == pytest.approx(1)


def test_constants_and_copies_are_left_out():
    minutes = RNG.normal(180, 50, ROWS).round(1)
    scaling, scaled = fitted(minutes=minutes, charge=(0.17 * minutes).round(2), one=np.ones(ROWS), town=["Lille"] * ROWS)
    assert [one.place for one in scaling.numbers] == [0]
    assert scaling.words == ()
    assert scaled.shape == (ROWS, 1)


def test_a_copy_with_other_blanks_is_left_out():
    minutes = RNG.normal(180, 50, ROWS).round(1)
    charge, blank = (0.17 * minutes).round(2), RNG.random(ROWS)
    scaling, _ = fitted(minutes=np.where(blank < 0.03, np.nan, minutes), charge=np.where(blank > 0.98, np.nan, charge))
    assert [one.place for one in scaling.numbers] == [0]


def test_columns_that_are_only_much_alike_stay():
    minutes = RNG.normal(180, 50, ROWS)
    scaling, _ = fitted(minutes=minutes, calls=minutes / 2 + RNG.normal(0, 5, ROWS))
    assert len(scaling.numbers) == 2


def test_a_blank_is_put_in_the_middle():
    values = RNG.normal(10, 2, ROWS)
    values[:5] = np.nan
    _, scaled = fitted(x=values)
    assert scaled[:5, 0] == pytest.approx(0, abs=1e-6)


def test_directions_keep_the_variance_asked_for():
    wide = RNG.normal(size=(ROWS, 6)) * [5, 3, 1, 0.1, 0.1, 0.1]
    found = Directions.fit(wide, 0.9)
    assert found.axes.shape == (6, 2)
    assert found.kept >= 0.9
    assert found.turned(wide).var(axis=0).sum() == pytest.approx(found.kept * wide.var(axis=0).sum())


def test_directions_are_at_right_angles():
    axes = Directions.fit(RNG.normal(size=(ROWS, 5)), 0.9).axes
    assert axes.T @ axes == pytest.approx(np.eye(axes.shape[1]), abs=1e-12)


def test_one_column_has_one_direction():
    assert Directions.fit(RNG.normal(size=(50, 1)), 0.9).axes.shape == (1, 1)


def test_the_columns_of_one_word_belong_together():
    scaling, scaled = fitted(
        calls=RNG.normal(0, 1, 300), town=["Brest", "Dijon", "Lille"] * 100, plan=(RNG.random(300) < 0.3).astype(float)
    )
    assert scaling.blocks == ((0,), (1,), (2, 3, 4))
    assert [scaled[:, block].any(axis=1).all() for block in scaling.blocks[2:]] == [True]


def test_as_many_directions_as_are_wanted():
    rows = RNG.standard_normal((500, 6))
    assert [Directions.fit(rows, 0.9, wanted).count for wanted in (1, 3, 99)] == [1, 3, 6]


def test_customers_who_are_all_alike_have_directions_too():
    assert np.isfinite(Directions.fit(np.ones((20, 3)), 0.9).turned(np.ones((20, 3)))).all()


def test_a_standard_scale_has_mean_nothing_and_deviation_one_however_far() -> None:
    values = np.append(RNG.normal(5.0, 2.0, 999), 1000.0)
    table = pa.table({"spent": values, "often": np.where(np.arange(1000) < 900, 0.0, 1.0)})
    features = tuple(Feature(name, "number", name, name, name) for name in table.column_names)
    data = Encoded.of(table, features)
    scaled = Scaling.fit(data, features, Recipe("standard", "never", 1.0)).scaled(data)
    assert np.allclose(scaled.mean(axis=0), 0.0, atol=1e-5)
    assert np.allclose(scaled.std(axis=0), 1.0, atol=1e-5)
    assert Scaling.fit(data, features, Recipe("standard", "always", 1.0)).numbers[0].log
