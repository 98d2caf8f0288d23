"""Laws of the curves: drawn where there are points, with their numbers below."""

from __future__ import annotations

from chaland.flow.report.curves import LISTED, chance, figures, points, thinned
from chaland.flow.report.words import Words
from tests.flow.report.sample import CURVE, PLOTS, QUESTION


def test_every_curve_is_drawn_with_its_numbers():
    drawn = figures(PLOTS, QUESTION, Words("en"))
    assert [(one.title, len(one.data.rows)) for one in drawn] == [
        ("Gain", LISTED),
        ("Calibration", 6),
        ("ROC", LISTED),
        ("Precision and recall", LISTED),
    ]


def test_a_curve_without_points_is_left_out():
    assert figures({"roc": {}, "pr": None}, QUESTION, Words("en")) == []


def test_the_first_and_last_points_are_always_listed():
    kept = thinned(points("roc", PLOTS["roc"]))
    assert (kept[0], kept[-1], len(kept)) == ((0.0, 0.0), (1.0, 1.0), LISTED)


def test_chance_of_precision_is_the_share_of_those_that_are():
    assert chance("pr", QUESTION)[0].points[0][1] == 95 / 667


def test_a_curve_does_not_depend_on_the_order_in_which_its_lists_are_told():
    turned = dict(reversed(PLOTS["calibration"].items()))
    assert (
        points("calibration", turned)
        == points("calibration", PLOTS["calibration"])
        == list(zip(CURVE[0][::10], CURVE[1][::10], strict=True))
    )
