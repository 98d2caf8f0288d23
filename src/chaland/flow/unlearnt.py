"""Questions that cannot be learnt from the customers there are: told in words, while the others go on."""

from __future__ import annotations

from typing import Any

from chaland.errors import DataError

TOO_LITTLE = ("too_small", "one_class", "no_groups")
"""Codes of errors that concern one question only: too few customers, one answer only, no groups that could be the answer."""
SIMPLEST = {"regression": "mean"}


def concerns_one(error: DataError) -> bool:
    """Whether other questions may be learnt all the same."""
    return error.code in TOO_LITTLE


def told(task: str, rows: int, error: DataError) -> dict[str, Any]:
    """What is told of a question that was not learnt: as of one that is, with nothing kept, and why as a warning."""
    said = f"not learnt: {error.said}" + (f". {error.next}" if error.next else "")
    return {
        "task": task,
        "rows": rows,
        "baseline": {"name": SIMPLEST.get(task, "majority"), "metrics": {}},
        "kept": None,
        "candidates": [],
        "holdout": None,
        "forward": [],
        "warnings": [{"code": error.code, "said": said}],
        "notes": [],
        "parity": None,
        "threshold": None,
        "plots": {},
        "importance": [],
        "by_group": [],
    }
