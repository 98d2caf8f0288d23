"""A made-up run of a made-up telecom project, as `show` and the steps tell it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from chaland.flow.report.words import Names, Words
from chaland.spec import Project

COLUMNS = {
    "day_minutes": {"title": {"en": "Day minutes", "fr": "Minutes de jour"}, "type": "float", "max": 1440},
    "plan": {"title": {"en": "Plan", "fr": "Forfait"}, "words": {"CC": "card"}},
    "gender": {"title": {"en": "Gender", "fr": "Genre"}, "privacy": "sensitive"},
    "churned": {"title": {"en": "Churned", "fr": "Parti"}, "type": "bool", "required": True},
}
PROJECT = Project.model_validate(
    {
        "name": "telco",
        "title": {"en": "Telecom subscribers", "fr": "Abonnés télécom"},
        "tables": {
            "people": {
                "role": "customers",
                "source": {"kind": "csv", "path": "*.csv"},
                "title": {"en": "People", "fr": "Gens"},
                "columns": COLUMNS,
            }
        },
        "features": {"profile": {"kind": "profile"}},
        "segments": {"usage": {"features": ["profile"], "title": {"en": "Usage", "fr": "Usages"}}},
        "predict": {
            "churn": {"target": {"kind": "column", "of": "churned"}, "features": ["profile"], "title": {"en": "Churn", "fr": "Départs"}}
        },
    }
)
EN, FR = (Names(PROJECT, Words(lang)) for lang in ("en", "fr"))
METRICS = ("accuracy", "balanced_accuracy", "precision", "recall", "f1", "roc_auc", "average_precision", "log_loss", "brier", "ece")
AUDIT = {"accuracy": 99.204, "completeness": 98.0, "consistency": 99.8, "validity": 99.996, "uniqueness": 99.4, "timeliness": None}


def measured(value: float) -> dict[str, float]:
    """A value with an interval around it."""
    return {"value": value, "low": value - 0.02, "high": value + 0.02}


TABLE: dict[str, Any] = {
    "read": 3334, "accepted": 3290, "quarantined": 24, "merged": 20, "skipped": 3, "skipped_by": {"blank": 2, "title": 1, "footer": 0},
    "reasons": {"churned.required": 9, "day_minutes.max": 10, "ragged": 5}, "money": {"day_minutes.max": 1234.5}, "audit": {"before": AUDIT, "after": {**AUDIT, "accuracy": 100.0}},
}  # fmt: skip
SEGMENTS: dict[str, Any] = {
    "k": 2, "silhouette": 0.21, "stability": 0.83,
    "considered": [{"k": 2, "silhouette": 0.21, "stability": 0.83, "smallest": 0.4}, {"k": 3, "silhouette": 0.1, "stability": 0.5, "smallest": 0.1}],
    "groups": [{"id": 0, "name": {"en": "Heavy users", "fr": "Gros usages"}, "size": 1974, "share": 0.6}, {"id": 1, "name": {"en": "Light users", "fr": "Petits usages"}, "size": 1316, "share": 0.4}],
}  # fmt: skip
QUESTION: dict[str, Any] = {
    "task": "binary", "rows": 3267, "horizon_days": None, "baseline": {"name": "majority", "metrics": {"average_precision": 0.145}}, "kept": "gradient_boosting",
    "candidates": [{"name": name, "metrics": {metric: measured(value) for metric in METRICS}, "seconds": 2.1} for name, value in (("logistic_regression", 0.46), ("gradient_boosting", 0.86))],
    "holdout": {"rows": 667, "metrics": {metric: measured(0.9) for metric in METRICS}, "confusion": [[563, 9], [22, 73]], "labels": ["false", "true"]},
    "warnings": [], "notes": [{"code": "copy_of", "said": "day_charge repeats day_minutes"}], "model": "/home/models/churn.onnx", "parity": 3e-7, "threshold": 0.31,
}  # fmt: skip
FILE = {
    "file": "people-80.csv",
    "sha256": "a",
    "bytes": 230_000,
    "report": {"kind": "csv", "encoding": "utf-8", "separator": ";", "read": 2666, "faults": {"ragged": 5}, "truncated": True},
}
CURVE = [step / 50 for step in range(51)], [(step / 50) ** 0.5 for step in range(51)]


def document() -> dict[str, Any]:
    """The document of `show`."""
    return deepcopy(
        {
            "project": "telco", "run": "20261121T050000Z", "engine": "duckdb", "as_of": "2026-11-01", "started": "2026-11-21T05:00:00+00:00", "seconds": 33.2, "steps": [],
            "tables": {"people": TABLE}, "trends": {}, "segments": {"usage": SEGMENTS}, "predict": {"churn": QUESTION}, "decide": {}, "warnings": [], "notes": [],
            "files": {"report": "/home/telco/reports/telco.html", "model_card": {"churn": "/home/telco/models/churn.md"}},
        }
    )  # fmt: skip


def details() -> dict[str, Any]:
    """The facts of each step."""
    events = [
        {"column": "plan", "rule": "words", "action": "words", "rows": 12},
        {"column": "plan", "rule": "type", "action": "reject", "rows": 3},
    ]
    return deepcopy(
        {
            "ingest": {"tables": {"people": {"files": [FILE]}}},
            "prepare": {
                "tables": {
                    "people": {
                        "changes": events,
                        "moved": [{"column": "plan", "said": "gaps in plan went from 1.0% to 9.5%", "matters": True}],
                    }
                }
            },
            "segment": {"segments": {"usage": {"profile": PROFILE, "points": POINTS, "warnings": []}}},
            "train": {"predict": {"churn": {"plots": PLOTS, "importance": IMPORTANCE, "by_group": BY_GROUP}}},
        }
    )


PROFILE: Any = [
    {"feature": "day_minutes", "title": {"en": "Day minutes", "fr": "Minutes de jour"}, "kind": "number", "word": None, "values": [0.3, -0.45], "means": [210.4, 150.0], "mean": 180.0},
    {"feature": "plan", "title": {"en": "Plan", "fr": "Forfait"}, "kind": "word", "word": "card", "values": [1.3, None], "means": [0.8, None], "mean": 0.5},
]  # fmt: skip
POINTS: Any = [{"x": float(step % 7), "y": float(step % 5), "group": step % 2} for step in range(40)]
PLOTS: Any = {
    "roc": dict(zip(("false_positive_rate", "true_positive_rate"), CURVE, strict=True)),
    "pr": dict(zip(("recall", "precision"), CURVE, strict=True)),
    "gain": dict(zip(("contacted", "reached"), CURVE, strict=True)),
    "calibration": {"predicted": CURVE[0][::10], "observed": CURVE[1][::10], "rows": [100.0] * 6},
}
IMPORTANCE: Any = [
    {"feature": "plan", "column": "plan", "title": {"en": "Plan", "fr": "Forfait"}, "value": 0.1, "deviation": 0.01},
    {
        "feature": "day_minutes",
        "column": "day_minutes",
        "title": {"en": "Day minutes", "fr": "Minutes de jour"},
        "value": 0.3,
        "deviation": 0.02,
    },
]
BY_GROUP: Any = [
    {"column": "gender", "group": "F", "rows": 300, "positives": 0.15, "told_positive": 0.13, "accuracy": 0.95, "precision": 0.9, "recall": 0.75, "roc_auc": 0.92, "brier": 0.04},
    {"column": "gender", "group": "M", "rows": 367, "positives": 0.14, "told_positive": 0.12, "accuracy": 0.95, "precision": None, "recall": 0.8, "roc_auc": None, "brier": 0.04},
]  # fmt: skip
