"""Arguments that must be written out, and those that must agree with one another: units, patterns, formats, counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from chaland.errors import nearest
from chaland.spec import kinds
from chaland.spec.functions import CLOCK, PART_NAMES, UNITS
from chaland.spec.kinds import DATE, Kind
from chaland.spec.patterns import groups, is_blank_match, pattern_faults

Told = tuple[str, str]
STRFTIME = re.compile(r"%[YmdHMSyj]|[^%A-Za-z]")
WRITTEN = {
    "int": "a whole number",
    "string": "a text",
    "pattern": "a pattern",
    "unit": "a unit",
    "part": "a part of a date",
    "format": "a format",
}


def spread(takes: Sequence[str], count: int) -> Iterator[str]:
    """What each of `count` arguments must be; too few give ''."""
    least = sum(not one.endswith(("?", "*")) for one in takes)
    if count < least:
        yield ""
    for place in range(count):
        if place < len(takes):
            yield takes[place].rstrip("?*")
        elif takes[-1].endswith("*"):
            yield takes[-1].rstrip("*")


def counted(takes: Sequence[str]) -> str:
    least, most = sum(not one.endswith(("?", "*")) for one in takes), len(takes)
    if takes[-1].endswith("*"):
        return f"{least} arguments or more"
    return f"{least} to {most} arguments" if least < most else f"{most} argument{'s' * (most > 1)}"


def rounded(kind: Kind, places: int) -> Kind:
    if kind.name != "decimal" or places >= kind.scale:
        return kind
    return kinds.decimal(min(kind.digits - kind.scale + places + 1, kinds.MOST_DIGITS), places)


def together(name: str, nodes: Sequence[Any], found: Sequence[Kind]) -> Iterator[Told]:
    """What is wrong with several arguments together."""
    texts = [written(node) for node in nodes]
    if name == "date_trunc" and found[1] == DATE and PART_NAMES.get(str(texts[0]).lower()) in CLOCK:
        yield f"{shown(nodes[1])} is a date, which has no {texts[0]}", "Take it of a timestamp."
    if name == "date_diff" and PART_NAMES.get(str(texts[0]).lower()) in CLOCK and DATE in found[1:]:
        yield f"{shown(nodes[1])} or {shown(nodes[2])} is a date, which has no {texts[0]}", "Count days, or CAST(… AS TIMESTAMPTZ)."
    if name == "regexp_extract" and len(nodes) == 3 and int(texts[2] or 0) > _groups(texts[1]):
        yield f"{texts[1]!r} has no group {texts[2]}", "Groups are counted from 1; 0 is the whole match."
    if name == "regexp_replace":
        yield from _replaced(texts)
    if name == "strftime" and found[0] == DATE and re.search("%[HMS]", str(texts[1])):
        yield f"{shown(nodes[0])} is a date, which has no time of day", "Leave %H %M %S out."


def _groups(pattern: str | None) -> int:
    return groups(pattern) if pattern is not None and not [*pattern_faults(pattern)] else 99


def _replaced(texts: Sequence[str | None]) -> Iterator[Told]:
    pattern = texts[1]
    if len(texts) == 4 and texts[3] != "g":
        yield f"regexp_replace knows the option 'g', and this is {texts[3]!r}", "'g' replaces all; without it the first."
    if pattern and not [*pattern_faults(pattern)]:
        if is_blank_match(pattern):
            yield f"{pattern!r} may meet nothing at all, and engines differ in where they then replace", "Use + instead of *."
        for number in re.findall(r"\\(.)", texts[2] or ""):
            if not number.isdigit() or int(number) > groups(pattern):
                yield f"the pattern has no group \\{number}", r"\1 is the first (…) of the pattern, \0 the whole match."


def _of_unit(_: str, text: str) -> Iterator[str]:
    if PART_NAMES.get(text.lower()) not in UNITS:
        yield f"there is no unit {text!r}. {nearest(text, UNITS)}"


def _of_format(_: str, text: str) -> Iterator[str]:
    if not text or STRFTIME.sub("", text):
        yield f"{text!r} holds more than %Y %m %d %H %M %S %y %j and signs that are no letters"


def _of_string(name: str, text: str) -> Iterator[str]:
    if not text and name in ("lpad", "rpad", "split_part", "trim", "ltrim", "rtrim"):
        yield "the text is empty"
    if name in ("lpad", "rpad") and any(ord(sign) > 0xFFFF for sign in text):
        yield f"{text!r} cannot fill"


def _of_int(name: str, text: str) -> Iterator[str]:
    number = int(text)
    if name == "split_part" and number == 0:
        yield "parts are counted from 1, or from the end from -1"
    elif name == "round" and not 0 <= number <= 12:
        yield f"0 to 12 digits are kept, and this is {number}"
    elif name != "split_part" and not 0 <= number <= 1_000_000:
        yield f"{number} is not between 0 and a million"


LITERALS: Mapping[str, Callable[[str, str], Iterator[str]]] = {
    "unit": _of_unit,
    "format": _of_format,
    "string": _of_string,
    "int": _of_int,
    "pattern": lambda _, text: pattern_faults(text),
}


def written(node: Any) -> str | None:
    """The text of a value written out, with its sign; None for anything else."""
    bare = node.unnest()
    if type(bare).__name__ == "Neg" and type(bare.this).__name__ == "Literal":
        return f"-{bare.this.name}"
    return bare.name if type(bare).__name__ == "Literal" else None


def as_moment(text: str) -> date | datetime | None:
    """The date or timestamp that a text is; None for anything else."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", text):
            return datetime.fromisoformat(text)
    except ValueError:
        return None
    return None


def shown(node: Any) -> str:
    """A part as it is told of, cut where it is long."""
    text = node.name if type(node).__name__ == "Column" else node.sql(dialect="duckdb")
    return repr(text if len(text) <= 40 else text[:39] + "…")
