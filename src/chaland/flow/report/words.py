"""The words of the report and of the terminal, in English and in French, and how numbers are written in each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from chaland.flow.report.texts import TEXTS
from chaland.spec import Project
from chaland.spec.base import Title

THIN, DASH = "\u202f", "–"
BEFORE_SIGN = re.compile(r" (?=[:;?!%»](?: |$|\.|,|\)))")


@dataclass(frozen=True)
class Words:
    """Texts and numbers in one language, "en" or "fr"."""

    lang: str

    def __call__(self, key: str, **values: Any) -> str:
        """The text of a key with its values put in; a KeyError where there is no such text."""
        return self._bound(TEXTS[key][self._place()].format(**values))

    def known(self, key: str, otherwise: str) -> str:
        """The text of a key, or what to say where there is none."""
        pair = TEXTS.get(key)
        return self._bound(pair[self._place()]) if pair else otherwise

    def pick(self, told: Any) -> str:
        """The side of this language of `{"en": …, "fr": …}`; anything else as text."""
        return str(told.get(self.lang) or told.get("en") or "") if isinstance(told, dict) else str(told)

    def number(self, value: float | None) -> str:
        """A whole number with its thousands apart."""
        return DASH if value is None else self._signs(f"{value:,.0f}")

    def decimal(self, value: float | None, digits: int = 3) -> str:
        """A number with so many digits after the point."""
        if value is None:
            return DASH
        text = f"{value:,.{digits}f}"
        return self._signs(text.replace("-", "−") if float(text.replace(",", "")) else text.lstrip("-"))

    def score(self, value: float | None) -> str:
        """A score from 0 to 100, cut and not rounded, so that only a perfect one is 100."""
        return DASH if value is None else self.decimal(int(value * 100) / 100, 2 if 99 < value < 100 else 1)

    def compact(self, value: float | None) -> str:
        """A number of any size in about four signs."""
        if value is None:
            return DASH
        digits = 0 if abs(value) >= 100 or float(value).is_integer() else 1 if abs(value) >= 10 else 2
        return self.decimal(value, digits)

    def percent(self, share: float | None, digits: int = 1) -> str:
        """A share from 0 to 1 as a percentage; a share that is not null is never written as 0."""
        if share is None:
            return DASH
        least = 10.0 ** -(digits + 2)
        if 0 < share < least:
            return "< " + self.percent(least, digits)
        return self.decimal(100 * share, digits) + (f"{THIN}%" if self.lang == "fr" else "%")

    def out_of_hundred(self, share: float | None) -> str:
        """A share as «so many of 100»: a whole number, or with a digit where it is small."""
        return DASH if share is None else self.decimal(100 * share, 0 if share >= 0.02 or share == 0 else 1)

    def interval(self, low: float | None, high: float | None, digits: int = 3) -> str:
        """The two ends of an interval."""
        return DASH if low is None or high is None else self("interval", low=self.decimal(low, digits), high=self.decimal(high, digits))

    def day(self, text: str | None) -> str:
        """A day as it is written in full."""
        if not text:
            return DASH
        day = date.fromisoformat(text[:10])
        first = "1er" if self.lang == "fr" and day.day == 1 else str(day.day)
        return f"{first} {self('months').split()[day.month - 1]} {day.year}"

    def aged(self, days: int | None) -> str:
        """How old the data were; that no column tells, where none does."""
        if days is None:
            return self("question.undated")
        return self("question.day_old") if days == 1 else self("question.days_old", days=self.number(days))

    def duration(self, seconds: float | None) -> str:
        """Seconds, or minutes and seconds."""
        if seconds is None:
            return DASH
        return self.decimal(seconds, 1) + f"{THIN}s" if seconds < 60 else f"{int(seconds // 60)}{THIN}min {int(seconds % 60)}{THIN}s"

    def size(self, count: float | None) -> str:
        """Bytes, in the unit that fits."""
        if count is None:
            return DASH
        units = self("byte_units").split()
        power = min(sum(count >= 1000**step for step in (1, 2, 3, 4)), len(units) - 1)
        return f"{self.compact(count / 1000**power)}{THIN}{units[power]}"

    def _place(self) -> int:
        return 1 if self.lang == "fr" else 0

    def _bound(self, text: str) -> str:
        """French with its double signs bound to the word before them, so that no line begins with one."""
        return BEFORE_SIGN.sub(THIN, text) if self.lang == "fr" else text

    def _signs(self, text: str) -> str:
        return text.replace(",", THIN).replace(".", ",") if self.lang == "fr" else text


@dataclass(frozen=True)
class Names:
    """The names that a project gives its tables, columns, segments and questions."""

    project: Project
    words: Words

    def of_project(self) -> str:
        """The project's title."""
        return self._title(self.project.title, self.project.name)

    def table(self, name: str) -> str:
        """A table's title."""
        table = self.project.tables.get(name)
        return self._title(table.title if table else None, name)

    def column(self, name: str, table: str | None = None) -> str:
        """A column's title, of one table or of the first that has it."""
        for key, one in self.project.tables.items():
            if name in one.columns and table in (None, key):
                return self._title(one.columns[name].title, name)
        return _plain(name)

    def segments(self, name: str) -> str:
        """A segmentation's title."""
        spec = self.project.segments.get(name)
        return self._title(spec.title if spec else None, name)

    def question(self, name: str) -> str:
        """A question's title."""
        spec = self.project.predict.get(name)
        return self._title(spec.title if spec else None, name)

    def answer(self, question: str) -> str:
        """What the question foretells: the title of its target's column."""
        spec = self.project.predict.get(question)
        column = spec.target.options().get("of") if spec else None
        return self.column(str(column)) if column else self.question(question)

    def rule(self, reason: str, table: str | None = None) -> str:
        """A reason or rule such as `day_minutes.min`, in words."""
        column, _, rule = reason.rpartition(".")
        if column:
            return self.words("colon", what=self.column(column, table), said=self.words.known(f"rule.{rule}", rule))
        return self.words.known(f"rule.{rule}", _plain(rule))

    def _title(self, title: Title | None, name: str) -> str:
        return title.in_(self.words.lang) if title else _plain(name)


def _plain(name: str) -> str:
    return name.replace("_", " ").strip().capitalize()
