from __future__ import annotations

import numpy as np
import pytest

from chaland.learn.calibrate import Line, Scaling, Sigmoid, expit, softmax, threshold


def test_a_distorted_margin_is_put_right() -> None:
    rng = np.random.default_rng(0)
    logit = rng.normal(-1, 1.5, 40_000)
    fitted = Sigmoid.fit(logit / 3 + 2, rng.random(40_000) < expit(logit))
    assert (fitted.slope, fitted.shift) == (pytest.approx(3, rel=0.05), pytest.approx(-6, rel=0.05))


def test_perfect_separation_stays_finite() -> None:
    fitted = Sigmoid.fit(np.arange(-50.0, 50.0), np.arange(100) >= 50)
    assert np.isfinite([fitted.slope, fitted.shift]).all()


def test_a_margin_that_points_the_wrong_way_is_worth_nothing() -> None:
    fitted = Sigmoid.fit(-np.arange(100.0), np.arange(100) >= 80)
    assert fitted.slope == 0.0
    assert fitted.probability(np.zeros(1))[0] == pytest.approx(0.2, abs=0.02)


def test_a_constant_margin_gives_the_share_of_positives() -> None:
    fitted = Sigmoid.fit(np.full(100, 0.3), np.arange(100) >= 90)
    assert fitted.probability(np.array([0.3]))[0] == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("objective", ["f1", "accuracy", "balanced_accuracy"])
def test_a_clean_cut_is_found(objective: str) -> None:
    p = np.concatenate([np.linspace(0.01, 0.3, 90), np.linspace(0.6, 0.9, 10)])
    assert 0.3 < threshold(p, np.arange(100) >= 90, objective) < 0.6


def test_the_threshold_is_near_the_best_of_all() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(2000) ** 3
    truth = rng.random(2000) < p
    f1 = lambda cut: 2 * (truth & (p >= cut)).sum() / (truth.sum() + (p >= cut).sum())  # noqa: E731
    assert f1(threshold(p, truth)) >= max(f1(cut) for cut in p) - 0.002


def test_scaling_brings_the_chances_of_classes_back_from_any_slope_and_shift() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(0, 1.5, (20_000, 3)) + np.array([0.5, 0.0, -0.5])
    truth = (true + rng.gumbel(size=true.shape)).argmax(axis=1)
    found = Scaling.fit(0.2 * true + np.array([3.0, -1.0, 7.0]), truth)
    assert found.slope == pytest.approx(5.0, rel=0.05)
    assert np.abs(found.answer(0.2 * true + np.array([3.0, -1.0, 7.0])) - softmax(true)).max() < 0.03


def test_margins_against_the_answers_are_set_to_nothing_and_the_shares_remain() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(0, 2.0, (5_000, 3))
    truth = (true + rng.gumbel(size=true.shape)).argmax(axis=1)
    found = Scaling.fit(-true, truth)
    assert found.slope == 0.0
    assert np.allclose(found.answer(-true)[0], np.bincount(truth) / 5_000, atol=1e-3)


def test_a_line_is_a_line() -> None:
    assert Line(2.0, 3.0).answer(np.array([1.0, 2.0])).tolist() == [5.0, 7.0]
