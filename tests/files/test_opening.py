"""Bytes within bounds."""

from __future__ import annotations

import gzip

import pytest

from chaland.errors import DataError, PartMissing
from chaland.files.opening import blocks, codec
from chaland.files.report import Bounds


def test_the_bytes_come_whole_whatever_the_size_of_pieces(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(gzip.compress(b"a,b\n" * 50_000))
    assert b"".join(blocks(str(path), "f", 1000, Bounds())) == b"a,b\n" * 50_000
    assert codec(str(path), "f") == "gzip"


def test_joined_gzip_files_are_one(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(gzip.compress(b"a\n") + gzip.compress(b"b\n"))
    assert b"".join(blocks(str(path), "f", 1000, Bounds())) == b"a\nb\n"


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(PartMissing):
        list(blocks(str(tmp_path), "f", 1000, Bounds()))


def test_rubbish_after_the_magic_is_damage(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"\x28\xb5\x2f\xfd" + b"rubbish" * 9)
    with pytest.raises(DataError, match="damaged"):
        list(blocks(str(path), "f", 1000, Bounds()))
