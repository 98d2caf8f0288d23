"""Who may see what: keyed pseudonyms, coarser values, and a seal over every row.

HMAC-SHA-256 is RFC 2104 (Krawczyk, Bellare, Canetti 1997). Every engine offers it as the function `hmac_sha256(text, inner, outer)`;
the two pads travel as rows of a table, so that neither the secret nor the pads stand in any query text, plan or log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from chaland.spec import Column, Table
from chaland.spec.column import NUMBERS

BLOCK = 64
HEX = 32
LEAST = -(2**63)
WHOLE = 2.0**52


def pads(secret: bytes) -> pa.Table:
    """The two HMAC pads of a secret, as one row: inner_pad, outer_pad (64 bytes each)."""
    key = hashlib.sha256(secret).digest() if len(secret) > BLOCK else secret
    block = key.ljust(BLOCK, b"\0")
    inner, outer = bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)
    return pa.table({"inner_pad": pa.array([inner], pa.binary()), "outer_pad": pa.array([outer], pa.binary())})


def pseudonym(text: ir.StringValue, rows: ir.Table) -> ir.StringValue:
    """The keyed pseudonym of a text (32 hex digits, the first 128 bits); `rows` carries the pads."""
    return _hmac_sha256(text, rows.inner_pad, rows.outer_pad).substr(0, HEX)


def coarse(value: ir.Value, column: Column) -> ir.Value:
    """The value as coarse as declared; as it is where nothing is declared."""
    coarsen = column.coarsen
    if column.privacy != "quasi" or coarsen is None:
        return value
    if coarsen.step is not None and column.type in NUMBERS:
        return _stepped(value, column, coarsen.step)
    if coarsen.keep is not None and column.type in ("string", "ordinal"):
        return value.substr(0, coarsen.keep)
    return value if coarsen.to is None else _truncated(value, coarsen.to)


def _truncated(value: ir.Value, to: str) -> ir.Value:
    """The first day of the month or year: a day stays a day, which DuckDB's own truncation makes a moment of."""
    if value.type().is_date():
        return ibis.date(value.year(), value.month() if to == "month" else ibis.literal(1), ibis.literal(1))
    return value.truncate("Y" if to == "year" else "M")


def _stepped(value: ir.NumericValue, column: Column, step: float) -> ir.Value:
    """A number rounded down to a multiple of `step`; whole numbers never pass through floats, which know only 53 bits of them."""
    if column.type != "int" or not float(step).is_integer():
        below = _stepped_float(value.cast("float64"), step)
        return (below.round() if column.type == "int" else below).try_cast(value.type())
    whole = ibis.literal(int(step), "int64")
    over = value % whole
    return ibis.ifelse(value < LEAST + int(step), LEAST, value - ibis.ifelse(over < 0, over + whole, over))


def _stepped_float(value: ir.FloatingValue, step: float) -> ir.FloatingValue:
    """In floats: engines divide decimals each in their own way, and cast halves to whole numbers in two."""
    one = ibis.literal(float(step), "float64")
    steps = value / one
    # From 2^52 on floats are whole, and from 2^63 on there is no room for them in a whole number.
    small = steps.abs() < WHOLE
    return ibis.ifelse(small, ibis.ifelse(small, steps, 0.0).floor().cast("float64") * one, value)


def is_hidden(name: str, column: Column, table: Table) -> bool:
    """Whether values of the column may not be told as they were written, even where they broke a rule."""
    return table.names_person(name) or column.privacy == "free_text" or column.coarsen is not None


def row_seal(texts: Mapping[str, ir.StringValue], rows: ir.Table) -> ir.StringValue:
    """A keyed hash of the `canonical` texts of a row's values: equal rows, and only they, have equal seals.

    Names are taken in their order, nulls are left out, so that a column which is not there yet changes nothing.
    """
    parts = [ibis.literal(f"{_tag(name)}\x1f") + texts[name] for name in sorted(texts)]
    return pseudonym(ibis.literal("\x1e").join([ibis.literal("row"), *parts]), rows)


def _tag(name: str) -> str:
    """A short stand-in for a column's name: what is hashed is paid for by the byte."""
    return hashlib.sha256(name.encode()).hexdigest()[:6]


def canonical(value: ir.Value) -> ir.StringValue:
    """A text that is equal on every engine exactly where the values are."""
    kind = value.type()
    if kind.is_floating():
        return _canonical_float(value)
    if kind.is_timestamp():
        parts = (value.cast("date").epoch_days(), value.hour(), value.minute(), value.second(), value.microsecond())
        return ibis.ifelse(value.notnull(), ibis.literal(":").join([part.cast("string") for part in parts]), ibis.null("string"))
    if kind.is_date():
        return value.epoch_days().cast("string")
    return value.cast("string")


def _canonical_float(value: ir.FloatingValue) -> ir.StringValue:
    # Engines print floats differently; six decimals as a whole number are printed alike, and nearly all people's numbers have no more.
    small = ibis.ifelse(value.abs() < 9e12, value, ibis.null("float64"))
    millionths = (small * 1e6).round().cast("int64")
    exact = ibis.ifelse(millionths / 1e6 == small, millionths, ibis.null("int64"))
    return ibis.coalesce(exact.cast("string"), _binary(value))


def _binary(value: ir.FloatingValue) -> ir.StringValue:
    """A float by its 53 binary digits and its exponent of two, both exact; null for zero, which has neither."""
    least = -1022  # below it floats lose digits, and keep their place
    magnitude = ibis.ifelse(value != 0, value.abs(), ibis.null("float64"))
    guess = ibis.greatest(magnitude.log2().floor().cast("int64"), least)
    scaled = magnitude / ibis.literal(2.0).pow(guess)
    # The logarithm may be one off beside a power of two, and not alike on all engines.
    above, below = scaled >= 2, (scaled < 1) & (guess > least)
    exponent = guess + ibis.ifelse(above, 1, 0) - ibis.ifelse(below, 1, 0)
    digits = (scaled * ibis.ifelse(above, 0.5, ibis.ifelse(below, 2.0, 1.0)) * 2.0**52).cast("int64")
    sign = ibis.ifelse(value < 0, "f-", "f")
    return sign + digits.cast("string") + "e" + exponent.cast("string")


@ibis.udf.scalar.builtin(name="hmac_sha256")  # type: ignore[untyped-decorator]
def _hmac_sha256(words: str, inner_pad: bytes, outer_pad: bytes) -> str:  # type: ignore[empty-body]
    """Offered by every engine."""
