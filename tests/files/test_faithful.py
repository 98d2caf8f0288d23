"""Records to batches, all accounted for."""

from __future__ import annotations

from chaland.files.faithful import Gatherer
from chaland.files.layout import NOTHING_SAID, Ask, read_layout
from chaland.files.report import Bounds

HEAD = b"name,city,age\n"
LAYOUT = read_layout(HEAD + b"Anna,Bonn,31\nBob,Rome,42\nCleo,Oslo,53\n", True, Ask(None, NOTHING_SAID, Bounds()), "f.csv")


def _gathered(data: bytes) -> tuple[Gatherer, list[str | None]]:
    gatherer = Gatherer("f.csv", LAYOUT, 1000)
    batches = [*gatherer.text(data, True), *gatherer.end()]
    return gatherer, [fault for batch in batches for fault in batch.column("_fault").to_pylist()]


def test_every_record_is_a_row_with_or_without_fault():
    gatherer, faults = _gathered(b"a,b,1\nc,d\ne,f,2\n")
    assert (faults, gatherer.read, gatherer.good) == ([None, "ragged", None], 3, 2)


def test_more_lonely_lines_than_a_footer_has_are_rows():
    gatherer, faults = _gathered(b"a,b,1\n" + b"lonely\n" * 30)
    assert (len(faults), gatherer.skipped["footer"]) == (31, 0)


def test_examples_tell_lines_and_faults_but_no_values():
    gatherer, _ = _gathered(b"a,b,1\nsecret,d\n")
    assert gatherer.examples == [{"line": 2, "fault": "ragged", "said": "2 fields instead of 3"}]
