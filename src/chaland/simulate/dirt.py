"""The usual dirt of people's files, put in on purpose, by seed, and written down: which file, line, column and kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

Effect = Literal["kept", "merged", "quarantined", "skipped"]
FIRST_RECORD = 2
"""The line of the first record: line 1 is the header."""


@dataclass(frozen=True)
class Dialect:
    """How a file is written: what stands between fields, after lines, and before the first byte."""

    separator: str = ","
    line_end: str = "\n"
    encoding: str = "utf-8"


@dataclass(frozen=True)
class Cells:
    """Dirt in one cell: in `share` of the records, one of `columns` is replaced by one of `texts`."""

    kind: str
    effect: Effect
    share: float
    columns: tuple[int, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """How much dirt a file gets; shares are of its records, counts are lines. Any share above 0 is at least one record."""

    cells: tuple[Cells, ...] = ()
    blanks: float = 0.1
    ragged: float = 0.004
    duplicates: float = 0.01
    repeated_headers: int = 2
    blank_lines: int = 2


@dataclass(frozen=True)
class Stain:
    """One piece of dirt: where it lies (line from 1, column by its name in the file), and what a reader should make of its record."""

    file: str
    line: int
    column: str
    kind: str
    effect: Effect
    wrote: str = ""


@dataclass(frozen=True)
class Soiled:
    """A file with its dirt: its lines without line ends, the line (from 1) and fate of each record given, and the stains."""

    lines: list[str]
    record_lines: np.ndarray
    outcomes: np.ndarray
    stains: list[Stain]

    def counts(self) -> dict[str, object]:
        """What a reader should count: read = accepted + quarantined + merged, skipped beside, and stains by kind."""
        effects = Counter(stain.effect for stain in self.stains)
        read = len(self.record_lines) + effects["merged"]
        fates = {effect: effects[effect] for effect in ("quarantined", "merged", "skipped")}
        accepted = read - effects["quarantined"] - effects["merged"]
        return {"read": read, "accepted": accepted, **fates, "kinds": dict(sorted(Counter(stain.kind for stain in self.stains).items()))}


@dataclass
class _Dealer:
    """Deals out records so that none gets two kinds of dirt."""

    order: np.ndarray
    dealt: int = 0

    def take(self, share: float) -> list[int]:
        wanted = max(1, round(share * len(self.order))) if share > 0 else 0
        rows = self.order[self.dealt : self.dealt + wanted]
        self.dealt += wanted
        return sorted(int(row) for row in rows)


@dataclass
class _Bench:
    """A file while it is being soiled."""

    file: str
    header: Sequence[str]
    lines: list[str]
    dialect: Dialect
    rng: np.random.Generator
    dealer: _Dealer
    marks: list[tuple[int, str, str, Effect, str]] = field(default_factory=list)
    inserted: list[tuple[int, str, str, Effect]] = field(default_factory=list)

    def cells(self, dirt: Cells) -> None:
        for row in self.dealer.take(dirt.share):
            column = dirt.columns[self.rng.integers(len(dirt.columns))]
            text = dirt.texts[self.rng.integers(len(dirt.texts))]
            fields = self.lines[row].split(self.dialect.separator)
            fields[column] = text
            self.lines[row] = self.dialect.separator.join(fields)
            self.marks.append((row, self.header[column], dirt.kind, dirt.effect, text))

    def blanks(self, share: float) -> None:
        sep = self.dialect.separator
        for row in self.dealer.take(share):
            self.lines[row] = self.lines[row].replace(sep, f"{sep} ")
            self.marks.append((row, "", "blanks", "kept", ""))

    def ragged(self, share: float) -> None:
        for turn, row in enumerate(self.dealer.take(share)):
            fields = self.lines[row].split(self.dialect.separator)
            fields = [*fields, "0"] if turn % 2 else fields[: int(self.rng.integers(2, len(fields)))]
            self.lines[row] = self.dialect.separator.join(fields)
            self.marks.append((row, "", "ragged", "quarantined", f"{len(fields)} fields"))

    def duplicates(self, share: float) -> None:
        for row in self.dealer.take(share):
            place = int(self.rng.integers(row, len(self.lines)))
            self.inserted.append((place, self.lines[row], "duplicate", "merged"))

    def between(self, count: int, kind: str, text: str) -> None:
        for _ in range(count if self.lines else 0):
            self.inserted.append((int(self.rng.integers(len(self.lines))), text, kind, "skipped"))


def soil(file: str, header: Sequence[str], lines: Sequence[str], dialect: Dialect, *, plan: Plan, rng: np.random.Generator) -> Soiled:
    """The records `lines` (joined fields, no line end) under `header`, made dirty after `plan`; no record gets two kinds of dirt."""
    bench = _Bench(file, header, list(lines), dialect, rng, _Dealer(rng.permutation(len(lines))))
    for dirt in plan.cells:
        bench.cells(dirt)
    bench.ragged(plan.ragged)
    bench.duplicates(plan.duplicates)
    bench.blanks(plan.blanks)
    bench.between(plan.repeated_headers, "repeated_header", dialect.separator.join(header))
    bench.between(plan.blank_lines, "blank_line", "")
    return _lay_out(bench)


def encoded(lines: Sequence[str], dialect: Dialect) -> bytes:
    """The bytes of a file with these lines."""
    return (dialect.line_end.join(lines) + dialect.line_end).encode(dialect.encoding)


def accounts(soiled: Mapping[str, Soiled]) -> dict[str, object]:
    """The counts of every file and of all together, as `truth/dirt.json` holds them."""
    files = {name: one.counts() for name, one in soiled.items()}
    total = {
        word: sum(int(str(counts[word])) for counts in files.values()) for word in ("read", "accepted", "quarantined", "merged", "skipped")
    }
    return {"files": files, "total": total}


def _lay_out(bench: _Bench) -> Soiled:
    """Puts the inserted lines in their places, and says on which line everything ended."""
    inserted = sorted(bench.inserted, key=lambda one: one[0])
    places = np.array([place for place, *_ in inserted], dtype=np.int64)
    rows = np.arange(len(bench.lines))
    record_lines = FIRST_RECORD + rows + np.searchsorted(places, rows, side="left")
    inserted_lines = FIRST_RECORD + places + 1 + np.arange(len(places))
    body = np.empty(len(bench.lines) + len(inserted), dtype=object)
    body[record_lines - FIRST_RECORD] = bench.lines
    body[inserted_lines - FIRST_RECORD] = [text for _, text, *_ in inserted]
    stains = [Stain(bench.file, int(record_lines[row]), column, kind, effect, wrote) for row, column, kind, effect, wrote in bench.marks]
    stains += [Stain(bench.file, int(line), "", kind, effect) for line, (_, _, kind, effect) in zip(inserted_lines, inserted, strict=True)]
    outcomes = np.full(len(bench.lines), "accepted", dtype=object)
    outcomes[[row for row, *_, effect, _ in bench.marks if effect == "quarantined"]] = "quarantined"
    ordered = sorted(stains, key=lambda stain: stain.line)
    return Soiled([bench.dialect.separator.join(bench.header), *body], record_lines, outcomes, ordered)
