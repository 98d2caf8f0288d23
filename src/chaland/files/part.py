"""A part of a big file, and what the parts say together: the same as the whole file would have said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from chaland.files.encoding import Survey
from chaland.files.report import FileReport

PART = "#part"
"""The fault of the last row of each part of a file: its `_said` holds a Told as JSON."""

EXAMPLES = 5


@dataclass(frozen=True)
class Part:
    """Bytes `begin` to `end` of a file, whole lines: the line (from 1) that they begin on, and what a look over the whole file showed.

    `ahead`: where the file was brought from afar, only its head (so many bytes) and this part are here.
    """

    begin: int
    end: int
    line: int
    last: bool
    encoding: str
    bom: bytes = b""
    guessed: bool = False
    ahead: int | None = None

    @property
    def first(self) -> bool:
        """Whether the file begins here."""
        return self.begin == 0

    @property
    def stretch(self) -> tuple[int, int]:
        """Where the bytes are in the file that is here."""
        return (self.begin, self.end) if self.ahead is None else (self.ahead, self.ahead + self.end - self.begin)

    def survey(self) -> Survey:
        """What the whole file showed."""
        return Survey(encoding=self.encoding, bom=self.bom, guessed=self.guessed)


@dataclass(frozen=True)
class Told:
    """What a part says of itself; `open` where what comes after it would change what was made of it."""

    report: FileReport
    begin: int
    end: int
    last: bool
    good: int
    open: bool

    def to_json(self) -> str:
        """The same as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Told:
        """What `to_json` wrote."""
        told = json.loads(text)
        return cls(**{**told, "report": FileReport(**told["report"])})


def merged(parts: Sequence[Told]) -> FileReport | None:
    """The report of the whole file; None where its parts cannot be judged alone and the file must be read whole."""
    placed = sorted(parts, key=lambda part: part.begin)
    if not placed or not placed[-1].last or not placed[-1].good or any(part.open for part in placed[:-1]):
        return None
    reports = [part.report for part in placed]
    if any(one.repaired for one in reports):
        return None
    return replace(
        reports[0],
        bytes=placed[-1].end,
        read=sum(one.read for one in reports),
        skipped=_summed([one.skipped for one in reports]),
        faults=_summed([one.faults for one in reports]),
        truncated=reports[-1].truncated,
        path_taken="faithful" if any(one.path_taken == "faithful" for one in reports) else "fast",
        examples=[example for one in reports for example in one.examples][:EXAMPLES],
    )


def _summed(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)
