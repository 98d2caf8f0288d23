"""The document of `show --json` has all the keys that were promised, and may have more."""

from __future__ import annotations

import copy

import pytest
from pydantic import ValidationError

from chaland.errors import DataError, Where
from chaland.spec.show import Error, Show

AUDIT = dict.fromkeys(("accuracy", "completeness", "consistency", "validity", "uniqueness"), 100.0) | {"timeliness": None}
FIGURE = {"value": 0.9, "low": 0.85, "high": 0.95}
SHOWN = {
    "project": "telco", "run": "1", "engine": "duckdb", "as_of": "2026-01-31", "started": "2026-01-31T10:00:00+00:00", "seconds": 1.5,
    "steps": [{"name": "ingest", "seconds": 1.5, "skipped": False}],
    "tables": {"subscribers": {"read": 3, "accepted": 1, "quarantined": 1, "merged": 1, "skipped": 0, "reasons": {"a.min": 1}, "money": {"a.min": 9.5},
                               "audit": {"before": AUDIT, "after": AUDIT}}},
    "trends": {},
    "segments": {"usage": {"k": None, "silhouette": None, "stability": None, "groups": [],
                           "considered": [{"k": 3, "silhouette": 0.1, "stability": 0.2, "smallest": 0.01}]}},
    "predict": {"churn": {"task": "binary", "rows": 3, "horizon_days": None, "baseline": {"name": "majority", "metrics": {"roc_auc": FIGURE}}, "kept": None,
                          "candidates": [{"name": "logistic_regression", "metrics": {"roc_auc": FIGURE}, "seconds": 0.1}],
                          "holdout": {"rows": 1, "metrics": {"roc_auc": FIGURE}, "confusion": [[1, 0], [0, 0]], "labels": ["false", "true"]},
                          "warnings": [{"code": "no_signal", "said": "…"}], "notes": [], "model": None, "parity": None}},
    "decide": {}, "warnings": [], "notes": [], "files": {"report": "r.html", "model_card": {}},
}  # fmt: skip


def test_a_document_as_promised_is_accepted_with_keys_beside():
    assert Show.model_validate({**SHOWN, "more": 1}).predict["churn"].kept is None


@pytest.mark.parametrize(
    "path", ["as_of", "tables.subscribers.merged", "tables.subscribers.audit.before.timeliness", "predict.churn.holdout", "files.report"]
)
def test_a_promised_key_that_is_missing_is_refused(path):
    document = copy.deepcopy(SHOWN)
    *above, last = path.split(".")
    here = document
    for key in above:
        here = here[key]
    del here[last]
    with pytest.raises(ValidationError, match=last):
        Show.model_validate(document)


def test_an_error_document_is_what_errors_write():
    document = DataError("no such file", where=Where("a.csv", 3), next="Look again.").document()
    assert Error.model_validate(document).error.where.line == 3
