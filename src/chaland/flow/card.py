"""The card of a model: what it was made from, how good it is, and where it must not be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chaland.spec import Project


def render(name: str, told: Mapping[str, Any], project: Project) -> str:
    """A model card in Markdown (Mitchell et al. 2019): data, metrics with intervals, limits."""
    holdout = told["holdout"] or {"rows": 0, "metrics": {}}
    lines = [
        f"# Model card: {name} ({project.name})",
        "",
        f"- kept: {told['kept']}; task: {told['task']}; learnt from {told['rows']} customers, measured once on {holdout['rows']} others",
        f"- baseline: {told['baseline']['name']}",
        f"- largest difference between the exported file and the trained model: {told['parity']:.2g}",
        "",
        "| metric | hold-out | 95 % interval |",
        "| --- | --- | --- |",
        *(f"| {metric} | {_number(one['value'])} | {_number(one['low'])} to {_number(one['high'])} |" for metric, one in holdout["metrics"].items()),
        "",
        "## Warnings and notes",
        *([f"- {one['code']}: {one['said']}" for one in [*told["warnings"], *told["notes"]]] or ["- none"]),
        "",
        "## Limits",
        "- It knows only customers like those it learnt from; learn again when the audit says that the data moved.",
        "- A probability is not a cause: the reasons say what the model leans on, not what would change the customer's mind.",
        "",
    ]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
