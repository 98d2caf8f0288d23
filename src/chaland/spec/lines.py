"""Where each key of a TOML text stands: its line and column, so that a fault can point at it."""

from __future__ import annotations

import re
from collections.abc import Iterable

Path = tuple[str, ...]
Place = tuple[int, int]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^,\]}\n#]*")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRINGS = (
    re.compile(r'"""(?:\\.|[^\\])*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:\\.|[^"\\\n])*"'),
    re.compile(r"'[^'\n]*'"),
)


class Lines:
    """The places of the keys of a TOML text that `tomllib` has already accepted; items of an array are keys "0", "1" …"""

    def __init__(self, text: str):
        self._text = text
        self._at = 0
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._places: dict[Path, Place] = {}
        self._counts: dict[Path, int] = {}
        self._document()

    def place(self, keys: Iterable[str]) -> Place | None:
        """Line and column (from 1) of the key, or of the nearest one above it that is written down."""
        path = tuple(keys)
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path)

    def _document(self) -> None:
        table: Path = ()
        self._skip_blank()
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip_blank()

    def _header(self) -> Path:
        many = self._text.startswith("[[", self._at)
        start = self._at
        self._at += 2 if many else 1
        keys = self._keys(())
        path: Path = ()
        for key, at in keys[: -1 if many else None]:
            path = self._last_item((*path, key))
            self._note(path, at if len(keys) == 1 else start)
        if many:
            path = self._next_item((*path, keys[-1][0]), start)
        self._skip_blank()
        self._at += 2 if many else 1
        return path

    def _last_item(self, path: Path) -> Path:
        return (*path, str(self._counts[path] - 1)) if path in self._counts else path

    def _next_item(self, path: Path, at: int) -> Path:
        self._note(path, at)
        number = self._counts.get(path, 0)
        self._counts[path] = number + 1
        self._note((*path, str(number)), at)
        return (*path, str(number))

    def _pair(self, table: Path) -> None:
        path = table
        for key, at in self._keys(table):
            path = (*path, key)
            self._note(path, at)
        self._skip_blank()
        self._at += 1  # the sign "="
        self._skip_blank()
        self._value(path)

    def _keys(self, table: Path) -> list[tuple[str, int]]:
        """The parts of a dotted key, each with where it begins."""
        self._skip_blank()
        keys = [self._key()]
        while dot := _DOT.match(self._text, self._at):
            self._at = dot.end()
            keys.append(self._key())
        return keys

    def _key(self) -> tuple[str, int]:
        start = self._at
        if self._text[start] in "\"'":
            self._skip_string()
            return _unquoted(self._text[start : self._at]), start
        bare = _BARE.match(self._text, start)
        self._at = bare.end() if bare else start + 1
        return self._text[start : self._at], start

    def _value(self, path: Path) -> None:
        sign = self._text[self._at]
        if sign in "\"'":
            self._skip_string()
        elif sign == "[":
            self._array(path)
        elif sign == "{":
            self._inline(path)
        else:
            plain = _PLAIN.match(self._text, self._at)
            self._at = max(plain.end() if plain else 0, self._at + 1)

    def _array(self, path: Path) -> None:
        number = 0
        self._step()
        while self._text[self._at] != "]":
            self._note((*path, str(number)), self._at)
            self._value((*path, str(number)))
            number += 1
            self._skip_comma()
        self._at += 1

    def _inline(self, path: Path) -> None:
        self._step()
        while self._text[self._at] != "}":
            self._pair(path)
            self._skip_comma()
        self._at += 1

    def _step(self) -> None:
        self._at += 1
        self._skip_blank()

    def _skip_comma(self) -> None:
        self._skip_blank()
        if self._text[self._at] == ",":
            self._step()

    def _skip_blank(self) -> None:
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at

    def _skip_string(self) -> None:
        ends = (string.match(self._text, self._at) for string in _STRINGS)
        self._at = next(end.end() for end in ends if end)

    def _note(self, path: Path, at: int) -> None:
        if path not in self._places:
            line = _last_at_or_before(self._starts, at)
            self._places[path] = (line + 1, at - self._starts[line] + 1)


def _last_at_or_before(starts: list[int], at: int) -> int:
    from bisect import bisect_right

    return bisect_right(starts, at) - 1


def _unquoted(written: str) -> str:
    import tomllib

    return next(iter(tomllib.loads(f"{written} = 0")))
