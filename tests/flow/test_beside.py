"""The money of groups is that of their customers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow.test_regrouped import GUESTS, HOMEBODIES, month, people


def test_each_group_has_the_money_of_its_customers(tmp_path: Path) -> None:
    told = month(tmp_path, people(150, HOMEBODIES) | people(100, GUESTS, 150))
    assert [one["money"] for one in told["groups"]] == [one["size"] * 10.5 for one in told["groups"]]
    assert sum(one["money_share"] for one in told["groups"]) == pytest.approx(1.0, abs=1e-6)
    assert told["agreement"] == {}
