"""What is said of a lifetime has all that was promised, and may have more."""

import pytest
from pydantic import ValidationError

from chaland.spec.shown_lifetime import Lifetime

FIGURE = {"value": 1.0, "low": 0.5, "high": 1.5}
TOLD = {
    "customers": 2, "returned": 1, "horizon_days": 90, "unit": "day", "stands_at": "2026-01-31", "table": "lifetime/value",
    "kept": {"purchases": True, "value": False}, "why": {"purchases": None, "value": "recency"}, "parameters": {"purchases": {"r": FIGURE}},
    "totals": {"purchases": FIGURE, "alive": 1.5}, "heuristic": {"purchases": 1.0}, "measured_days": 90, "against": {"purchases": {"recency": FIGURE}},
    "forward": [],
}  # fmt: skip


def test_a_lifetime_as_promised_is_accepted_with_keys_beside():
    assert Lifetime.model_validate({**TOLD, "more": 1}).why["value"] == "recency"


@pytest.mark.parametrize("key", ["kept", "why", "totals", "heuristic", "against", "measured_days"])
def test_a_promised_key_that_is_missing_is_refused(key):
    with pytest.raises(ValidationError, match=key):
        Lifetime.model_validate({name: value for name, value in TOLD.items() if name != key})
