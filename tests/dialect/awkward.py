"""Rows that part engines, and expressions over them: every function, operator, cast and form of a value on the list."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from math import inf, nan
from typing import Any

import pyarrow as pa

BIG = 2**63 - 1
TYPES = {
    "i": ("int64", pa.int64()),
    "j": ("int64", pa.int64()),
    "big": ("int64", pa.int64()),
    "x": ("float64", pa.float64()),
    "y": ("float64", pa.float64()),
    "cents": ("decimal(18, 2)", pa.decimal128(18, 2)),
    "fine": ("decimal(18, 6)", pa.decimal128(18, 6)),
    "wide": ("decimal(38, 4)", pa.decimal128(38, 4)),
    "s": ("string", pa.string()),
    "z": ("string", pa.string()),
    "n": ("string", pa.string()),
    "moment": ("string", pa.string()),
    "b": ("boolean", pa.bool_()),
    "c": ("boolean", pa.bool_()),
    "day": ("date", pa.date32()),
    "born": ("date", pa.date32()),
    "t": ("timestamp('UTC')", pa.timestamp("us", "UTC")),
    "u": ("timestamp('UTC')", pa.timestamp("us", "UTC")),
}
_TEXTS = [
    "",
    " ",
    "a",
    "Ab-x, 7 ü",
    "é",
    "e\u0301",
    "😀 ok",
    "ß",
    "İstanbul",
    "ΑΣ",
    "ΌΔΟΣ",
    "ς",
    "ﬁn",
    "ŉ",
    "ᾳ",
    "漢字",
    "a%b_c",
    "a\\b",
    "it's",
    'say "x"',
    "$1 \\1",
]
_TEXTS += [
    "  trailing  ",
    "\u00a0nbsp\u2003",
    "tab\t",
    "line\nnext",
    "end\n",
    "\u2028",
    "🤦🏼\u200d♂️x",
    "abcabc",
    "a-b--c-",
    "ab12cd345",
    "KELVIN \u212a",
    "zero\u200bwidth",
    "\x0bvt",
    "x" * 300,
]
_NUMBERS = [
    "1",
    " 1 ",
    "+5",
    "-0",
    "1.5",
    "1.",
    ".5",
    "1e3",
    "1E-3",
    "1_000",
    "abc",
    "",
    "nan",
    "inf",
    "1e999",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
]
_NUMBERS += [
    "0x10",
    "1d",
    "1,5",
    "٣",
    "\u00a01",
    "12\n",
    "1.005",
    "-1.005",
    "123456789012345.678",
    "99999999999999999999",
    "true",
    "T",
    " yes",
    "No",
    "0",
    "2",
]
_WHENS = [
    "2024-02-29",
    "2023-02-29",
    "2024-2-9",
    "2024/02/09",
    "20240209",
    "2024",
    "2024-02",
    "0001-01-01",
    "0000-01-01",
    "9999-12-31",
    "10000-01-01",
    "",
    "today",
    "2024-02-29 10:00",
]
_WHENS += [
    "2024-02-29T10:00:00Z",
    "2024-02-29 10:00:00.123456",
    "2024-03-31 02:30:00+01:00",
    "2024-02-29 24:00:00",
    "2024-02-29 23:59:60",
    " 2024-02-29",
    "2024-13-01",
    "epoch",
    "infinity",
    "2024-02-29 10:00:00.1234567",
]
VALUES: dict[str, list[Any]] = {
    "i": [0, 1, -1, 2, -2, 7, -7, 10, 12, 100, -100, 365, 29, 31, 2024, 999_999],
    "j": [0, 1, -1, 2, 3, -3, 5, 7, 28, 30, -31, 13],
    "big": [BIG, -BIG - 1, BIG - 1, -BIG, 2**53 + 1, -(2**53) - 1, 2**31, -(2**31) - 1, 0, 10**18],
    "x": [0.0, -0.0, nan, inf, -inf, 0.1, 0.5, 1.5, 2.5, -2.5, 2.675, 1.005, -0.3, 1e-7, 1e15, 123456789.125, 1e300, -1e300, 4503599627370495.5, 0.49999999999999994, 9.3e18],
    "y": [1.0, -1.0, 0.0, 0.3, 3.0, nan, inf, 1e10, -0.5, 2.0],
    "cents": [Decimal(one) for one in ("0.00", "-0.01", "0.05", "2.50", "-2.50", "99.95", "1234567.89", "-9999999999999999.99", "9999999999999999.99", "0.99")],
    "fine": [Decimal(one) for one in ("0.000000", "0.000001", "-1.500000", "2.675000", "1.005000", "999999999999.999999", "-3.333333")],
    "wide": [Decimal(one) for one in ("0.0000", "1.5000", "-9999999999999999999999999999999999.9999", "9999999999999999999999999999999999.9999", "0.0001")],
    "s": _TEXTS,
    "z": ["", "a", "ü", "-", "b", "😀", "\u0301", "x", "ab", " ", "ok", "σ"],
    "n": _NUMBERS,
    "moment": _WHENS,
    "b": [True, False],
    "c": [True, False],
    "day": [dt.date(*one) for one in ((2024, 2, 29), (2023, 2, 28), (2024, 12, 31), (2025, 1, 1), (2021, 1, 3), (2020, 12, 31), (1970, 1, 1), (1969, 12, 31), (1900, 3, 1), (1582, 10, 15), (1582, 10, 4), (2, 1, 1), (9998, 12, 31), (2024, 3, 31), (2026, 1, 4))],
    "born": [dt.date(*one) for one in ((2024, 1, 31), (2024, 3, 1), (1999, 12, 31), (2000, 1, 1), (1600, 2, 29), (2024, 2, 29), (1952, 6, 15))],
    "t": [
        dt.datetime(*one, tzinfo=dt.UTC)
        for one in ((2024, 3, 31, 1, 30), (2024, 2, 29, 23, 59, 59, 999_999), (1970, 1, 1), (1969, 12, 31, 23, 59, 59, 999_999), (2024, 10, 27, 0, 59, 59), (1900, 1, 1, 0, 0, 1), (1583, 1, 1, 12), (9998, 12, 31, 23), (2016, 12, 31, 23, 59, 59), (2024, 1, 31, 22, 15, 3, 120_000), (2, 3, 4, 5, 6, 7))
    ],
    "u": [dt.datetime(*one, tzinfo=dt.UTC) for one in ((2024, 3, 31, 2), (2024, 1, 1), (1970, 1, 1, 0, 0, 0, 1), (1969, 12, 31, 12), (2023, 12, 31, 23, 59, 59), (1800, 6, 15, 3, 4, 5))],
}  # fmt: skip


def rows(count: int, seed: int) -> pa.Table:
    """Awkward rows: each value of each column at least once, then drawn; an eighth are null."""
    draw = random.Random(seed)
    columns = {}
    for name, values in VALUES.items():
        found = [*values[:count], *(draw.choice([*values, None]) for _ in range(count - len(values[:count])))]
        draw.shuffle(found)
        columns[name] = pa.array([None if draw.random() < 0.1 else value for value in found], TYPES[name][1])
    return pa.table({"id": pa.array(range(count), pa.int64()), **columns})


COLUMNS = {"id": "int64", **{name: text for name, (text, _) in TYPES.items()}}

EXPRESSIONS = r"""
i + j; i - j; i * j; - i; i / j; i // j; i % j; -7 // j; 7 % j; big % j; big // 3; mod(big, 7); i / 0; i // 0; i % 0; big % -1; i + 1; 2147483647 + i; 2147483647 * 2 + i
x + y; x - y; x * y; x / y; x % y; - x; x / 0; x + i; big / 3; big + x; i ^ 2; i ** 2; pow(x, y); pow(1, y); pow(-1, y); -1 ^ x; power(y, 2); pow(i, 0.5)
cents + 1; cents + cents; cents - fine; cents * fine; cents * 3; 3 * cents; cents * i; cents / 3; cents / j; cents % 7; cents % j; fine % cents; mod(fine, 0.7); - cents; cents + x; cents * 1.5; cents + i; wide % 3; wide / 7; 1.5 + 2; 0.1 + 0.2; 1e0 + i; cents * 0.20 - fine
i = j; i <> j; i < x; x = y; x < y; x >= y; cents = 2.5; cents > i; cents < x; fine = cents; wide > big; wide = cents; big = 9223372036854775807; big < -9223372036854775807; x = big; big > x; i is distinct from j; x is not distinct from y; x in (1, 2.5, 0.1); i in (1, 2, null); i not in (1, 2); i not in (1, null); i between -1 and j; cents between 0 and 2.5; x between y and 3; x = 0; x <> x
s = z; s < z; s >= 'a'; s <> ''; s = 'e'; s in ('é', 'ß', ''); s between 'a' and 'z'; s > 'é'; s is null; s is not null; s || z; s || i; z || cents || b || day; s || t; s like 'a%'; s like '%\%'; s like 'a\b'; s like '_'; s like '__'; s like '%\n%'; s not like '%x%'; s ilike 'ab%'; s ilike '%σ'; s ilike 'İ%'; s ilike 'ß'; s like 'a%b_c'; s like '%''%'; s like '%😀%'; 'it''s \ $1' = s; s like '%"%'
b and c; b or c; not b; b = c; b is true; b is not true; b is false; b and null; b or null; b <> c; coalesce(b, c, false); case when b then 1 when c then 2 else 3 end; case when b then i end; case i when 1 then 'one' when j then 'j' else s end; case s when 'a' then 1.5 when z then 2 end; if(b, x, i); if(i > 0, 'p', 'n'); case when b then cents else fine end; case when b then day else t end; case when b then null else day end; case x when 0 then 1 when 1.5 then 2 end
abs(i); abs(x); abs(cents); sign(i); sign(x); sign(cents); ceil(x); ceil(cents); ceil(i); ceiling(x); floor(x); floor(fine); floor(i); round(x); round(x, 1); round(x, 2); round(x, 6); round(cents); round(cents, 1); round(cents, 5); round(fine, 2); round(fine, 4); round(i); round(i, 2); round(big, 1); round(y, 12); round(wide, 2)
sqrt(x); sqrt(i); ln(x); ln(i); ln(cents); log10(x); log2(x); log2(i); exp(y); exp(i); isnan(x); isinf(x); isfinite(x); isnan(i)
greatest(i, j); greatest(x, y); greatest(x, i); least(x, y); least(i, j, 3); greatest(s, z); least(s, z, 'm'); greatest(cents, fine); greatest(cents, i); greatest(day, born); least(t, u); greatest(day, t); greatest(i, null); least(b, c); greatest(i); coalesce(i, j, 0); coalesce(x, i); coalesce(s, z, 'none'); coalesce(cents, 0); coalesce(day, '2024-01-01'); coalesce(day, born); ifnull(x, -1); ifnull(s, ''); nullif(i, j); nullif(x, 0); nullif(x, y); nullif(s, ''); nullif(i, 1.0); nullif(cents, 0.05); nullif(day, born)
concat(s, z); concat(s, i, b, cents); concat(day, t); concat(s, null); concat_ws('-', s, z, i); concat_ws('', z, z); contains(s, z); contains(s, ''); starts_with(s, z); ends_with(s, z); left(s, 2); left(s, j); right(s, 2); right(s, i); length(s); length(z); lower(s); upper(s); lpad(s, 6, '*-'); lpad(z, 3, ' '); rpad(s, 6, 'ü'); rpad(s, 0, 'x'); replace(s, z, '_'); replace(s, 'a', ''); strpos(s, z); substr(s, 2); substr(s, 2, 3); substr(s, i); substr(s, j, i); substring(s, 1, 1); substr(s, strpos(s, '-') + 1); substr(s, big, 2); substr(s, 2, big)
trim(s); ltrim(s); rtrim(s); trim(s, 'xa '); ltrim(s, '-a'); rtrim(s, 'é-'); trim(s, ']^\'); split_part(s, '-', 1); split_part(s, '-', 2); split_part(s, '-', -1); split_part(s, '-', 9); split_part(s, 'bc', 2); split_part(s, '.', 1); split_part(s, ' ', -2); md5(s); sha256(s); upper(lower(s)); lower(s) = lower(z)
regexp_matches(s, '[0-9]+'); regexp_matches(s, '^a'); regexp_matches(s, 'd$'); regexp_matches(s, 'end$'); regexp_matches(s, '^.$'); regexp_matches(s, 'a.b'); regexp_matches(s, '\s'); regexp_matches(s, '^\w+$'); regexp_matches(s, '[^a-z]'); regexp_matches(s, '\$1'); regexp_matches(s, 'a|é'); regexp_matches(s, '[éü]'); regexp_matches(s, '^(?:a|b)+'); regexp_matches(s, '\p{L}'); regexp_matches(s, '\d{2,3}'); regexp_matches(s, '.*-.*x'); regexp_full_match(s, 'a|abcabc'); regexp_full_match(s, '.*'); regexp_full_match(s, '[a-z]{3,}'); regexp_matches(s, '^[\-\w ]+$'); regexp_matches(s, '\S\W')
regexp_extract(s, '[0-9]+'); regexp_extract(s, '([a-z]+)([0-9]+)', 2); regexp_extract(s, '(x)?b', 1); regexp_extract(s, '.'); regexp_extract(s, '^(.*?)-', 1); regexp_extract(s, '(a)(b)?', 2); regexp_replace(s, '[0-9]', '#'); regexp_replace(s, '[0-9]', '#', 'g'); regexp_replace(s, '([a-z])([0-9])', '\2\1'); regexp_replace(s, '([a-z])([0-9])', '\2\1', 'g'); regexp_replace(s, 'b', '[\0]', 'g'); regexp_replace(s, 'b', '$1'); regexp_replace(s, '\s+', ' ', 'g'); regexp_replace(s, '^a', ''); regexp_replace(s, '(b)', '\10'); regexp_replace(s, '.', 'x', 'g'); regexp_replace(s, 'c$', '', 'g'); regexp_replace(s, 'e.', '')
cast(i as double); cast(i as varchar); cast(i as decimal(18, 2)); cast(i as boolean); i::int; cast(big as varchar); cast(big as double); cast(cents as varchar); cast(fine as varchar); cast(0.05 as varchar); concat(0.05, i); cast(try_cast(x as decimal(4, 4)) as varchar); cast(wide as varchar); cast(cents as integer); cast(fine as bigint); cast(cents as double); cast(fine as decimal(18, 2)); cast(cents as decimal(20, 4)); cast(wide as double); cast(b as varchar); cast(b as integer); cast(day as varchar); cast(t as varchar); cast(day as timestamptz); cast(t as date); t::date; cast(s as varchar); cast(null as integer); cast(i as decimal(38, 10)); cast(b as boolean)
try_cast(n as integer); try_cast(n as bigint); try_cast(n as double); try_cast(n as decimal(10, 2)); try_cast(n as decimal(38, 4)); try_cast(n as boolean); try_cast(s as integer); try_cast(moment as date); try_cast(moment as timestamptz); try_cast(x as integer); try_cast(x as decimal(18, 2)); try_cast(x as decimal(10, 0)); try_cast(x as decimal(18, 6)); try_cast(y as integer); try_cast(wide as decimal(18, 2)); try_cast(big as decimal(18, 2)); try_cast(wide as bigint); try_cast(cents as decimal(4, 1)); try_cast(i as decimal(4, 2)); try_cast(s as date); cast(cast(i as varchar) as integer); cast('2024-02-29' as date); cast(cast(day as varchar) as date); cast(cast(t as varchar) as timestamptz) = t; cast('1.5' as double) + i; cast(' 7 ' as integer); cast('yes' as boolean)
year(day); quarter(day); month(t); week(day); week(t); day(t); dayofweek(day); isodow(day); dayofyear(t); hour(t); minute(t); second(t); epoch(t); epoch(day); last_day(day); last_day(t); date_part('year', day); date_part('dow', t); date_part('isodow', t); date_part('doy', day); date_part('week', t); date_part('quarter', t); date_part('epoch', day); extract(year from day); extract(month from t); extract(day from t); extract(hour from t); extract(second from t); extract(epoch from t); extract(dow from day); date_part('minutes', t)
date_trunc('year', day); date_trunc('quarter', day); date_trunc('month', day); date_trunc('week', day); date_trunc('day', day); date_trunc('year', t); date_trunc('quarter', t); date_trunc('month', t); date_trunc('week', t); date_trunc('day', t); date_trunc('hour', t); date_trunc('minute', t); date_trunc('second', t)
date_diff('year', born, day); date_diff('quarter', born, day); date_diff('month', born, day); date_diff('week', born, day); date_diff('day', born, day); date_diff('day', t, u); date_diff('month', t, u); date_diff('year', t, u); date_diff('week', t, u); date_diff('quarter', u, t); date_diff('hour', t, u); date_diff('minute', t, u); date_diff('second', u, t); date_diff('day', day, t); date_diff('day', '2024-01-01', day)
day - born; born + j; born - j; born + interval 1 month; born - interval 1 month; born + interval '13' month; t + interval 1 day; t - interval 3 hour; u + interval 90 minute; u - interval 10 second; born + interval 1 year; born + interval 2 week; u + interval 1 month; u - interval '-1' year; cast(born + interval 1 day as date); born + 1 = day; day > '2024-01-01'; day >= date '2024-02-29'; t < timestamptz '2024-01-01 00:00:00Z'; t > timestamp '2024-01-01 00:00:00'; day = t; day < t; born between '1990-01-01' and '2024-12-31'; t between '2000-01-01' and '2024-03-31 01:30:00'; day in ('2024-02-29', '2023-02-28'); date_diff('day', born, cast(born + interval 1 month as date))
make_date(i, j, 29); make_date(2024, j, 31); make_date(i, 2, 29); make_date(year(born), month(born), 1); strftime(day, '%Y-%m-%d'); strftime(t, '%d.%m.%y %H:%M:%S'); strftime(t, '%j'); strftime(born, '%Y%m'); strftime(t, 'é''/%Y')
cents * i / nullif(j, 0); round(cents / 3, 2); round(cast(x as double), 2) = round(y, 2); (i + j) * (i - j) // 3; coalesce(try_cast(n as double), 0) + i; case when x > y or y is null then 'a' else lower(s) end; date_diff('year', born, day) >= 18; length(trim(s)) > 0 and not contains(s, '@')
"""  # fmt: skip

RAISING = """
big + 1; big - 1; big * 2; - big; abs(big); big * big; i * 9223372036854775807; cast(x as integer); cast(x as decimal(10, 2)); cast(n as integer); cast(n as double); cast(n as decimal(10, 2)); cast(n as boolean)
cast(moment as date); cast(moment as timestamptz); cast(wide as decimal(18, 2)); cast(wide as bigint); cast(cents as decimal(4, 1)); cast(big as decimal(18, 2)); big // -1; i + 9223372036854775800
"""
"""Expressions that raise on some rows: on the same rows of both engines."""


def listed(text: str) -> list[str]:
    """The expressions of a list."""
    return [one.strip().replace("\\n", "\n") for line in text.strip().splitlines() for one in line.split("; ")]
