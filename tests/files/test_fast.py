"""What proves clean, and what does not."""

from __future__ import annotations

import pytest

from chaland.files import fast
from chaland.files.layout import NOTHING_SAID, Ask, read_layout
from chaland.files.report import Bounds

HEAD = b"aaa,bbb\n"
LAYOUT = read_layout(HEAD + b'1x,2x\n"3","4"\n', True, Ask(None, NOTHING_SAID, Bounds()), "f.csv")


@pytest.mark.parametrize(
    "data", [b"10,20\n30,40\n", b"10,20\r\n30,40\r\n", b'10,"a, ""b"""\n', b'10,"a\nb"\n30,40\n', b"10,20\n30,40", b"1\xc3\xa9,2\n"]
)
def test_clean_blocks_are_taken(data):
    assert fast.read(data, LAYOUT, 1000) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"10,20\n30\n",
        b"10,20,30\n",
        b"10,20\n\n30,40\n",
        b"10,20\n,\n",
        b'10,x"y\n',
        b'10,"x"y\n',
        b'10, "x"\n',
        b'10,"x\n',
        b"10,2\r0\n",
        b"10,2\0\n",
        HEAD,
        b"bbb,aaa\n",
        b"\xef\xbb\xbf10,20\n",
        b"10,\xed\xb3\xbf\n",
        b"10," + b"x" * 2000 + b"\n",
    ],
)
def test_what_needs_care_is_left_to_the_faithful_path(data):
    assert fast.read(data, LAYOUT, 1000) is None


def test_lines_are_counted_over_quoted_line_ends():
    block = fast.read(b'10,"a\nb\n"\n30,40\n50,60\n', LAYOUT, 1000)
    assert block is not None
    assert (block.starts.tolist(), block.lines) == ([0, 3, 4], 5)
