"""A column: where it comes from, what it is, what must hold of it, and who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import Field

from chaland.spec.base import Spec, Titled, Words

Type = Literal["string", "int", "float", "decimal", "bool", "date", "timestamp", "ordinal"]
Role = Literal["key", "time", "amount", "quantity", "product", "category", "order", "session", "event", "channel", "place"]
Broken = Literal["reject", "null", "clip"]
Rule = Literal["type", "required", "unique", "min", "max", "one_of", "matches"]
Privacy = Literal["identifier", "quasi", "sensitive", "free_text"]
Bound = int | float | date | datetime

NUMBERS = ("int", "float", "decimal")
TIMES = ("date", "timestamp")


class Coarsen(Spec):
    """How a quasi-identifier is made less telling before it rests anywhere."""

    step: float | None = Field(None, gt=0)
    """Numbers: rounded down to a multiple of this (age 37, step 10: 30)."""
    keep: int | None = Field(None, gt=0)
    """Text: only this many leading characters stay (postcode 75011, keep 2: "75")."""
    to: Literal["month", "year"] | None = None
    """Dates: the first day of their month or year."""


class Column(Spec):
    """One column of a table, as it is read, checked, cleaned and protected."""

    from_: Words = Field((), alias="from")
    """Names it may have in the files; per file the first present wins, two present is a fault. Default: its own name."""
    title: Titled | None = None
    """Its name for people, one text or { en = …, fr = … }."""
    type: Type = "string"
    """What its values are."""
    role: Role | None = None
    """What part it plays in its table."""
    optional: bool = False
    """The files may lack this column altogether."""
    required: bool = False
    """A row without a value breaks the rule."""
    unique: bool = False
    """A later row with a value already seen breaks the rule."""
    min: Bound | None = None
    """The least value allowed."""
    max: Bound | None = None
    """The greatest value allowed."""
    one_of: Words = ()
    """The only words allowed (after cleaning)."""
    matches: str | None = None
    """A regular expression that the whole value must match."""
    order: Words = ()
    """For ordinals: its words from least to greatest."""
    scale: int = Field(2, ge=0, le=12)
    """For decimals: digits kept after the point."""
    broken: Broken | Mapping[Rule, Broken] = "reject"
    """What becomes of a value that breaks a rule: its row to quarantine, the value blanked, or (min and max of numbers) moved to the bound. One word, or one per rule."""
    trim: bool = True
    """Leading and trailing blanks are removed."""
    lower: bool = False
    """Text is put in lower case."""
    words: Mapping[str, str] = Field(default_factory=dict)
    """Spelling map: what is written = what is meant. After trimming; first as written, then without regard to small and capital letters."""
    placeholders: Words = ()
    """Texts that stand for «no value», compared as written and after trimming; they become null and are kept in the ledger."""
    decimal: Literal[".", ","] = "."
    """The decimal sign of its numbers."""
    thousands: str = Field("", max_length=1)
    """The sign between thousands, if any."""
    date_order: Literal["ymd", "dmy", "mdy"] = "ymd"
    """The order of day, month and year in its dates."""
    epoch: Literal["s", "ms"] | None = None
    """For timestamps: a value that is a bare whole number counts seconds or milliseconds since 1970-01-01 00:00 UTC."""
    zone: str = "UTC"
    """The time zone of times written without one; only UTC yet."""
    privacy: Privacy | None = None
    """identifier: becomes a keyed pseudonym. quasi: coarsened as declared and counted in k-anonymity. sensitive: never a feature. free_text: dropped."""
    coarsen: Coarsen | None = None
    """How a quasi-identifier is coarsened."""
    outliers: bool = True
    """Numbers far from the rest are flagged (never dropped)."""

    def names(self, own: str) -> tuple[str, ...]:
        """The names this column may have in a file; `own` is its name in the project."""
        return self.from_ or (own,)

    def on_broken(self, rule: Rule) -> Broken:
        """What becomes of a value that breaks `rule`."""
        if isinstance(self.broken, str):
            return "reject" if self.broken == "clip" and rule not in ("min", "max") else self.broken
        return self.broken.get(rule, "reject")
