"""Pieces of the document take keys beside those that were promised."""

import pytest
from pydantic import ValidationError

from chaland.spec.shown import Interval


def test_keys_may_stand_beside_and_none_may_lack() -> None:
    assert Interval.model_validate({"value": 1.0, "low": None, "high": 2.0, "more": "x"}).high == 2.0
    with pytest.raises(ValidationError, match="low"):
        Interval.model_validate({"value": 1.0, "high": 2.0})
