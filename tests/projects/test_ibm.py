"""The second real operator: as good as it can be, and honest about its chances, whoever is drawn as hold-out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.projects.planted import operator

SECRETS = ("salt", "pepper", "cumin", "saffron", "thyme")
ALL_ROWS = 7043


def kept(found: dict[str, Any]) -> dict[str, float]:
    told = found["predict"]["churn"]
    [best] = [one for one in told["candidates"] if one["name"] == told["kept"]]
    return {name: measured["value"] for name, measured in best["metrics"].items()}


@pytest.mark.slow
@pytest.mark.parametrize("secret", SECRETS)
def test_ibm_is_learnt_and_calibrated_under_any_secret(secret: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALAND_SECRET", secret)
    found = operator("ibm", tmp_path, rows=ALL_ROWS).told(tmp_path, ["logistic_regression"])
    metrics = kept(found)
    assert 0.840 <= metrics["roc_auc"] <= 0.855
    assert metrics["ece"] <= 0.03
    assert found["warnings"] + found["predict"]["churn"]["warnings"] == []
