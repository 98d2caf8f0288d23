"""What may go wrong, as a tree; each leaf says with which code the command ends.

ChalandError                     the user's affair: no traceback, an exit code, what · where · what to do next
├── SpecError            exit 2  a project file, a site file or a command line is wrong
├── DataError            exit 3  the data cannot be used: which file, why
│   └── UnknownCustomer  exit 3  nobody of that name is in the lake
├── PartMissing          exit 4  a package, a server, a disk or a right is missing
├── Busy                 exit 5  another run holds this project
└── EnginesDiffer        exit 6  two engines did not give the same tables

Anything else that escapes is a bug in chaland: exit 1, with a traceback and a sentence that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True)
class Where:
    """A place in a file: its name, and the line and column (from 1) where they are known."""

    file: str | None = None
    line: int | None = None
    column: int | str | None = None

    def __str__(self) -> str:
        parts = [self.file, f"line {self.line}" if self.line else None, f"column {self.column}" if self.column else None]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the keys that lead to it, what is said of it, and the mend."""

    keys: tuple[str, ...]
    said: str
    hint: str = ""
    where: Where = field(default_factory=Where)
    code: str = ""

    def __str__(self) -> str:
        head = ": ".join(part for part in (f"line {self.where.line}" if self.where.line else "", ".".join(self.keys)) if part)
        lines = [head or str(self.where), f"  {self.said}", f"  {self.hint}"]
        return "\n".join(line for line in lines if line.strip())


class ChalandError(Exception):
    """A mistake that a person can mend, told in whole: every fault, where it is, what to do next."""

    code = "error"
    exit_code = 1

    def __init__(self, said: str, *, where: Where | None = None, next: str = "", code: str = "", faults: Sequence[Fault] = ()):
        super().__init__(said)
        self.said = said
        self.where = where or Where()
        self.next = next
        self.code = code or type(self).code
        self.faults = tuple(faults)

    @classmethod
    def of(cls, file: str, faults: Iterable[Fault]) -> ChalandError:
        """All faults found in one file, as one error."""
        found = tuple(faults)
        count = f"{len(found)} fault" + ("s" if len(found) > 1 else "")
        first = found[0]
        where = Where(file, first.where.line, first.where.column)
        return cls(f"{file}: {count}", where=where, next=first.hint, faults=found)

    def __str__(self) -> str:
        if self.faults:
            body = "\n".join("  " + line for fault in self.faults for line in str(fault).splitlines())
            return f"{self.said}\n{body}"
        place = "" if not str(self.where) or str(self.where) in self.said else f"\n  at {self.where}"
        return f"{self.said}{place}" + (f"\n  {self.next}" if self.next else "")

    def document(self) -> dict[str, object]:
        """The error as the JSON that PROMISES describes: the first fault in `error`, the rest in `others`."""
        if not self.faults:
            return {"error": _as_json(self.code, self.said, self.where, self.next), "others": []}
        told = [
            _as_json(
                f.code or self.code,
                f"{'.'.join(f.keys)}: {f.said}" if f.keys else f.said,
                Where(f.where.file or self.where.file, f.where.line, f.where.column),
                f.hint,
            )
            for f in self.faults
        ]
        return {"error": told[0], "others": told[1:]}


class SpecError(ChalandError):
    """A project file, a site file or a command line is wrong."""

    code = "spec"
    exit_code = 2


class DataError(ChalandError):
    """The data cannot be used."""

    code = "data"
    exit_code = 3


class UnknownCustomer(DataError):
    """Nobody of that name is in the lake."""

    code = "unknown_customer"


class PartMissing(ChalandError):
    """A package, a server, a disk or a right is missing."""

    code = "part_missing"
    exit_code = 4


class Busy(ChalandError):
    """Another run holds this project."""

    code = "busy"
    exit_code = 5


class EnginesDiffer(ChalandError):
    """Two engines did not give the same tables."""

    code = "engines_differ"
    exit_code = 6


def nearest(word: str, allowed: Iterable[str]) -> str:
    """A hint for a misspelt word: the nearest allowed one, or the list of them."""
    words = sorted(allowed)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"There is: {', '.join(words)}." if words else ""


def _as_json(code: str, said: str, where: Where, next: str) -> dict[str, object]:
    place = {"file": where.file, "line": where.line, "column": where.column}
    return {"code": code, "said": said, "where": place, "next": next}
