"""What people see in their terminal: progress while a run goes on, and what it found as tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chaland.flow.report import lifetime, settled
from chaland.flow.report.overview import all_remarks
from chaland.flow.report.pieces import Facts, share
from chaland.flow.report.questions import Questions, value
from chaland.flow.report.remarks import remarks
from chaland.flow.report.tables import DIMENSIONS
from chaland.flow.report.words import Names, Words
from chaland.spec import Project

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


@dataclass(frozen=True)
class Told:
    """How far a run is: what it does now, and how much of it is done."""

    say: Callable[[str], None]
    at: Callable[[int, int], None]

    def __call__(self, text: str) -> None:
        self.say(text)


@contextmanager
def progress(off: bool) -> Iterator[Told]:
    """Gives what a run tells of itself to: a living line with a bar on a terminal, plain lines elsewhere, nothing when off. On standard error."""
    if off:
        yield Told(lambda _: None, lambda *_: None)
    elif not sys.stderr.isatty():
        yield Told(_plainly, lambda *_: None)
    else:
        with _living() as told:
            yield told


def _plainly(text: str) -> None:
    sys.stderr.write(f"chaland: {text}\n")
    sys.stderr.flush()


@contextmanager
def _living() -> Iterator[Told]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(finished_text="[green]✓"), TextColumn("{task.description}"), BarColumn(20), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as living:
        tasks: list[Any] = []

        def finish() -> None:
            if tasks:
                living.update(tasks[-1], total=1, completed=1)

        def say(text: str) -> None:
            finish()
            tasks.append(living.add_task(text.replace("[", r"\["), total=None))

        def at(done: int, total: int) -> None:
            if tasks:
                living.update(tasks[-1], total=total, completed=done)

        yield Told(say, at)
        finish()


def summary(document: dict[str, Any], project: Project, lang: str) -> None:
    """Print what a run found, as tables that a manager can read; last the report's path and how to look at all runs. On standard output."""
    from rich.console import Console

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
    words = Words(lang)
    _Summary(console, words, Names(project, words)).print(settled(document, project))


class _Summary:
    def __init__(self, console: Console, words: Words, names: Names):
        self.console, self.words, self.names = console, words, names

    def print(self, document: Facts) -> None:
        w = self.words
        self.console.print(f"{self.names.of_project()}, {w('page.about', day=w.day(document.get('as_of')))}", style="bold", markup=False)
        for part, show in (
            ("tables", self.rows),
            ("tables", self.audit),
            ("trends", self.trends),
            ("segments", self.groups),
            ("lifetime", self.lifetimes),
            ("predict", self.models),
        ):
            if document.get(part):
                show(document[part])
        self.warnings(document)
        for part in ("report", "runs"):
            place = (document.get("files") or {}).get(part)
            if place:
                self.console.print(w("colon", what=w(f"place.{part}"), said=place), style="bold", markup=False, soft_wrap=True)

    def rows(self, tables: Facts) -> None:
        w = self.words
        grid = self._grid(
            w("data.heading"), "", *(w(f"fate.{fate}") for fate in ("read", "accepted", "quarantined", "merged")), w("term.why")
        )
        for name, told in tables.items():
            read = told.get("read", 0)
            counts = [
                f"{w.number(told.get(fate, 0))} ({w.percent(share(told.get(fate, 0), read))})"
                for fate in ("accepted", "quarantined", "merged")
            ]
            grid.add_row(self._plain(self.names.table(name)), w.number(read), *counts, self._plain(self._why(name, told)))
        self.console.print(grid)

    def audit(self, tables: Facts) -> None:
        w = self.words
        grid = self._grid(w("data.audit"), "", *(w(f"audit.{one}") for one in DIMENSIONS))
        for name, told in tables.items():
            scores = told.get("audit") or {}
            pairs = [((scores.get("before") or {}).get(one), (scores.get("after") or {}).get(one)) for one in DIMENSIONS]
            grid.add_row(
                self._plain(self.names.table(name)),
                *(w.score(last) if first == last else f"{w.score(first)} → {w.score(last)}" for first, last in pairs),
            )
        self.console.print(grid)

    def trends(self, trends: Facts) -> None:
        w = self.words
        grid = self._grid(w("trends.heading"), "", w("trend.total"), w("head.rows"))
        for name, told in trends.items():
            spec = self.names.project.trends.get(name)
            title = spec.title.in_(w.lang) if spec and spec.title else name.replace("_", " ").capitalize()
            grid.add_row(self._plain(title), w.compact(told.get("total")), w.number(told.get("rows")))
        self.console.print(grid)

    def groups(self, segments: Facts) -> None:
        w = self.words
        for name, told in segments.items():
            if not told.get("k"):
                self.console.print(w("colon", what=self.names.segments(name), said=w("groups.none")), markup=False)
                continue
            title, money = w("colon", what=w("groups.heading"), said=self.names.segments(name)), told["groups"][0].get("money") is not None
            grid = self._grid(title, w("head.group"), w("head.customers"), w("head.share"), *([w("head.money")] if money else []))
            for group in told["groups"]:
                grid.add_row(
                    self._plain(f"{group['id']} · {w.pick(group.get('name') or '')}".rstrip(" ·")),
                    w.number(group["size"]),
                    w.percent(group["share"]),
                    *([w.number(round(group["money"]))] if money else []),
                )
            self.console.print(grid)

    def lifetimes(self, told: Facts) -> None:
        for name, one in told.items():
            shown = lifetime.view(name, one, self.words, self.names)
            self.console.print(self.words("colon", what=shown.title, said=shown.said[1]), style="bold", markup=False)
            for each in shown.told:
                self.console.print(f"  {each.number} {each.words}. {each.behind}", markup=False)

    def models(self, predict: Facts) -> None:
        for name, told in predict.items():
            asked = Questions(self.words, self.names)
            self.console.print(
                self.words("colon", what=self.names.question(name), said=asked.verdict(name, told)), style="bold", markup=False
            )
            if told.get("kept"):
                self.console.print(self._candidates(asked, name, told))
            for one in asked.plain(name, told):
                self.console.print(f"  {one.number} {one.words}. {one.behind}", markup=False)

    def warnings(self, document: Facts) -> None:
        w = self.words
        found = remarks(all_remarks(document, "warnings"), w)
        if not found:
            self.console.print(w("found.quiet"), style="green")
        for one in found:
            self.console.print(f"! {one.title}. {one.meaning} {one.said}", style="yellow", markup=False)

    def _candidates(self, asked: Questions, name: str, told: Facts) -> Table:
        w, metric = self.words, asked.metric(name, told)
        grid = self._grid(None, w("head.candidate"), w(f"metric.{metric}"), w("head.interval"), w("term.holdout"))
        held = value(told.get("holdout"), metric)
        for one in told.get("candidates") or []:
            measured, kept = (one.get("metrics") or {}).get(metric) or {}, one["name"] == told.get("kept")
            label = f"{asked.algorithm(one['name'])} {w('page.kept') if kept else ''}".strip()
            grid.add_row(
                label,
                w.decimal(measured.get("value")),
                w.interval(measured.get("low"), measured.get("high")),
                w.decimal(held) if kept else "",
                style="bold" if kept else "",
            )
        base = told.get("baseline") or {}
        grid.add_row(w("candidate.baseline", name=asked.algorithm(base.get("name"))), w.decimal(value(base, metric)), "", "")
        return grid

    def _why(self, name: str, told: Facts) -> str:
        most = sorted((told.get("reasons") or {}).items(), key=lambda pair: (-pair[1], pair[0]))
        listed = [f"{self.words.number(count)} × {self.names.rule(reason, name)}" for reason, count in most[:3]]
        return "; ".join(listed + (["…"] if len(most) > 3 else []))

    def _plain(self, text: str) -> str:
        from rich.markup import escape

        return escape(text)

    def _grid(self, title: str | None, *head: str) -> Table:
        from rich import box
        from rich.table import Table

        grid = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
        for place, name in enumerate(head):
            last_words = name == self.words("term.why")
            grid.add_column(name, justify="left" if place == 0 or last_words else "right", no_wrap=False)
        return grid
