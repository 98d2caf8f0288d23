"""Writes docs/sql.md: what SQL of a project file may say, from the list that `check` goes by. With --check: only tells whether the page is stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from chaland.spec.aggregates import AGGREGATES
from chaland.spec.functions import CHOICES, MENDS, MOMENTS, NUMBERS, TEXTS, Function

PAGE = Path(__file__).with_name("sql.md")
HEAD = """<!-- Made by docs/sql.py (`make docs`) from src/chaland/spec/functions.py; do not edit. -->

# SQL in a project file

`derive`, `rules` and `amount` hold one expression each, in DuckDB's dialect, over the columns of one row. What stands on this page gives the same answer on DuckDB and on Spark: every entry is tested on both over awkward values.
What does not stand here is refused by `chaland check`, with the nearest word that does.
A table of `kind = "sql"` is one whole SELECT over other tables of the project (their clean rows with the derived columns): joins, groups, `WITH` and `UNION ALL`, no window, no subquery inside an expression and no LIMIT; write the inner query under `WITH`.

## Values and operators

| written | means |
| --- | --- |
| `+ - *` | Whole numbers have 64 bits and overflow is an error; decimals are exact, and refused where a result may need more than 38 digits. |
| `/` | Always a number with a fraction; **null where the divisor is zero**. |
| `//` `%` | Of whole numbers, towards zero (`-7 // 2` is -3, `-7 % 3` is -1); `%` also of other numbers. **Null where the divisor is zero.** |
| `^` `**` | To the power of. |
| `\\|\\|` | Texts joined; null where one is null. Whole numbers, decimals, dates and truths are written as text; other numbers must become decimals first. |
| `= <> < <= > >=`, `BETWEEN`, `IN`, `IS [NOT] DISTINCT FROM` | Texts are compared by code point, with capitals, accents and blanks; NaN equals NaN and is above all numbers. Kinds must go together; a date may be written as `'2026-01-31'`. |
| `LIKE` `ILIKE` | With a pattern written out; `%` is any text, `_` one sign, a backslash is a backslash. `ILIKE` puts both in small letters first. |
| `AND OR NOT`, `IS [NOT] NULL`, `IS [NOT] TRUE`, `CASE`, `IF` | As in every SQL. |
| `CAST(… AS …)`, `TRY_CAST`, `::` | To `INTEGER` (64 bits), `DOUBLE`, `DECIMAL(digits, scale)`, `VARCHAR`, `BOOLEAN`, `DATE`, `TIMESTAMPTZ`. A text must be a plain number (`'1.5'` is no whole number, `'1e3'` only a `DOUBLE`), a date `2026-1-31`, a time `2026-01-31 10:00:00+01:00`; `CAST` raises otherwise and `TRY_CAST` gives null. A number becomes a whole number by rounding: halves of a `DOUBLE` to the even one, of a `DECIMAL` away from zero. |
| `day + 3`, `day - other_day`, `day + INTERVAL 1 MONTH` | A date; whole days; a timestamp. All times are UTC; the 31st becomes the last day of a shorter month. |

An error (overflow, a `CAST` that fails) ends the run with the name of the expression. Whether `CASE`, `AND`, `OR` or `coalesce` spare a part from being computed is up to the engine.
Floats are equal to 1e-12 of their size: two mathematical libraries may differ in the last bit of exp, ln, log2, log10 and pow.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, functions in (("Numbers", NUMBERS), ("Nulls and choices", CHOICES), ("Texts", TEXTS), ("Dates and times", MOMENTS)):
        parts += _section(title, functions)
    return "\n".join([*parts, *_patterns(), *_refused(), ""])


def _section(title: str, functions: Mapping[str, Function]) -> Iterator[str]:
    yield f"## {title}\n\n| function | meaning |\n| --- | --- |"
    for name, one in functions.items():
        yield f"| `{name}({_arguments(one)})` | {one.said} |"
    yield ""


def _arguments(one: Function) -> str:
    """The arguments as a reader knows them: [left out at will], … for more."""
    plain = [
        take.replace("moment", "date").replace("words", "text").replace("string", "text").replace("int", "whole number")
        for take in one.takes
    ]
    return ", ".join("…" if take.endswith("*") else f"[{take[:-1]}]" if take.endswith("?") else take for take in plain)


def _patterns() -> Iterator[str]:
    yield "## Regular expressions\n"
    yield (
        "A pattern is written out: signs, `.` `[…]` `(…)` `(?:…)` `|` `* + ? {2,5}` (lazy with `?`), `^ $`, `\\d \\w \\s \\D \\W \\S`, `\\p{L} \\p{Lu} \\p{Ll}`. "
        "Refused, because engines read them differently: `(?i)` and other flags, `\\b`, looking around, back references, `[[:alpha:]]`, `&&` in brackets.\n"
    )


def _refused() -> Iterator[str]:
    yield "## Not on the list, and why\n\n| word | instead |\n| --- | --- |"
    for name, mend in MENDS.items():
        yield f"| `{name}` | {mend} |"
    yield f"\nFunctions over many rows ({', '.join(f'`{name}`' for name in AGGREGATES)}) are for whole queries, which no section of a project file holds yet."


def main() -> int:
    """Write the page, or with --check tell whether it is as it would be written."""
    made = page()
    if "--check" not in sys.argv:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
        return 0
    print("docs/sql.md is stale: the list has changed since. Write it anew with `make docs`.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
