"""Regular expressions that mean the same to RE2 (DuckDB) and to Java (Spark); the others are refused with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PIECE = re.compile(
    r"""
    (?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])
  | (?P<odd>\(\?(?!:))
  | (?P<group>\((?:\?:)?)
  | (?P<count>(?:[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})(?P<lazy>[?+]?))
  | (?P<escape>\\(?:p\{[A-Za-z]+\}|.))
  | (?P<plain>[^\\])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = frozenset("dDwWsStnr\\.^$|()[]{}*+?/-\"'#&@!%,:;=<>~_` ")
_PROPERTIES = frozenset({r"\p{L}", r"\p{Lu}", r"\p{Ll}"})
_BLANK = r"\t\n\f\r "


def pattern_faults(pattern: str) -> Iterator[str]:
    """Why a pattern cannot be used: what in it means one thing to one engine and another to the next."""
    try:
        re.compile(re.sub(r"\\p\{L[ul]?\}", "a", pattern))
    except re.error as error:
        yield f"it is no regular expression ({error.msg})"
        return
    pieces = [*_PIECE.finditer(pattern)]
    if "".join(piece.group() for piece in pieces) != pattern:
        yield "it cannot be read"
    for before, piece in zip([None, *pieces], pieces, strict=False):
        yield from _odd(piece, before)


def _odd(piece: re.Match[str], before: re.Match[str] | None) -> Iterator[str]:
    text = piece.group()
    if piece["odd"]:
        yield "(?…) is not for every engine: only (…) and (?:…)"
    elif piece["lazy"] == "+" or (piece["count"] and before is not None and before["count"]):
        yield f"{text!r} counts what is counted already"
    elif piece["class"]:
        yield from _odd_class(text[1:-1].removeprefix("^"))
    elif piece["escape"] and text not in _PROPERTIES and text[1:] not in _ESCAPES:
        yield f"{text!r} is not for every engine"
    elif piece["plain"] and text in "{}]":
        yield f"{text!r} stands alone: write \\{text}"


def _odd_class(inside: str) -> Iterator[str]:
    bare = re.sub(r"\\.", "", inside)
    if "[" in bare or "&&" in bare or bare.startswith("]"):
        yield "[ && and ] inside [ … ] are read differently: write \\[ \\& \\]"
    for escape in re.findall(r"\\.", inside):
        if escape[1] not in _ESCAPES - {"s", "S"}:
            yield f"{escape!r} inside [ … ] is not for every engine"


def is_blank_match(pattern: str) -> bool:
    """Whether a pattern can meet nothing at all; engines differ in where they replace nothing."""
    return re.search(re.sub(r"\\p\{L[ul]?\}", "a", pattern), "") is not None


def groups(pattern: str) -> int:
    """How many groups a pattern has."""
    return re.compile(re.sub(r"\\p\{L[ul]?\}", "a", pattern)).groups


def for_java(pattern: str) -> str:
    """The pattern as Java reads it alike: `.` stops at a line end only, `$` is the very end, blanks are RE2's."""
    pieces = [*_PIECE.finditer(pattern)]
    whole = "".join(piece.group() for piece in pieces) == pattern
    return "(?d)" + ("".join(_javanese(piece) for piece in pieces) if whole else pattern)


def _javanese(piece: re.Match[str]) -> str:
    text = piece.group()
    if piece["plain"] and text == "$":
        return r"\z"
    if piece["escape"] and text == r"\s":
        return f"[{_BLANK}]"
    if piece["escape"] and text == r"\S":
        return f"[^{_BLANK}]"
    # Java reads # and blanks as they are without the x flag; & only doubles its meaning inside classes, which are refused.
    return text
