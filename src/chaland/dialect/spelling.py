"""How each function is spelt for DuckDB and for Spark; {0}, {1} are its arguments, already of the kinds that it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chaland.dialect.casts import literal
from chaland.spec.functions import CLOCK
from chaland.spec.patterns import for_java

SPACES = "".join(chr(sign) for sign in (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000))
"""The blanks that DuckDB trims: Unicode's category Zs."""
PLACE = 0x10FF00 - 0x200
"""Where private signs begin that stand in for letters whose case only one engine knows."""
SIGMA, DOTTED = "Σ", "İ"
_NEW = [(0x1C89, 0x1C8A), (0xA7CB, 0x0264), (0xA7CC, 0xA7CD), (0xA7CE, 0xA7CF), (0xA7D2, 0xA7D3), (0xA7D4, 0xA7D5), (0xA7DA, 0xA7DB)]
_NEW += [(0xA7DC, 0x019B), *((0x10D50 + i, 0x10D70 + i) for i in range(22)), *((0x16EA0 + i, 0x16EBB + i) for i in range(25))]
KEPT_LOW = "".join(chr(upper) for upper, _ in _NEW)
"""Capital letters newer than DuckDB's Unicode, which it leaves as they are."""
_LONG_CODES = (
    *(0x149, 0x1F0, 0x390, 0x3B0, 0x587, *range(0x1E96, 0x1E9B), 0x1F50, 0x1F52, 0x1F54, 0x1F56, 0x1FB2, 0x1FB4, 0x1FB6, 0x1FB7, 0x1FC2),
    *(0x1FC4, 0x1FC6, 0x1FC7, 0x1FD2, 0x1FD3, 0x1FD6, 0x1FD7, 0x1FE2, 0x1FE3, 0x1FE4, 0x1FE6, 0x1FE7, 0x1FF2, 0x1FF4, 0x1FF6, 0x1FF7),
    *(*range(0xFB00, 0xFB07), *range(0xFB13, 0xFB18)),
)
_LONG = "".join(chr(code) for code in _LONG_CODES)
_TITLED = "".join(chr(first + i) for first in (0x1F88, 0x1F98, 0x1FA8) for i in range(8)) + "\u1fbc\u1fcc\u1ffc"
KEPT_HIGH = _LONG + _TITLED + "".join(chr(lower) for _, lower in _NEW)
"""Letters that Spark writes in capitals as several, or that are newer; DuckDB leaves them as they are."""
_RAISED = {"ß": "ẞ", "\u1fb3": "\u1fbc", "\u1fc3": "\u1fcc", "\u1ff3": "\u1ffc"}
_RAISED |= {chr(first + i): chr(first + 8 + i) for first in (0x1F80, 0x1F90, 0x1FA0) for i in range(8)}
NAN, INFINITE, LARGEST = "cast('nan' as double)", "cast('inf' as double)", "1.7976931348623157e308"

Spelt = tuple[str, str]


def _both(text: str) -> Spelt:
    return text, text


def _whole(text: str) -> str:
    return f"cast({text} as bigint)"


def _lower_spark() -> str:
    stand_in = "".join(chr(PLACE + i) for i in range(len(KEPT_LOW)))
    inner = f"translate({{0}}, {literal(SIGMA + DOTTED + KEPT_LOW, True)}, {literal('σi' + stand_in, True)})"
    return f"translate(lower({inner}), {literal(stand_in, True)}, {literal(KEPT_LOW, True)})"


def _upper_spark() -> str:
    odd, meant = KEPT_HIGH + "".join(_RAISED), KEPT_HIGH + "".join(_RAISED.values())
    stand_in = "".join(chr(PLACE + i) for i in range(len(odd)))
    return f"translate(upper(translate({{0}}, {literal(odd, True)}, {literal(stand_in, True)})), {literal(stand_in, True)}, {literal(meant, True)})"


LOWER: Spelt = ("lower({0})", _lower_spark())
_COUNT = "case when {0} < {1} then {1} when {0} > 1000000000 then 1000000000 else {0} end"
_FROM_0 = "cast(case when {1} < 0 then 0 when {1} > 1000000000 then 1000000000 else {1} end as int)"
_FROM_1 = "cast(case when {1} < 1 then 1 when {1} > 1000000000 then 1000000000 else {1} end as int)"
_LONG_2 = "cast(case when {2} < 0 then 0 when {2} > 1000000000 then 1000000000 else {2} end as int)"

# C says that 1 to the power of NaN is 1, and -1 to the power of infinity; Java says NaN.
_ONE = f"{{1}} is not null and ({{0}} = 1 or ({{0}} = -1 and abs({{1}}) = {INFINITE}))"
POWER: Spelt = ("pow({0}, {1})", f"case when {_ONE} then 1e0 else pow({{0}}, {{1}}) end")

PLAIN: Mapping[str, Spelt] = {
    "exp": _both("exp({0})"),
    "isfinite": _both(f"(abs({{0}}) <= {LARGEST})"),
    "isinf": _both(f"(abs({{0}}) = {INFINITE})"),
    "isnan": _both(f"({{0}} = {NAN})"),
    "ln": _both("case when {0} <= 0 then null else ln({0}) end"),
    "log10": _both("case when {0} <= 0 then null else log10({0}) end"),
    "log2": _both("case when {0} <= 0 then null else log2({0}) end"),
    "pow": POWER,
    "power": POWER,
    "sqrt": _both("case when {0} < 0 then null else sqrt({0}) end"),
    "contains": _both("contains({0}, {1})"),
    "ends_with": ("ends_with({0}, {1})", "endswith({0}, {1})"),
    "starts_with": ("starts_with({0}, {1})", "startswith({0}, {1})"),
    "left": _both(f"left({{0}}, {_FROM_0})"),
    "right": _both(f"right({{0}}, {_FROM_0})"),
    "length": (_whole("length({0})"), _whole("length({0})")),
    "lower": LOWER,
    "upper": ("upper({0})", _upper_spark()),
    "lpad": _both("lpad({0}, {1}, {2})"),
    "rpad": _both("rpad({0}, {1}, {2})"),
    "md5": _both("md5({0})"),
    "sha256": ("sha256({0})", "sha2({0}, 256)"),
    "replace": _both("replace({0}, {1}, {2})"),
    "split_part": _both("split_part({0}, {1}, {2})"),
    "strpos": (_whole("strpos({0}, {1})"), _whole("instr({0}, {1})")),
    "dayofweek": ("dayofweek({0})", _whole("dayofweek({0}) - 1")),
    "isodow": ("isodow({0})", _whole("weekday({0}) + 1")),
    "week": ("week({0})", _whole("weekofyear({0})")),
    "epoch": ("(epoch_us(cast({0} as timestamptz)) / 1e6)", "(unix_micros(cast({0} as timestamp)) / 1e6)"),
    "last_day": _both("last_day(cast({0} as date))"),
    "make_date": _both(
        "try_cast(case when {0} between 1 and 9999 and {1} between 1 and 12 and {2} between 1 and 31 then "
        "concat(lpad(cast({0} as string), 4, '0'), '-', lpad(cast({1} as string), 2, '0'), '-', lpad(cast({2} as string), 2, '0')) end as date)"
    ),
} | {
    part: (f"{part}({{0}})", _whole(f"{part}({{0}})"))
    for part in ("year", "quarter", "month", "day", "dayofyear", "hour", "minute", "second")
}
"""Functions whose spelling does not depend on what stands in the arguments."""


def substring(texts: Sequence[str]) -> str:
    """From a place on, counted from 1; places before the first count as the first."""
    parts = [texts[0], _FROM_1.format(*texts)]
    return f"substr({', '.join(parts + ([_LONG_2.format(*texts)] if len(texts) > 2 else []))})"


def trimmed(name: str, texts: Sequence[str], signs: str | None, spark: bool) -> str:
    """Without blanks, or the given signs, on one side or both."""
    if not spark:
        return f"{name}({texts[0]}, {literal(signs or SPACES, False)})"
    side = {"trim": "both", "ltrim": "leading", "rtrim": "trailing"}[name]
    return f"trim({side} {literal(signs or SPACES, True)} from {texts[0]})"


def sign(text: str, is_float: bool) -> str:
    """-1, 0 or 1."""
    no_number = f"when {text} = {NAN} then 0 " if is_float else ""
    return f"cast(case {no_number}when {text} > 0 then 1 when {text} < 0 then -1 when {text} = 0 then 0 end as bigint)"


def rounded(text: str, places: int) -> str:
    """A float rounded as DuckDB does, by a power of ten; what is too large to have such digits stays."""
    if not places:
        return f"round({text}, 0)"
    return f"case when abs({text}) < 1e15 then round({text} * 1e{places}, 0) / 1e{places} else {text} end"


def truncated(unit: str, text: str, is_date: bool, spark: bool) -> str:
    """The start of the unit that a moment is in."""
    if not is_date:
        return f"date_trunc('{unit}', {text})"
    if unit == "day":
        return text
    return f"trunc({text}, '{unit}')" if spark else f"cast(date_trunc('{unit}', {text}) as date)"


def between(unit: str, start: str, end: str, spark: bool) -> str:
    """How many borders of the unit lie between two moments (dates for days and longer, else timestamps)."""
    if unit in CLOCK:
        micros = {"hour": 3_600_000_000, "minute": 60_000_000, "second": 1_000_000}[unit]
        count = "unix_micros" if spark else "epoch_us"
        left, right = (f"{count}(date_trunc('{unit}', {moment}))" for moment in (end, start))
        return f"(({left} - {right}) {'div' if spark else '//'} {micros})"
    if unit in ("day", "week"):
        left, right = (moment if unit == "day" else truncated("week", moment, True, spark) for moment in (end, start))
        days = f"datediff({left}, {right})" if spark else f"({left} - {right})"
        return _whole(days if unit == "day" else f"{days} {'div' if spark else '//'} 7")
    in_year = {"year": 1, "quarter": 4, "month": 12}[unit]
    left, right = (f"(year({moment}) * {in_year}{f' + {unit}({moment})' if in_year > 1 else ''})" for moment in (end, start))
    return _whole(f"{left} - {right}")


_STAMP = {"Y": "yyyy", "m": "MM", "d": "dd", "H": "HH", "M": "mm", "S": "ss", "y": "yy", "j": "DDD"}


def stamped(text: str, pattern: str, spark: bool) -> str:
    """A moment written by a pattern of % signs."""
    if not spark:
        return f"strftime({text}, {literal(pattern, False)})"
    pieces = (_piece(one) for one in re.findall(r"%[A-Za-z]|[^%]+", pattern))
    return f"date_format({text}, {literal(''.join(pieces), True)})"


def _piece(one: str) -> str:
    return _STAMP[one[1]] if one[0] == "%" else "'" + one.replace("'", "''") + "'"


def met(name: str, text: str, pattern: str, group: int, spark: bool) -> str:
    """Whether, or what, a pattern meets."""
    if name == "regexp_full_match":
        pattern = f"^(?:{pattern})$"
    if name == "regexp_extract":
        return f"regexp_extract({text}, {literal(for_java(pattern) if spark else pattern, spark)}, {group})"
    return f"({text} rlike {literal(for_java(pattern), True)})" if spark else f"regexp_matches({text}, {literal(pattern, False)})"


def exchanged(text: str, pattern: str, by: str, every: bool, spark: bool) -> str:
    """What a pattern meets, replaced: the first, or every."""
    if not spark:
        option = ", 'g'" if every else ""
        return f"regexp_replace({text}, {literal(pattern, False)}, {literal(by, False)}{option})"
    if every:
        return f"regexp_replace({text}, {literal(for_java(pattern), True)}, {literal(_dollars(by, 0), True)})"
    # Spark replaces all: what comes before the first is met too, and put back.
    first = rf"\A([\s\S]*?)({for_java(pattern).removeprefix('(?d)')})"
    return f"regexp_replace({text}, {literal('(?d)' + first, True)}, {literal('$1' + _dollars(by, 2), True)})"


def _dollars(by: str, shift: int) -> str:
    """The replacement as Java writes it: $1 for \\1."""
    made, place = "", 0
    while place < len(by):
        sign = by[place]
        made += "$" + str(int(by[place + 1]) + shift) if sign == "\\" else "\\$" if sign == "$" else sign
        # A digit after a group's number would be read with it.
        place += 2 if sign == "\\" else 1
        if sign == "\\" and place < len(by) and by[place].isdigit():
            made += "\\"
    return made
