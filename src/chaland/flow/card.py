"""The card of a model: what it is for, what it was made from, how good it is, and where it must not be used.

The headings follow Mitchell et al. (2019), Model Cards for Model Reporting. The words are the report's, in its two languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chaland.flow.report.pieces import FEW, GroupErrors, in_order, share, wilson
from chaland.flow.report.questions import METRICS, Questions, value
from chaland.flow.report.remarks import remarks
from chaland.flow.report.words import DASH, Names, Words
from chaland.spec import Predict, Project

Facts = Mapping[str, Any]
LEANED_ON = 10
SHORT = 12
LIMITS = ("alike", "cause", "threshold", "legal")
HIDDEN = ("identifier", "sensitive", "free_text")


def render(name: str, told: Facts, project: Project, lang: str) -> str:
    """A model card in Markdown for a question: use, data, metrics with intervals, errors per group, limits. Parts that `told` lacks are left out.

    `lang` is "en" or "fr".
    """
    words = Words(lang)
    asked = Questions(words, Names(project, words))
    parts = [
        _head(name, told, asked),
        _data(name, told, asked),
        _candidates(name, told, asked),
        _holdout(told, words),
        _confusion(told, words),
        _groups(told, asked.names),
        _importance(name, told, asked),
        _section(words("card.remarks"), _items(_remarks(told, words))),
        _section(words("card.limits"), _items(_limits(told, words))),
    ]
    return "\n".join(line for part in parts for line in part)


def _head(name: str, told: Facts, asked: Questions) -> list[str]:
    words, names, kept = asked.words, asked.names, str(told.get("kept"))
    task = str(told.get("task", "binary"))
    lines = [
        words("card.question", question=names.question(name), answer=names.answer(name)),
        words("card.kept", name=kept, algorithm=asked.algorithm(kept), task=words.known(f"card.task.{task}", task)),
        asked.verdict(name, told),
        *(f"{one.number} {one.words}. {one.behind}" for one in asked.plain(name, told)),
        *_made(name, told, asked),
    ]
    return ["# " + _safe(words("card.title", name=name, project=names.project.name)), "", *_items(lines), ""]


def _made(name: str, told: Facts, asked: Questions) -> list[str]:
    """The threshold, how exactly the file agrees with the model, and how the model was chosen."""
    words, spec, lines = asked.words, asked.names.project.predict.get(name), []
    if told.get("threshold") is not None and told.get("task", "binary") == "binary":
        lines.append(words("card.threshold", value=words.decimal(told["threshold"])))
    if told.get("parity") is not None:
        lines.append(words("card.parity", value=words.decimal(told["parity"], 8)))
    if spec:
        metric = asked.metric(name, told)
        lines.append(words("card.chosen", seed=spec.seed, folds=spec.folds, metric=words.known(f"metric.{metric}", metric)))
    return lines


def _data(name: str, told: Facts, asked: Questions) -> list[str]:
    words, names, spec = asked.words, asked.names, asked.names.project.predict.get(name)
    held = (told.get("holdout") or {}).get("rows", 0)
    lines = [words("card.customers", rows=words.number(told.get("rows", 0)), held=words.number(held)), *_days(told, words)]
    if spec:
        lines.append(words("card.features", families=", ".join(spec.features), drawn=_drawn(spec, words)))
    hidden = _hidden(names)
    if hidden:
        lines.append(words("card.hidden", columns=", ".join(hidden)))
    return _section(words("card.data"), [*_items(lines), *_files(told, names)])


def _drawn(spec: Predict, words: Words) -> str:
    """How the hold-out was drawn."""
    if spec.holdout.files:
        return words("card.drawn.files", files=spec.holdout.files)
    return words("card.drawn.share", share=words.percent(spec.holdout.share, 0))


def _hidden(names: Names) -> list[str]:
    """The titles of the columns that never are features."""
    columns = [pair for table in names.project.tables.values() for pair in table.columns.items()]
    return [names.column(column) for column, one in columns if one.privacy in HIDDEN]


def _days(told: Facts, words: Words) -> list[str]:
    """When it was trained, standing at which day, and how old the data were then."""
    if not told.get("trained"):
        return []
    old, far = told.get("days_old"), told.get("horizon_days")
    said = words.aged(old)
    ahead = words("card.ahead", days=words.number(far)) if far else ""
    return [words("card.trained", day=words.day(told["trained"]), as_of=words.day(told.get("as_of")), ahead=ahead, old=said)]


def _files(told: Facts, names: Names) -> list[str]:
    found, words = told.get("files") or [], names.words
    head = (words("card.head.table"), words("head.file"), words("head.records"), words("card.head.sha256", count=SHORT))
    rows = [(names.table(one["table"]), one["file"], words.number(one["rows"]), str(one["sha256"])[:SHORT]) for one in found]
    return ["", *_table(head, rows)] if rows else []


def _limits(told: Facts, words: Words) -> list[str]:
    """What holds for every model, and what holds for this one."""
    own = ["horizon"] if told.get("horizon_days") is None else []
    own += ["days"] if told.get("trained") and told.get("days_old") is None else []
    return [words(f"card.limit.{limit}") for limit in (*LIMITS, *own)]


def _candidates(name: str, told: Facts, asked: Questions) -> list[str]:
    words, metric, tried = asked.words, asked.metric(name, told), told.get("candidates") or []
    if not tried:
        return []
    rows = [(asked.algorithm(one["name"]), *_measure((one.get("metrics") or {}).get(metric), words)) for one in tried]
    base = told.get("baseline") or {}
    rows.append((words("candidate.baseline", name=asked.algorithm(base.get("name"))), words.decimal(value(base, metric)), ""))
    head = (words("head.candidate"), words.known(f"metric.{metric}", metric), words("head.interval"))
    return _section(words("card.candidates"), _table(head, rows))


def _holdout(told: Facts, words: Words) -> list[str]:
    measured = (told.get("holdout") or {}).get("metrics") or {}
    if not measured:
        return []
    rows = [
        (words.known(f"metric.{metric}", metric), *_measure(one, words), words.known(f"metric.{metric}.is", ""))
        for metric, one in in_order(measured, METRICS).items()
    ]
    head = (words("head.metric"), words("head.value"), words("head.interval"), words("card.head.says"))
    return _section(words("card.holdout"), _table(head, rows))


def _confusion(told: Facts, words: Words) -> list[str]:
    matrix = (told.get("holdout") or {}).get("confusion")
    if not matrix:
        return []
    labels = [words.known(f"label.{label}", str(label)) for label in (told.get("holdout") or {}).get("labels") or ("false", "true")]
    rows = [
        (words("confusion.truth", label=label), *(words.number(count) for count in counts))
        for label, counts in zip(labels, matrix, strict=False)
    ]
    return _section(words("card.confusion"), _table(("", *(words("confusion.foretold", label=label) for label in labels)), rows))


def _groups(told: Facts, names: Names) -> list[str]:
    """Errors per group of each sensitive column, which the model never sees."""
    found, words = told.get("by_group") or [], names.words
    if not found or "positives" not in found[0]:
        return _other_groups(found, names) if found else []
    head = [words("card.head.column"), *(words(f"head.{key}") for key in ("group", "held_out", "really", "flagged"))]
    head += [words(f"metric.{key}") for key in ("precision", "recall", "accuracy", "roc_auc", "brier")]
    rows = [_errors(one, GroupErrors.of(one), names) for one in found]
    return _section(words("card.by_group"), [words("card.by_group.read", few=FEW), "", *_table(head, rows)])


def _other_groups(found: Sequence[Facts], names: Names) -> list[str]:
    """Errors per group where the answer is one of several words, or a number."""
    words, shown = names.words, [metric for metric in METRICS if metric in found[0]]
    head = [words("card.head.column"), words("head.group"), words("head.held_out"), *(words(f"metric.{metric}") for metric in shown)]
    rows = [
        (names.column(one["column"]), str(one["group"]), words.number(one["rows"]), *(words.decimal(one[metric]) for metric in shown))
        for one in found
    ]
    return _section(words("card.by_group"), _table(head, rows))


def _errors(one: Facts, counts: GroupErrors, names: Names) -> list[str]:
    words = names.words
    plain = [names.column(counts.column), counts.group or f"({words('group.blank')})", words.number(counts.rows)]
    plain += [f"{words.number(part)} ({words.percent(share(part, counts.rows))})" for part in (counts.really, counts.flagged)]
    shares = [
        _share(one.get("precision"), counts.found, counts.flagged, words),
        _share(one.get("recall"), counts.found, counts.really, words),
    ]
    return [*plain, *shares, *(words.decimal(one.get(key)) for key in ("accuracy", "roc_auc", "brier"))]


def _share(value: float | None, part: int, whole: int, words: Words) -> str:
    """A share with its interval, and a word where few stand behind it."""
    if value is None:
        return DASH
    said = f"{words.decimal(value)} ({words.interval(*wilson(part, whole))})"
    return f"{said} {words('card.few')}" if whole < FEW else said


def _importance(name: str, told: Facts, asked: Questions) -> list[str]:
    most = sorted(told.get("importance") or [], key=lambda one: -one["value"])[:LEANED_ON]
    if not most:
        return []
    words, metric = asked.words, asked.metric(name, told)
    head = (words("head.feature"), words("card.head.loss", metric=words.known(f"metric.{metric}", metric)))
    return _section(words("card.importance"), _table(head, [(asked.feature(one), words.decimal(one["value"], 4)) for one in most]))


def _remarks(told: Facts, words: Words) -> list[str]:
    found = remarks([*(told.get("warnings") or []), *(told.get("notes") or [])], words)
    return [words("card.remark", title=one.title, code=one.code, said=one.said) for one in found] or [words("card.no_remark")]


def _section(title: str, lines: Iterable[str]) -> list[str]:
    return [f"## {title}", "", *lines, ""]


def _items(texts: Iterable[str]) -> list[str]:
    return [f"- {_safe(text)}" for text in texts]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_safe(cell) for cell in cells) + " |"


def _measure(one: Any, words: Words) -> tuple[str, str]:
    """A metric's value and its interval, empty where there is none."""
    if not isinstance(one, Mapping):
        return words.decimal(one), ""
    low, high = one.get("low"), one.get("high")
    return words.decimal(one.get("value")), "" if low is None or high is None else words.interval(low, high)


def _safe(text: str) -> str:
    """Text that cannot break a table or start a tag."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
