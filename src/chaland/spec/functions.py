"""The functions that an expression may use: what each takes and gives, and what it means, the same on every engine.

What a function takes is one word per argument: a kind (`int float decimal string bool date timestamp`), `number`, `moment` (a date or a
timestamp), `words` (what can be written as text: all but floats), `any`; `'…'` around it asks for a value written out, `?` marks what may be left out, `*` what may be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PARTS = ("year", "quarter", "month", "week", "day", "dayofweek", "isodow", "dayofyear", "hour", "minute", "second", "epoch")
"""What `date_part` and `extract` may ask of a date or a timestamp."""
UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")
"""What `date_trunc` and `date_diff` count in."""
CLOCK = ("hour", "minute", "second")
PART_NAMES = {
    **{part: part for part in PARTS},
    **{"dow": "dayofweek", "weekday": "dayofweek", "doy": "dayofyear"},
    **{f"{unit}s": unit for unit in UNITS},
}
"""Every way to write a unit, and the one that is meant."""


@dataclass(frozen=True)
class Function:
    """One function: its arguments, the kind it gives (`first`, `common`, or a kind), and its meaning in one sentence."""

    takes: tuple[str, ...]
    gives: str
    said: str


def _of(takes: str, gives: str, said: str) -> Function:
    return Function(tuple(takes.split()), gives, said)


NUMBERS: Mapping[str, Function] = {
    "abs": _of("number", "first", "The size of a number."),
    "ceil": _of("number", "whole", "The next whole number upwards."),
    "ceiling": _of("number", "whole", "The same as ceil."),
    "exp": _of("number", "float", "e to the power of a number."),
    "floor": _of("number", "whole", "The next whole number downwards."),
    "isfinite": _of("float", "bool", "Neither infinite nor NaN."),
    "isinf": _of("float", "bool", "Infinite."),
    "isnan": _of("float", "bool", "NaN."),
    "ln": _of("number", "float", "The natural logarithm; null from zero downwards."),
    "log10": _of("number", "float", "The logarithm to base ten; null from zero downwards."),
    "log2": _of("number", "float", "The logarithm to base two; null from zero downwards."),
    "mod": _of(
        "number number", "common", "The remainder, as %; it has the sign of the first number, and is null where the second is zero."
    ),
    "pow": _of("number number", "float", "A number to the power of another."),
    "power": _of("number number", "float", "The same as pow."),
    "round": _of("number 'int'?", "rounded", "Rounded to so many digits after the point (0 to 12); halves go away from zero."),
    "sign": _of("number", "int", "-1, 0 or 1; 0 for NaN."),
    "sqrt": _of("number", "float", "The square root; null below zero."),
}

CHOICES: Mapping[str, Function] = {
    "coalesce": _of("any any*", "common", "The first that is not null."),
    "greatest": _of("any any*", "common", "The greatest that is not null; NaN is above all numbers."),
    "ifnull": _of("any any", "common", "The first, or the second where that is null."),
    "least": _of("any any*", "common", "The least that is not null."),
    "nullif": _of("any any", "first", "The first, or null where both are equal."),
}

TEXTS: Mapping[str, Function] = {
    "concat": _of("words words*", "string", "All of them joined; nulls are left out."),
    "concat_ws": _of("'string' words words*", "string", "All of them joined by the first; nulls are left out."),
    "contains": _of("string string", "bool", "The second is somewhere in the first."),
    "ends_with": _of("string string", "bool", "The first ends with the second."),
    "left": _of("string int", "string", "So many signs from the start."),
    "length": _of("string", "int", "How many signs (code points)."),
    "lower": _of("string", "string", "In small letters, sign by sign (İ becomes i, Σ becomes σ)."),
    "lpad": _of("string 'int' 'string'", "string", "Filled from the left, or cut, to so many signs."),
    "ltrim": _of("string 'string'?", "string", "Without blanks (or the given signs) at the start."),
    "md5": _of("string", "string", "The MD5 of its UTF-8, in 32 hex digits."),
    "regexp_extract": _of(
        "string 'pattern' 'int'?", "string", "What the pattern, or its group of that number, meets first; '' for nothing."
    ),
    "regexp_full_match": _of("string 'pattern'", "bool", "The pattern meets the whole text."),
    "regexp_matches": _of("string 'pattern'", "bool", "The pattern meets some part of the text."),
    "regexp_replace": _of("string 'pattern' 'string' 'string'?", "string", r"The first match replaced, all with 'g'; \1 is group 1."),
    "replace": _of("string string string", "string", "Every occurrence of the second replaced by the third."),
    "right": _of("string int", "string", "So many signs from the end."),
    "rpad": _of("string 'int' 'string'", "string", "Filled from the right, or cut, to so many signs."),
    "rtrim": _of("string 'string'?", "string", "Without blanks (or the given signs) at the end."),
    "sha256": _of("string", "string", "The SHA-256 of its UTF-8, in 64 hex digits."),
    "split_part": _of(
        "string 'string' 'int'", "string", "The part of that number (from 1; from the end: -1) between separators; '' for none."
    ),
    "starts_with": _of("string string", "bool", "The first starts with the second."),
    "strpos": _of("string string", "int", "Where the second begins in the first, from 1; 0 for nowhere."),
    "substr": _of("string int int?", "string", "From a place (the first is 1) on, so many signs."),
    "substring": _of("string int int?", "string", "The same as substr."),
    "trim": _of("string 'string'?", "string", "Without blanks (or the given signs) on both sides."),
    "upper": _of("string", "string", "In capital letters, sign by sign (ß becomes ẞ)."),
}

MOMENTS: Mapping[str, Function] = {
    "date_diff": _of("'unit' moment moment", "int", "How many borders of the unit lie between: months from 31 January to 1 February: 1."),
    "date_part": _of(
        "'part' moment", "part", f"A part of a date: {', '.join(PARTS)}. A week begins on Monday (ISO); dayofweek is 0 on Sunday."
    ),
    "date_trunc": _of(
        "'unit' moment", "first", "The start of its year, quarter, month, week, day; of a timestamp also hour, minute, second."
    ),
    "dayofweek": _of("moment", "int", "0 on Sunday to 6 on Saturday."),
    "dayofyear": _of("moment", "int", "1 to 366."),
    "day": _of("moment", "int", "The day of the month."),
    "epoch": _of("moment", "float", "Seconds since 1970-01-01 00:00 UTC."),
    "hour": _of("timestamp", "int", "The hour, 0 to 23."),
    "isodow": _of("moment", "int", "1 on Monday to 7 on Sunday."),
    "last_day": _of("moment", "date", "The last day of its month."),
    "make_date": _of("int int int", "date", "The date of a year (1 to 9999), a month and a day; null where there is none."),
    "minute": _of("timestamp", "int", "The minute, 0 to 59."),
    "month": _of("moment", "int", "The month, 1 to 12."),
    "quarter": _of("moment", "int", "The quarter, 1 to 4."),
    "second": _of("timestamp", "int", "The whole seconds, 0 to 59."),
    "strftime": _of("moment 'format'", "string", "Written as %Y %m %d %H %M %S %y %j and other signs that are no letters."),
    "week": _of("moment", "int", "The ISO week, 1 to 53."),
    "year": _of("moment", "int", "The year."),
}

TABLE: Mapping[str, Function] = {**NUMBERS, **CHOICES, **TEXTS, **MOMENTS}
"""Every function by its name."""

MENDS = {
    **dict.fromkeys(("now", "today", "rand", "random", "uuid", "gen_random_uuid", "setseed"), "The result would change from run to run."),
    **dict.fromkeys(("datediff", "date_sub", "datesub", "age"), "Write date_diff('day', start, end)."),
    **dict.fromkeys(("iif", "decode", "choose"), "Write CASE WHEN … THEN … ELSE … END."),
    **dict.fromkeys(("date_add", "dateadd", "add_months"), "Write: day + INTERVAL 1 MONTH."),
    **dict.fromkeys(("len", "char_length", "character_length"), "Write length."),
    **dict.fromkeys(("lcase", "ucase"), "Write lower or upper."),
    **dict.fromkeys(("nvl", "isnull"), "Write coalesce, or IS NULL."),
    **dict.fromkeys(("instr", "position", "locate", "charindex"), "Write strpos(text, part)."),
    **dict.fromkeys(("weekday", "dow"), "Write dayofweek (0 on Sunday) or isodow (1 on Monday)."),
    **dict.fromkeys(
        ("strptime", "try_strptime", "to_date", "to_timestamp"), "Say the column's type and date_order, or TRY_CAST(… AS DATE)."
    ),
    **dict.fromkeys(("regexp_like", "regexp", "rlike"), "Write regexp_matches(text, 'pattern')."),
    "log": "It means ln to one engine and log10 to another: write ln or log10.",
    "reverse": "Engines part letters from their accents differently.",
    "strip_accents": "Engines differ in it: write replace(…, 'é', 'e').",
    "trunc": "Write CASE WHEN x < 0 THEN ceil(x) ELSE floor(x) END.",
    "try": "Write TRY_CAST.",
    "to_char": "Write strftime(day, '%Y-%m-%d').",
    "date": "Write CAST(… AS DATE).",
}
"""What is said of functions that are not there, where the nearest word alone would not help."""
