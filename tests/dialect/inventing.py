"""Random expressions that go together: drawn from the list by kind, so that each may be asked of both engines."""

from __future__ import annotations

import random

from chaland.spec.sql import faults
from tests.dialect.awkward import COLUMNS

LEAVES = {
    "int": ["i", "j", "id", "0", "1", "-3", "7", "null"],
    "float": ["x", "y", "0.5e0", "1e3", "cast(j as double)"],
    "decimal": ["cents", "fine", "1.5", "0.05", "wide"],
    "string": ["s", "z", "'a'", "''", "'é-ß'", "n"],
    "bool": ["b", "c", "true", "null"],
    "date": ["day", "born", "date '2024-02-29'"],
    "timestamp": ["t", "u", "timestamptz '2024-03-31 01:30:00Z'"],
}
GROWN: dict[str, list[str]] = {
    "int": [
        "({int} + {int})",
        "({int} - {int})",
        "({int} * 3)",
        "{int} // {int}",
        "{int} % {int}",
        "abs({int})",
        "sign({number})",
        "length({string})",
        "strpos({string}, {string})",
        "year({date})",
        "month({timestamp})",
        "isodow({date})",
        "week({date})",
        "hour({timestamp})",
        "date_diff('month', {date}, {date})",
        "date_diff('hour', {timestamp}, {timestamp})",
        "date_diff('week', {date}, {timestamp})",
        "({date} - {date})",
        "try_cast({string} as integer)",
        "try_cast({float} as integer)",
        "try_cast({decimal} as bigint)",
        "case when {bool} then {int} else {int} end",
        "coalesce({int}, {int})",
        "greatest({int}, {int})",
        "nullif({int}, {int})",
        "mod({int}, 5)",
        "round({int})",
        "cast({bool} as integer)",
        "date_part('doy', {date})",
    ],
    "float": [
        "({float} + {float})",
        "({float} - {int})",
        "({float} * {float})",
        "{number} / {number}",
        "{float} % {float}",
        "round({float}, 2)",
        "round({float})",
        "floor({float})",
        "ceil({float})",
        "abs({float})",
        "sqrt({float})",
        "try_cast({string} as double)",
        "cast({int} as double)",
        "coalesce({float}, {int})",
        "greatest({float}, {number})",
        "least({float}, {float})",
        "nullif({float}, {int})",
        "epoch({timestamp})",
        "case when {bool} then {float} end",
    ],
    "decimal": [
        "({decimal} + {decimal})",
        "({decimal} - {int})",
        "({decimal} * {int})",
        "({decimal} * 0.2)",
        "{decimal} % 7",
        "round({decimal}, 1)",
        "round({decimal})",
        "ceil({decimal})",
        "floor({decimal})",
        "abs({decimal})",
        "cast({int} as decimal(38, 2))",
        "try_cast({float} as decimal(18, 3))",
        "try_cast({string} as decimal(18, 2))",
        "coalesce({decimal}, 0)",
        "least({decimal}, {decimal})",
        "try_cast({decimal} as decimal(18, 2))",
    ],
    "string": [
        "({string} ",
        "",
        " {string})",
        "concat({string}, {words})",
        "concat_ws('-', {string}, {words})",
        "lower({string})",
        "upper({string})",
        "trim({string})",
        "trim({string}, 'a -')",
        "ltrim({string})",
        "rtrim({string})",
        "left({string}, {int})",
        "right({string}, {int})",
        "substr({string}, {int}, {int})",
        "substr({string}, 2)",
        "replace({string}, {string}, '_')",
        "split_part({string}, '-', 2)",
        "lpad({string}, 4, '.')",
        "rpad({string}, 4, 'ü')",
        "regexp_extract({string}, '[a-z]+')",
        "regexp_replace({string}, '([a-z])(.)', '\\2\\1')",
        "regexp_replace({string}, '[^a-z]', '', 'g')",
        "strftime({date}, '%Y-%m')",
        "cast({words} as varchar)",
        "case when {bool} then {string} else {string} end",
        "coalesce({string}, '-')",
        "nullif({string}, {string})",
        "greatest({string}, {string})",
        "sha256({string})",
    ],
    "bool": [
        "({int} > {number})",
        "({float} <= {float})",
        "({decimal} = {decimal})",
        "({string} < {string})",
        "({date} >= {date})",
        "({timestamp} > {date})",
        "({bool} and {bool})",
        "({bool} or {bool})",
        "(not {bool})",
        "({string} like 'a%')",
        "({string} ilike '%É%')",
        "contains({string}, {string})",
        "starts_with({string}, {string})",
        "({int} in (1, {int}, null))",
        "({float} between {float} and {float})",
        "({string} is null)",
        "({int} is distinct from {int})",
        "regexp_matches({string}, '[0-9]$')",
        "isnan({float})",
        "try_cast({string} as boolean)",
        "({bool} is true)",
    ],
    "date": [
        "cast({timestamp} as date)",
        "({date} + ({int} % 60))",
        "date_trunc('month', {date})",
        "date_trunc('week', {date})",
        "last_day({date})",
        "make_date({int}, {int}, 3)",
        "try_cast({string} as date)",
        "coalesce({date}, {date})",
        "greatest({date}, {date})",
        "case when {bool} then {date} end",
    ],
    "timestamp": [
        "({date} + interval 1 month)",
        "({timestamp} - interval 90 minute)",
        "cast({date} as timestamptz)",
        "date_trunc('hour', {timestamp})",
        "date_trunc('quarter', {timestamp})",
        "coalesce({timestamp}, {date})",
        "least({timestamp}, {timestamp})",
    ],
}
ROOTS = ["exp({float})", "ln({number})", "log10({number})", "log2({number})", "pow({float}, {number})", "{int} ^ 3"]
"""Only outermost: the last bit of these differs, and what stands around them might make more of it."""
GROUPS = {"number": ("int", "float", "decimal"), "words": ("int", "decimal", "string", "bool", "date", "timestamp")}


def expression(draw: random.Random, depth: int = 3) -> str:
    """One expression without faults."""
    while True:
        kind = draw.choice([*LEAVES, "root"])
        text = _filled(draw.choice(ROOTS), draw, depth) if kind == "root" else _grown(kind, draw, depth)
        if len(text) < 600 and not faults(text, COLUMNS):
            return text


def _grown(kind: str, draw: random.Random, depth: int) -> str:
    kind = draw.choice(GROUPS[kind]) if kind in GROUPS else kind
    if depth == 0 or draw.random() < 0.15:
        return draw.choice(LEAVES[kind])
    return _filled(draw.choice(GROWN[kind]), draw, depth)


def _filled(shape: str, draw: random.Random, depth: int) -> str:
    parts: list[str] = []
    rest = shape
    while "{" in rest and "}" in rest and not rest.startswith("\x00"):
        head, _, tail = rest.partition("{")
        kind, _, rest = tail.partition("}")
        parts += [head, _grown(kind, draw, depth - 1)]
    return "".join([*parts, rest])
