"""Bytes to UTF-8."""

from __future__ import annotations

import pytest

from chaland.files.encoding import known, survey, utf8


def _text(data: bytes, declared: str | None = None, size: int = 3) -> str:
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(utf8(iter(blocks), survey([data], declared))).decode("utf-8", "surrogatepass")


CHINESE = "编号,商品名称\n一,手机电脑空调冰箱洗衣机\n" * 3
TAIWANESE = "編號,景點名稱,說明\n一,臺北市立動物園,國家公園與歷史建築\n" * 3
RUSSIAN = "имя,город\nАнна,Москва\nБорис,Казань\n" * 3
FRENCH = "prénom,ville\nZoé,Besançon\nAnaïs,Orléans\n" * 3


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(CHINESE, "gb18030"), (TAIWANESE, "cp950"), (RUSSIAN, "cp1251"), (FRENCH, "cp1252"), (FRENCH, "utf-8"), (FRENCH, "utf-16")],
)
def test_encodings_are_told_apart(text, encoding):
    assert survey([text.encode(encoding)]).encoding == (encoding if encoding != "utf-16" else "utf-16-le")
    assert _text(text.encode(encoding)) == text


def test_bytes_that_cp1252_does_not_know_are_kept():
    assert _text(b"caf\xe9 \x81") == "café \x81"


def test_characters_cut_by_block_ends_are_whole():
    assert _text("aéb€c".encode("utf-16-le"), "utf-16-le", 1) == "aéb€c"


def test_a_character_cut_by_the_end_of_the_file_is_marked():
    assert _text("é€é€é€é€é€é€".encode() + b"\xe2\x82").endswith("\udcff")


def test_old_mac_line_ends_are_line_feeds_even_across_blocks():
    assert _text(b"a\rb\rc\r") == "a\nb\nc\n"


def test_known_encodings():
    assert known("utf-8")
    assert not known("klingon")
    assert not known("hex")
