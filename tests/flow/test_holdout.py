"""Customers are held out by their file, or else by their key."""

import pyarrow as pa
import pytest

from chaland.flow.holdout import holdout, matches
from chaland.learn.dataset import Feature
from chaland.spec import Predict

KEYS = [f"{number * 0x0A3D70A4 % 2**32:08x}" + "0" * 24 for number in range(1000)]


def predict(**words: object) -> Predict:
    return Predict.model_validate({"target": {"kind": "column", "of": "x"}, "features": ["profile"], "holdout": words})


def rows(file: str = "a.csv", other: str = "a.csv") -> pa.Table:
    return pa.table({"key": KEYS, "_file": [file] * 900 + [other] * 100})


def test_the_rows_of_a_matching_file_are_held_out() -> None:
    held, notes = holdout(predict(files="*20*.csv"), rows("churn-80.csv", "churn-20.csv"))
    assert (held.sum(), notes) == (100, [])


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("churn-20.csv", "more-20.csv")], ids=["none matches", "all match"])
def test_where_the_files_do_not_tell_the_key_prefix_draws_and_a_note_says_so(names: tuple[str, str]) -> None:
    held, notes = holdout(predict(files="*20*.csv"), rows(*names))
    assert 150 < held.sum() < 250
    assert [note["code"] for note in notes] == ["holdout_drawn"]


def test_the_same_key_is_always_dealt_the_same_hand() -> None:
    held, _ = holdout(predict(share=0.3), rows())
    again, _ = holdout(predict(share=0.3), rows().slice(500))
    assert held[500:].tolist() == again.tolist()


@pytest.mark.parametrize(
    ("name", "glob", "same"),
    [
        ("churn-20.csv", "*20*.csv", True),
        ("a/churn-20.csv", "*20*.csv", True),
        ("a/20/x.csv", "20*.csv", False),
        ("churn-80.csv", "*20*.csv", False),
    ],
)
def test_a_file_matches_a_glob_by_its_name_or_its_path(name: str, glob: str, same: bool) -> None:
    assert matches(name, glob) is same


def test_copies_of_a_customer_are_drawn_together() -> None:
    numbers = [float(number // 2) for number in range(1000)]
    table = pa.table({"key": KEYS, "_file": ["a.csv"] * 1000, "spent": numbers, "seen": [7 * one for one in numbers]})
    features = [Feature(name, "number", name, name, name) for name in ("spent", "seen")]
    held, _ = holdout(predict(share=0.3), table, features)
    alone, _ = holdout(predict(share=0.3), table)
    assert (held[::2] == held[1::2]).all()
    assert not (alone[::2] == alone[1::2]).all()
