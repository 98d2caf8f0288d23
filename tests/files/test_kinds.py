"""What a file really is."""

from __future__ import annotations

import pytest

from chaland.errors import DataError
from chaland.files.kinds import compression, refuse


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"PK\x03\x04\x14\0\x01\0", "password"),
        (b"PK\x03\x04\x14\0\0\0", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", "password"),
        (b"\0" * 257 + b"ustar", "tar"),
        (b"SQLite format 3\0", "SQLite"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"  <html><body>", "web page"),
        (b'{"a": [1]}', "JSON"),
    ],
)
def test_other_kinds_are_named(head, word):
    with pytest.raises(DataError, match=word):
        refuse(head, "f.csv")


@pytest.mark.parametrize("head", [b"a,b\n1,2\n", b"[note],b\n", b"<5,>5\n", b"{id},x\n", b"PKW,b\n"])
def test_text_that_only_looks_odd_passes(head):
    refuse(head, "f.csv")
    assert compression(head) == ""
