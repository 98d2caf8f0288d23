"""Which encoding a file's bytes are in, and the bytes as UTF-8 with plain line ends."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

BROKEN = "\udcff"
"""Stands in the text where bytes could not be decoded: a record that holds it is undecodable."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_JUDGED = 8 << 20


def _mark(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return BROKEN, error.end
    raise error


def _c1(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return "".join(map(chr, error.object[error.start : error.end])), error.end
    raise error


codecs.register_error("chaland.mark", _mark)
codecs.register_error("chaland.c1", _c1)


@dataclass
class Survey:
    """What one look over all bytes of a file says of its encoding and its line ends."""

    encoding: str = "utf-8"
    bom: bytes = b""
    guessed: bool = False
    size: int = 0
    nuls: int = 0
    feeds: int = 0
    returns: int = 0
    broken: bool = False
    _high: list[bytes] = field(default_factory=list)

    @property
    def old_mac(self) -> bool:
        """Lines end with a lone carriage return."""
        return self.returns > self.feeds

    @property
    def name(self) -> str:
        """The encoding as people call it."""
        return f"{self.encoding} with BOM" if self.bom else self.encoding


def known(encoding: str) -> bool:
    """Whether Python has a text encoding of that name."""
    try:
        return bool("a".encode(encoding)) and codecs.lookup(encoding)._is_text_encoding
    except (LookupError, UnicodeError):
        return False


def survey(blocks: Iterable[bytes], declared: str | None = None) -> Survey:
    """Looks over all bytes: the encoding (declared, or by BOM, zero bytes and validity) and the line ends."""
    seen = Survey()
    decoder: codecs.IncrementalDecoder | None = None
    for block in blocks:
        if not seen.size:
            seen.bom, seen.encoding = _bom(block, declared)
            decoder = None if seen.encoding == "cp1252" else codecs.getincrementaldecoder(seen.encoding)("chaland.mark")
        seen.size += len(block)
        _count(seen, block, decoder)
    seen.broken |= bool(decoder and decoder.decode(b"", True))
    if seen.broken and not declared and seen.encoding == "utf-8" and not seen.bom:
        _judge(seen)
    return seen


def utf8(blocks: Iterable[bytes], seen: Survey) -> Iterator[bytes]:
    """The same text as UTF-8 without BOM; old-Mac line ends become line feeds, undecodable bytes a lone surrogate."""
    skip, errors = len(seen.bom), "chaland.c1" if seen.encoding == "cp1252" else "chaland.mark"
    decoder = None if seen.encoding == "utf-8" and not seen.broken else codecs.getincrementaldecoder(seen.encoding)(errors)
    held = b""
    for block in blocks:
        data = block[skip:] if skip else block
        skip = 0
        if decoder:
            data = decoder.decode(data).encode("utf-8", "surrogatepass")
        if seen.old_mac:
            data, held = _feeds(held + data)
        yield data
    rest = decoder.decode(b"", True).encode("utf-8", "surrogatepass") if decoder else b""
    yield held.replace(b"\r", b"\n") + rest


def _feeds(data: bytes) -> tuple[bytes, bytes]:
    held = b"\r" if data.endswith(b"\r") else b""
    whole = data[: len(data) - len(held)]
    return whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), held


def _bom(head: bytes, declared: str | None) -> tuple[bytes, str]:
    for mark, name in _BOMS:
        if head.startswith(mark) and (not declared or name == "utf-8" or _same(declared, name)):
            return mark, name
    if declared:
        return b"", codecs.lookup(declared).name
    return b"", _by_zeros(head[: 1 << 16]) or "utf-8"


def _same(declared: str, name: str) -> bool:
    found = codecs.lookup(declared).name
    return found in {name, "utf-8-sig" if name == "utf-8" else name[:6]}


def _by_zeros(head: bytes) -> str:
    """UTF-16 without a BOM: every other byte of Western text is zero."""
    even, odd, half = head[0::2].count(0), head[1::2].count(0), max(len(head) // 2, 1)
    if odd / half > 0.4 and even / half < 0.05:
        return "utf-16-le"
    if even / half > 0.4 and odd / half < 0.05:
        return "utf-16-be"
    return ""


def _count(seen: Survey, block: bytes, decoder: codecs.IncrementalDecoder | None) -> None:
    text = block
    if decoder and not (seen.encoding == "utf-8" and block.isascii() and not decoder.getstate()[0]):
        decoded = decoder.decode(block)
        if BROKEN in decoded:
            seen.broken = True
        if seen.encoding == "utf-8" and sum(map(len, seen._high)) < _JUDGED:
            seen._high.append(block)
        text = block if seen.encoding == "utf-8" else decoded.encode("utf-8", "surrogatepass")
    seen.nuls += text.count(b"\0") if b"\0" in text else 0
    ends = text.count(b"\n") if seen.returns or b"\r" in text else 1
    seen.feeds += ends
    seen.returns += text.count(b"\r") - text.count(b"\r\n") if b"\r" in text else 0


def _judge(seen: Survey) -> None:
    """UTF-8 with a few broken places, or a legacy code page?"""
    sample = b"".join(seen._high)[:_JUDGED]
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(sample)
    bad = len(_SURROGATE.findall(text))
    good = sum(1 for char in text if char > "\x7f") - bad
    if good >= 2 * bad:
        return
    seen.encoding, seen.guessed, seen.broken = _legacy(sample), True, False
    seen.broken = seen.encoding != "cp1252"


def _legacy(sample: bytes) -> str:
    """The code page of bytes that are not UTF-8: Chinese where characters stand in pairs of bytes, Cyrillic where whole words are high bytes, else Western."""
    runs = [len(run) for run in _HIGH.findall(sample)]
    total = sum(runs)
    shares = {name: _common(sample, name, first, last) for name, first, last in (("gb18030", 0xB0, 0xD7), ("cp950", 0xA4, 0xC6))}
    best = max(shares, key=lambda name: shares[name])
    if total > 20 and shares[best] > 0.6:
        return best
    long = sum(length for length in runs if length > 2)
    letters = sum(1 for byte in sample if byte >= 0xC0)
    return "cp1251" if long > 0.8 * total and letters > 0.8 * total else "cp1252"


def _common(sample: bytes, encoding: str, first: int, last: int) -> float:
    """Which share of the pairs of bytes are common characters that stand beside others, 0 where the bytes are not of this encoding."""
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(sample)
    except UnicodeDecodeError:
        return 0.0
    runs = re.findall("[\u4e00-\u9fff]{2,}", text)
    high = sum(1 for char in text if char > "\x7f")
    common = sum(1 for run in runs for char in run if first <= char.encode(encoding, "replace")[0] <= last)
    return common / max(high, 1)
