"""The questions section: whether a model beats its baseline, how good it is in plain words, and what stands behind that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from chaland.flow.report import ahead, charts, curves
from chaland.flow.report.pieces import FEW, Facts, Figure, Grid, GroupErrors, Remark, Told, in_order, named, share, wilson
from chaland.flow.report.remarks import remarks
from chaland.flow.report.words import Names, Words
from chaland.spec.tasks import CHOOSES

SHOWN = 15
METRICS = (
    *("precision", "recall", "f1", "roc_auc", "average_precision", "accuracy", "balanced_accuracy", "top_3_accuracy", "f1_macro"),
    *("log_loss", "brier", "ece", "mae", "rmse", "r2", "mape", "bias"),
)
BESIDE = ("roc_auc", "f1", "f1_macro", "log_loss", "rmse", "r2")
"""Metrics that stand beside the one that chose."""


@dataclass(frozen=True)
class QuestionView:
    """One question as the report shows it; `kept` is None where nothing beat the baseline."""

    name: str
    title: str
    kept: str | None
    verdict: str
    plain: Sequence[Told]
    learnt: str
    candidates: Grid | None
    holdout: Grid | None
    confusion: Grid | None
    figures: Sequence[Figure]
    importance: Grid | None
    by_group: Grid | None
    how: Sequence[str]
    warnings: Sequence[Remark]
    notes: Sequence[Remark]
    ahead: Grid | None = None
    unlearnt: bool = False
    """Whether there was too little to learn from."""


def is_unlearnt(told: Facts) -> bool:
    """Whether no candidate competed, for there was too little to learn from."""
    return not told.get("kept") and "candidates" in told and not told["candidates"]


@dataclass(frozen=True)
class Questions:
    """What the questions section is made from."""

    words: Words
    names: Names

    def view(self, name: str, told: Facts, detail: Facts) -> QuestionView:
        """One question, from the document's facts and the details of the step."""
        return QuestionView(
            name,
            self.names.question(name),
            told.get("kept"),
            self.verdict(name, told),
            self.plain(name, told),
            self.learnt(told),
            self.candidates(name, told),
            self.holdout(told),
            self.confusion(told),
            curves.figures(detail.get("plots") or {}, told, self.words) if told.get("kept") else [],
            self.importance(detail.get("importance") or []),
            self.by_group(detail.get("by_group") or []) if told.get("kept") else None,
            self.how(told),
            remarks(told.get("warnings") or [], self.words),
            remarks(told.get("notes") or [], self.words),
            ahead.grid(told.get("forward") or [], self.metric(name, told), self.algorithm, self.words),
            is_unlearnt(told),
        )

    def metric(self, name: str, told: Facts) -> str:
        """The metric that chooses among the candidates."""
        spec, task = self.names.project.predict.get(name), str(told.get("task", "binary"))
        return spec.chooses(task) if spec else CHOOSES[task]

    def algorithm(self, name: str | None) -> str:
        """An algorithm's name for people."""
        return self.words.known(f"algorithm.{name}", (name or "").replace("_", " ").capitalize())

    def verdict(self, name: str, told: Facts) -> str:
        """Whether the model beats its baseline, with both numbers."""
        w, metric, kept = self.words, self.metric(name, told), told.get("kept")
        if is_unlearnt(told):
            code = next((str(one["code"]) for one in told.get("warnings") or []), "")
            return w("question.unlearnt", why=w.known(f"code.{code}", code))
        if not kept:
            return w("question.none")
        base = value(told.get("baseline"), metric)
        best = next((value(one, metric) for one in told.get("candidates") or [] if one["name"] == kept), None)
        if base is None or best is None:
            return w("question.beats", model=self.algorithm(kept))
        return w(
            "question.beats_by",
            model=self.algorithm(kept),
            metric=w.known(f"metric.{metric}", metric),
            best=w.decimal(best),
            base=w.decimal(base),
        )

    def plain(self, name: str, told: Facts) -> list[Told]:
        """How good the kept model is, in numbers out of a hundred, on customers that it never saw."""
        matrix = binary(told)
        if not told.get("kept") or matrix is None:
            return self._others(name, told) if told.get("kept") else []
        (right_no, wrong_yes), (missed, found) = matrix
        w, answer, everyone = self.words, self.names.answer(name), right_no + wrong_yes + missed + found
        flagged, real = wrong_yes + found, missed + found
        behind = w("plain.holdout", rows=w.number(everyone))
        chance = w("plain.chance", n=w.out_of_hundred(share(real, everyone)))
        return [
            Told(
                w.out_of_hundred(share(found, flagged) if flagged else None),
                w("plain.precision", answer=answer),
                f"{chance} {behind}",
                "good",
            ),
            Told(
                w.out_of_hundred(share(found, real) if real else None),
                w("plain.recall", answer=answer),
                w("plain.flags", flagged=w.number(flagged), rows=w.number(everyone)),
            ),
        ]

    def _others(self, name: str, told: Facts) -> list[Told]:
        """The same for several answers, out of a hundred; for numbers how far off it is."""
        w, title, held = self.words, self.names.question(name), told.get("holdout") or {}
        behind = w("plain.holdout", rows=w.number(held.get("rows", 0)))
        if told.get("task") == "multiclass":
            right, base = value(held, "accuracy"), value(told.get("baseline"), "accuracy")
            chance = w("plain.commonest", n=w.out_of_hundred(base))
            return [Told(w.out_of_hundred(right), w("plain.right", title=title), f"{chance} {behind}", "good")]
        off, base = value(held, "mae"), value(told.get("baseline"), "mae")
        if off is None:
            return []
        return [Told(w.compact(off), w("plain.off", title=title), f"{w('plain.mean', n=w.compact(base))} {behind}", "good")]

    def learnt(self, told: Facts) -> str:
        """From how many customers the models learnt and on how many others they were measured."""
        if told.get("forward"):
            return ahead.learnt(told, self.words)
        w, held, rows = self.words, (told.get("holdout") or {}).get("rows"), told.get("rows")
        return w("question.learnt", rows=w.number(rows - held), held=w.number(held)) if held and rows and told.get("kept") else ""

    def candidates(self, name: str, told: Facts) -> Grid | None:
        """The candidates beside the baseline, by the metric that chose, with 95 % intervals."""
        w, metric, tried = self.words, self.metric(name, told), told.get("candidates") or []
        if not tried:
            return None
        base = value(told.get("baseline"), metric)
        ends = [end for one in tried for end in _ends(one, metric)] + ([] if base is None else [base])
        scale = (min(ends), max(ends)) if ends else (0.0, 1.0)
        others = [other for other in BESIDE if other != metric and all(value(one, other) is not None for one in tried)]
        head = [
            w("head.candidate"),
            w.known(f"metric.{metric}", metric),
            "",
            *(w.known(f"metric.{other}", other) for other in others),
            w("head.seconds"),
        ]
        rows = [
            [
                self.algorithm(one["name"]),
                *self._measured(one, metric, scale, base),
                *(w.decimal(value(one, other)) for other in others),
                w.decimal(one.get("seconds"), 1),
            ]
            for one in tried
        ]
        rows.append(
            [
                w("candidate.baseline", name=self.algorithm((told.get("baseline") or {}).get("name"))),
                w.decimal(base),
                "",
                *(w.decimal(value(told.get("baseline"), other)) for other in others),
                "",
            ]
        )
        marked = frozenset(place for place, one in enumerate(tried) if one["name"] == told.get("kept"))
        return Grid(w("question.candidates"), head, rows, frozenset({0, 2}), marked)

    def holdout(self, told: Facts) -> Grid | None:
        """Every metric on the hold-out with its interval, what it says, and the baseline's."""
        w, measured = self.words, (told.get("holdout") or {}).get("metrics") or {}
        if not measured or not told.get("kept"):
            return None
        rows = [
            [named(w.known(f"metric.{metric}", metric), w.known(f"metric.{metric}.is", "")), w.decimal(one.get("value")), _between(one, w)]
            for metric, one in in_order(measured, METRICS).items()
        ]
        return Grid(w("question.holdout"), [w(f"head.{key}") for key in ("metric", "value", "interval")], rows, folded=len(rows))

    def confusion(self, told: Facts) -> Grid | None:
        """Truth in rows, prediction in columns."""
        held, w = told.get("holdout") or {}, self.words
        matrix = held.get("confusion")
        if not matrix or not told.get("kept"):
            return None
        labels = [w.known(f"label.{label}", str(label)) for label in held.get("labels") or range(len(matrix))]
        rows = []
        for place, counts in enumerate(matrix):
            cells = [
                Markup('<span class="{}">{}</span>').format("right" if place == at else "wrong", w.number(count))
                for at, count in enumerate(counts)
            ]
            rows.append([w("confusion.truth", label=labels[place]), *cells])
        return Grid(w("question.confusion"), [w("head.truth"), *(w("confusion.foretold", label=label) for label in labels)], rows)

    def importance(self, found: Sequence[Facts]) -> Grid | None:
        """What the model leans on: how much worse it gets where a feature is shuffled."""
        w = self.words
        ordered = sorted(found, key=lambda one: -one["value"])[:SHOWN]
        most = max((one["value"] for one in ordered), default=0.0)
        if most <= 0:
            return None
        rows = [
            (
                self.feature(one),
                Markup('<span class="scored">{}<b>{}</b></span>').format(charts.bar(one["value"] / most), w.decimal(one["value"], 4)),
            )
            for one in ordered
        ]
        return Grid(w("question.importance"), (w("head.feature"), w("head.importance")), rows, folded=len(rows))

    def by_group(self, found: Sequence[Facts]) -> Grid | None:
        """The model's errors in each group of the sensitive columns, which it never sees."""
        if not found or "positives" not in found[0]:
            return self._by_group_of_others(found) if found else None
        w = self.words
        head = [w(f"head.{key}") for key in ("group", "held_out", "really", "flagged")] + [w("metric.precision"), w("metric.recall")]
        return Grid(w("question.by_group"), head, [self._errors(one, GroupErrors.of(one)) for one in found], folded=len(found))

    def _by_group_of_others(self, found: Sequence[Facts]) -> Grid:
        """As `by_group`, for several answers and for numbers: the metrics that are told of each group."""
        w, shown = self.words, [metric for metric in METRICS if metric in found[0]]
        head = [w("head.group"), w("head.held_out"), *(w(f"metric.{metric}") for metric in shown)]
        titles = [w("colon", what=self.names.column(one["column"]), said=one["group"] or w("group.blank")) for one in found]
        rows = [
            [title, w.number(one["rows"]), *(w.decimal(one[metric]) for metric in shown)] for title, one in zip(titles, found, strict=True)
        ]
        return Grid(w("question.by_group"), head, rows, folded=len(found))

    def _errors(self, one: Facts, counts: GroupErrors) -> list[str | Markup]:
        """One group: its counts, and how often the model is right there, with intervals."""
        w = self.words
        title = w("colon", what=self.names.column(counts.column), said=counts.group or w("group.blank"))
        parts = [named(w.number(part), w.percent(share(part, counts.rows))) for part in (counts.really, counts.flagged)]
        shares = [
            self._share(one.get("precision"), counts.found, counts.flagged),
            self._share(one.get("recall"), counts.found, counts.really),
        ]
        return [title, w.number(counts.rows), *parts, *shares]

    def _share(self, value: float | None, part: int, whole: int) -> Markup | str:
        """A share with its 95 % interval, and a word where few stand behind it."""
        w = self.words
        if value is None:
            return "–"
        low, high = wilson(part, whole)
        ends = w.interval(low, high, 2)
        return named(w.decimal(value, 2), w("question.few", ends=ends, rows=w.number(whole)) if whole < FEW else ends)

    def feature(self, one: Facts) -> str:
        """The name of a feature for people."""
        title = one.get("title")
        return self.words.pick(title) if title else self.names.column(str(one.get("column") or one.get("feature") or ""))

    def how(self, told: Facts) -> list[str]:
        """The threshold, and how exactly the exported file agrees with the trained model."""
        w, said = self.words, self._made(told)
        if told.get("kept") and told.get("threshold") is not None and told.get("task", "binary") == "binary":
            said.append(w("question.threshold", value=w.decimal(told["threshold"], 3)))
        if told.get("kept") and told.get("parity") is not None:
            said.append(w("question.parity", value=w.decimal(told["parity"], 8)))
        return said

    def _made(self, told: Facts) -> list[str]:
        """When the model was trained, and how old the data were then."""
        w = self.words
        if not told.get("kept") or not told.get("trained"):
            return []
        return [w("question.trained", day=w.day(told["trained"]), old=w.aged(told.get("days_old")))]

    def _measured(self, one: Facts, metric: str, scale: tuple[float, float], base: float | None) -> list[str | Markup]:
        told, w = (one.get("metrics") or {}).get(metric) or {}, self.words
        low, at, high = told.get("low"), told.get("value"), told.get("high")
        if at is None or low is None or high is None:
            return [w.decimal(at), ""]
        return [
            Markup('{} <span class="range">{}</span>').format(w.decimal(at), w.interval(low, high)),
            charts.spans(low, at, high, scale, base),
        ]


def value(told: Facts | None, metric: str) -> float | None:
    """A metric's value, told bare or with its interval."""
    found = ((told or {}).get("metrics") or {}).get(metric)
    return found.get("value") if isinstance(found, dict) else found


def binary(told: Facts) -> list[list[int]] | None:
    """The confusion matrix of a question with two answers, or None."""
    matrix = (told.get("holdout") or {}).get("confusion")
    return matrix if matrix and len(matrix) == 2 and told.get("task", "binary") == "binary" else None


def _ends(one: Facts, metric: str) -> list[float]:
    told = (one.get("metrics") or {}).get(metric) or {}
    return [told[end] for end in ("low", "value", "high") if told.get(end) is not None]


def _between(one: Facts, words: Words) -> str:
    return words.interval(one.get("low"), one.get("high"))
