"""The data section: what was read, what became of it, and how good it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from chaland.flow.report import charts
from chaland.flow.report.pieces import Facts, Figure, Grid, named, share, total
from chaland.flow.report.remarks import sentence
from chaland.flow.report.words import Names, Words

FATES = ("accepted", "quarantined", "merged")
DIMENSIONS = ("accuracy", "completeness", "consistency", "validity", "uniqueness", "timeliness")


@dataclass(frozen=True)
class TableView:
    """One table as the report shows it."""

    name: str
    title: str
    said: str
    fates: Figure
    reasons: Grid | None
    files: Grid | None
    skipped: Grid | None
    changes: Grid | None
    audit: Grid | None
    moved: Sequence[str]
    first: bool


@dataclass(frozen=True)
class Data:
    """What the data section is made from: the document's part, and the details beside it."""

    words: Words
    names: Names

    def view(self, name: str, told: Facts, prepared: Facts, ingested: Facts) -> TableView:
        """One table, from the document's facts and the details of prepare and ingest."""
        return TableView(
            name,
            self.names.table(name),
            " ".join([self.sentence(told), *self.also(told, prepared)]),
            self.fates(told),
            self.reasons(name, told),
            self.files(ingested.get("files") or []),
            self.skipped(told),
            self.changes(name, prepared.get("changes") or []),
            self.audit(told.get("audit") or {}),
            [sentence(one["said"], self.words) for one in prepared.get("moved") or []],
            "moved" not in prepared,
        )

    def sentence(self, told: Facts) -> str:
        """Where the rows went, in one sentence."""
        number, percent = self.words.number, self.words.percent
        read = told.get("read", 0)
        parts = {fate: number(told.get(fate, 0)) for fate in FATES}
        shares = {f"{fate}_share": percent(share(told.get(fate, 0), read)) for fate in FATES}
        return self.words("data.sentence", read=number(read), **parts, **shares)

    def also(self, told: Facts, prepared: Facts) -> Iterator[str]:
        """How many rows lie far from the rest, and how many people are alike to the eye."""
        far, alike = (prepared.get("measured") or {}).get("outliers"), told.get("k_anonymity")
        if far:
            yield self.words("data.far", rows=self.words.number(far))
        if alike and alike.get("k") is not None:
            yield self.words("data.alike", k=self.words.number(alike["k"]), few=self.words.number(alike["rows_below_5"]))

    def fates(self, told: Facts) -> Figure:
        """Rows by fate, as a bar."""
        w, read = self.words, told.get("read", 0)
        rows = [(w(f"fate.{fate}"), w.number(told.get(fate, 0)), w.percent(share(told.get(fate, 0), read))) for fate in FATES]
        legend = [(f"f-{fate}", f"{row[0]} {row[1]} ({row[2]})") for fate, row in zip(FATES, rows, strict=True)]
        label = w("chart.fates", parts="; ".join(text for _, text in legend))
        svg = charts.stacked([(told.get(fate, 0), f"f-{fate}") for fate in FATES], label)
        grid = Grid(
            w("data.fates"), (w("head.fate"), w("head.rows"), w("head.share")), [*rows, (w("fate.read"), w.number(read), w.percent(1.0))]
        )
        return Figure(w("data.fates"), svg, w("data.fates.read"), grid, legend)

    def reasons(self, name: str, told: Facts) -> Grid | None:
        """Why rows are in quarantine, the most frequent first, with their money where it is known."""
        w, reasons, money = self.words, told.get("reasons") or {}, told.get("money") or {}
        if not reasons:
            return None
        rich = any(reason in money for reason in reasons)
        head = [w("head.reason"), w("head.rows"), w("head.of_read"), *([w("head.money")] if rich else [])]
        rows = []
        for reason, count in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])):
            amount = [w.decimal(money.get(reason), 2)] if rich else []
            title = named(self.names.rule(reason, name), reason)
            rows.append([title, w.number(count), w.percent(share(count, told.get("read", 0)), 2), *amount])
        return Grid(w("data.reasons"), head, rows)

    def skipped(self, told: Facts) -> Grid | None:
        """Lines that are no records."""
        w, by = self.words, {why: lines for why, lines in (told.get("skipped_by") or {}).items() if lines}
        if not by and not told.get("skipped"):
            return None
        rows = [(w.known(f"skipped.{why}", why.replace("_", " ")), w.number(lines)) for why, lines in sorted(by.items())]
        return Grid(w("data.skipped"), (w("head.lines"), w("head.count")), rows or [(w("skipped.all"), w.number(told["skipped"]))])

    def files(self, entries: Sequence[Facts]) -> Grid | None:
        """The files that were read, and as what."""
        if not entries:
            return None
        w = self.words
        head = [w(f"head.{key}") for key in ("file", "size", "records", "faulty", "as_what")]
        return Grid(w("data.files"), head, [self._file(entry) for entry in entries], frozenset({0, 4}))

    def changes(self, name: str, events: Sequence[Facts]) -> Grid | None:
        """The ledger's counts: values changed in meaning, by column and rule."""
        w = self.words
        kept = [event for event in events if event.get("action") != "reject"]
        if not kept:
            return None
        ordered = sorted(kept, key=lambda e: (-e["rows"], e["column"], e["rule"], e["action"]))
        rows = [
            [self._rule(name, event), w.known(f"action.{event['action']}", event["action"]), w.number(event["rows"])] for event in ordered
        ]
        return Grid(w("data.changes"), [w(f"head.{key}") for key in ("why", "action", "values")], rows, frozenset({0, 1}))

    def _rule(self, name: str, event: Facts) -> Markup:
        rule = f"{event['column']}.{event['rule']}"
        return named(self.names.rule(rule, name), rule)

    def audit(self, told: Facts) -> Grid | None:
        """The six scores before and after cleaning, as bars with their numbers."""
        before, after = told.get("before") or {}, told.get("after") or {}
        if not before and not after:
            return None
        w = self.words
        rows = [[named(w(f"audit.{one}"), w(f"audit.{one}.is")), *self._scores(before.get(one), after.get(one))] for one in DIMENSIONS]
        return Grid(w("data.audit"), [w(f"head.{key}") for key in ("dimension", "before", "after")], rows)

    def _scores(self, before: float | None, after: float | None) -> tuple[Markup, Markup]:
        return self._score(before, "c-pale"), self._score(after, "c-main")

    def _score(self, value: float | None, kind: str) -> Markup:
        if value is None:
            return Markup('<span class="none">{}</span>').format(self.words("audit.none"))
        return Markup('<span class="scored">{}<b>{}</b></span>').format(charts.bar(value / 100, kind), self.words.score(value))

    def _file(self, entry: Facts) -> tuple[str, ...]:
        w, report = self.words, entry.get("report") or {}
        parts = [report.get("kind"), report.get("encoding"), _separator(report.get("separator"), w), report.get("compression")]
        cut = [w("file.truncated")] if report.get("truncated") else []
        what = ", ".join([str(part) for part in parts if part] + cut)
        return (
            entry.get("file", ""),
            w.size(entry.get("bytes")),
            w.number(report.get("read")),
            w.number(total(report.get("faults"))),
            what,
        )


def _separator(sign: str | None, words: Words) -> str:
    if not sign:
        return ""
    return words("file.separator", sign={"\t": "tab", " ": "␣"}.get(sign, sign))
