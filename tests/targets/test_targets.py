"""The window that is proposed where nobody says one."""

import datetime as dt
from pathlib import Path

import pytest

from chaland.history import History
from chaland.targets import Horizon, active, proposed
from tests.features import purchases


def regular(folder: Path, pause: int) -> History:
    days = [dt.datetime(2023, 1, 1) + dt.timedelta(days=pause * n) for n in range(60)]
    rows = [
        ("ab"[n % 2], (day if n % 2 else day + dt.timedelta(days=n)).isoformat(), str(n), "x", "y", 1, "1", "view", "v", False)
        for n, day in enumerate(days)
    ]
    return purchases.history(purchases.engine(folder), rows)


@pytest.mark.parametrize(("pause", "weeks"), [(10, 4), (3, 2)])
def test_nine_in_ten_pauses_end_within_the_proposed_window(tmp_path: Path, pause: int, weeks: int) -> None:
    past = regular(tmp_path, pause).before(dt.date(2030, 1, 1))
    assert proposed(past, Horizon(by="who"), "id") == 7 * weeks


def test_a_short_history_proposes_a_short_window(tmp_path: Path) -> None:
    past = purchases.history(purchases.engine(tmp_path), purchases.BEFORE).before(purchases.DAY)
    assert proposed(past, Horizon(by="who"), "id") == 42


def test_active_is_who_has_rows_before_the_day(shop: History) -> None:
    assert active(shop.before(purchases.DAY), Horizon(by="who"), "id").to_pyarrow()["id"].sort().to_pylist() == ["a", "b"]
