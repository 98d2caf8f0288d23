"""The card of a model: what it is for, what it was made from, how good it is, and where it must not be used.

The headings follow Mitchell et al. (2019), Model Cards for Model Reporting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chaland.flow.report.pieces import FEW, GroupErrors, in_order, wilson
from chaland.flow.report.questions import METRICS, Questions, binary, value
from chaland.flow.report.words import Names, Words
from chaland.spec import Project

Facts = Mapping[str, Any]
LEANED_ON = 10
SHORT = 12
LIMITS = (
    "It knows only customers like those it learnt from; learn again when the audit says that the data moved.",
    "A probability is not a cause: the reasons say what the model leans on, not what would change the customer's mind.",
    "The threshold weighs both kinds of error alike for F1; where one costs more than the other, choose another.",
    "No decision with legal effect on a person should rest on it alone.",
)
NO_HORIZON = "The answer is a column of the files: over how many days it fell, the data do not say, and neither does the model."
NO_DAYS = "No column tells when things happened: how old these customers are, the data cannot say."


def render(name: str, told: Facts, project: Project) -> str:
    """A model card in Markdown for a question: use, data, metrics with intervals, errors per group, limits. Parts that `told` lacks are left out."""
    names = Names(project, Words("en"))
    asked = Questions(names.words, names)
    parts = [
        _head(name, told, names, asked),
        _data(name, told, project, names),
        _candidates(name, told, asked),
        _holdout(told, asked.words),
        _confusion(told, asked.words),
        _groups(told, names),
        _importance(name, told, asked),
        _section("Warnings and notes", _remarks(told)),
        _section("Limits", [f"- {limit}" for limit in _limits(told)]),
    ]
    return "\n".join(line for part in parts for line in part)


def _head(name: str, told: Facts, names: Names, asked: Questions) -> list[str]:
    spec = names.project.predict.get(name)
    lines = [
        f"# Model card: {name} ({names.project.name})",
        "",
        f"- question: {_safe(names.question(name))}; the answer foretold is «{_safe(names.answer(name))}»",
    ]
    lines.append(f"- kept: {told.get('kept')} ({_safe(asked.algorithm(told.get('kept')))}); task: {told.get('task', 'binary')}")
    lines.append(f"- {_safe(asked.verdict(name, told))}")
    lines += [f"- {_safe(f'{one.number} {one.words}. {one.behind}')}" for one in asked.plain(name, told)]
    if told.get("threshold") is not None:
        lines.append(f"- threshold: {told['threshold']:.4g}: whoever is at least that likely is flagged; chosen inside the training folds")
    if told.get("parity") is not None:
        lines.append(f"- the exported file gives the trained model's probabilities to within {told['parity']:.2g}")
    if spec:
        lines.append(f"- seed {spec.seed}, {spec.folds} folds, chosen by {asked.words.known(f'metric.{spec.metric}', spec.metric)}")
    return [*lines, ""]


def _data(name: str, told: Facts, project: Project, names: Names) -> list[str]:
    spec, held = project.predict.get(name), (told.get("holdout") or {}).get("rows", 0)
    lines = [f"- customers whose answer is known: {told.get('rows', 0)}, of which {held} were held out and measured it once", *_days(told)]
    if spec:
        drawn = f"the files {spec.holdout.files}" if spec.holdout.files else f"{spec.holdout.share:.0%} by key prefix"
        lines.append(f"- feature families: {', '.join(spec.features)}; hold-out: {drawn}")
    hidden = [
        column
        for table in project.tables.values()
        for column, one in table.columns.items()
        if one.privacy in ("identifier", "sensitive", "free_text")
    ]
    if hidden:
        lines.append(f"- never features: {', '.join(_safe(names.column(column)) for column in hidden)}")
    return _section("Data", [*lines, *_files(told, names)])


def _days(told: Facts) -> list[str]:
    """When it was trained, standing at which day, and how old the data were then."""
    if not told.get("trained"):
        return []
    old = f"the data were {told['days_old']} days old then" if told.get("days_old") is not None else "no column tells how old the data are"
    ahead = f", looking {told['horizon_days']} days ahead" if told.get("horizon_days") else ""
    return [f"- trained on {told['trained']} (UTC), standing at {told.get('as_of')}{ahead}; {old}"]


def _files(told: Facts, names: Names) -> list[str]:
    found = told.get("files") or []
    rows = [(names.table(one["table"]), one["file"], str(one["rows"]), str(one["sha256"])[:SHORT]) for one in found]
    return ["", *_table(("table", "file", "records", f"SHA-256 (first {SHORT})"), rows)] if rows else []


def _limits(told: Facts) -> list[str]:
    """What holds for every model, and what holds for this one."""
    own = [NO_HORIZON] if told.get("horizon_days") is None else []
    own += [NO_DAYS] if told.get("trained") and told.get("days_old") is None else []
    return [*LIMITS, *own]


def _candidates(name: str, told: Facts, asked: Questions) -> list[str]:
    metric, tried = asked.metric(name), told.get("candidates") or []
    if not tried:
        return []
    rows = [(asked.algorithm(one["name"]), *_measure((one.get("metrics") or {}).get(metric))) for one in tried]
    base = told.get("baseline") or {}
    rows.append((f"baseline: {asked.algorithm(base.get('name'))}", _number(value(base, metric)), ""))
    head = ("candidate", asked.words.known(f"metric.{metric}", metric), "95 % interval")
    return _section("Candidates, cross-validated", _table(head, rows))


def _holdout(told: Facts, words: Words) -> list[str]:
    measured = (told.get("holdout") or {}).get("metrics") or {}
    if not measured:
        return []
    rows = [
        (words.known(f"metric.{metric}", metric), *_measure(one), words.known(f"metric.{metric}.is", ""))
        for metric, one in in_order(measured, METRICS).items()
    ]
    return _section("Measured once, on the hold-out", _table(("metric", "hold-out", "95 % interval", "what it says"), rows))


def _confusion(told: Facts, words: Words) -> list[str]:
    matrix = binary(told)
    if matrix is None:
        return []
    labels = [words.known(f"label.{label}", str(label)) for label in (told.get("holdout") or {}).get("labels") or ("false", "true")]
    rows = [(f"really {label}", *(words.number(count) for count in counts)) for label, counts in zip(labels, matrix, strict=False)]
    return _section("Truth and prediction at the threshold", _table(("", *(f"foretold {label}" for label in labels)), rows))


def _groups(told: Facts, names: Names) -> list[str]:
    """Errors per group of each sensitive column, which the model never sees."""
    found = told.get("by_group") or []
    if not found:
        return []
    head = ("column", "group", "held out", "really are", "flagged", "precision", "recall", "accuracy", "ROC AUC", "Brier")
    rows = [_errors(one, GroupErrors.of(one), names) for one in found]
    said = [
        "The model never sees these columns. Counts are of held-out customers; ranges are 95 % intervals (Wilson). Where the ranges of two",
        f"groups overlap, their difference may be chance; (few) marks a share of fewer than {FEW} customers. Groups too small to measure are left out.",
    ]
    return _section("Errors per group of sensitive columns", [*said, "", *_table(head, rows)])


def _errors(one: Facts, counts: GroupErrors, names: Names) -> list[str]:
    plain = [names.column(counts.column), counts.group or "(not told)", str(counts.rows)]
    plain += [f"{part} ({part / counts.rows:.1%})" for part in (counts.really, counts.flagged)]
    shares = [_share(one.get("precision"), counts.found, counts.flagged), _share(one.get("recall"), counts.found, counts.really)]
    return [*plain, *shares, *(_number(one.get(key)) for key in ("accuracy", "roc_auc", "brier"))]


def _share(value: float | None, part: int, whole: int) -> str:
    """A share with its interval, and a word where few stand behind it."""
    if value is None:
        return "–"
    low, high = wilson(part, whole)
    return f"{value:.3f} ({low:.3f} to {high:.3f})" + (" (few)" if whole < FEW else "")


def _importance(name: str, told: Facts, asked: Questions) -> list[str]:
    most = sorted(told.get("importance") or [], key=lambda one: -one["value"])[:LEANED_ON]
    if not most:
        return []
    rows = [(asked.feature(one), f"{one['value']:.4f}") for one in most]
    metric = asked.metric(name)
    head = ("feature", f"loss of {asked.words.known(f'metric.{metric}', metric)} when shuffled")
    return _section("What it leans on", _table(head, rows))


def _remarks(told: Facts) -> list[str]:
    found = [*(told.get("warnings") or []), *(told.get("notes") or [])]
    return [f"- {one['code']}: {_safe(str(one['said']))}" for one in found] or ["- none"]


def _section(title: str, lines: Iterable[str]) -> list[str]:
    return [f"## {title}", "", *lines, ""]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_safe(cell) for cell in cells) + " |"


def _measure(one: Any) -> tuple[str, str]:
    if not isinstance(one, Mapping):
        return _number(one), ""
    low, high = one.get("low"), one.get("high")
    return _number(one.get("value")), "" if low is None or high is None else f"{_number(low)} to {_number(high)}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _safe(text: str) -> str:
    """Text that cannot break a table or start a tag."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
