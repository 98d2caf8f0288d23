"""Text → typed values; what cannot be read as its type becomes null, and never something near it."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from chaland.spec import Column

# \z, for in some engines $ also matches before a last line feed.
WHOLE = r"^[+-]?[0-9]+(\.0*)?\z"
NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\z"
MAX_FLOAT = 1.7976931348623157e308
DECIMAL_DIGITS = 18
BOOLEANS = dict.fromkeys(("true", "t", "yes", "y", "1"), True) | dict.fromkeys(("false", "f", "no", "n", "0"), False)
DAY = {
    "ymd": (r"^([0-9]{4})[-/.]?([0-9]{1,2})[-/.]?([0-9]{1,2})", (1, 2, 3)),
    "dmy": (r"^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", (3, 2, 1)),
    "mdy": (r"^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", (3, 1, 2)),
}
TIME = r"[T ]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,9})?)?"
OFFSET = r"([+-][0-9]{2}):?([0-9]{2})\z"
COUNTED = r"^-?[0-9]{1,15}\z"
DAY_SECONDS = 86_400
LAST_SECOND = 253_402_300_799
"""The last second of the year 9999, from 1970 on."""
TIMED = r"^.{8,10}([T ]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?( ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?\z"


def typed(text: ir.StringValue, column: Column) -> ir.Value:
    """The text as a value of the column's type; null where it is none."""
    return _READERS[column.type](text, column)


def given(value: ir.Value, text: ir.StringValue, column: Column) -> ir.Value:
    """A value that is typed already as one of the column's type; null where it does not fit, or where its text stands for no value."""
    kind = _KINDS.get(column.type, f"decimal({DECIMAL_DIGITS}, {column.scale})")
    fits = value if value.type() == ibis.dtype(kind) else value.try_cast(kind)
    return ibis.ifelse(text.notnull(), fits, ibis.null(kind))


def is_text(column: Column) -> bool:
    """Whether values of the column stay text."""
    return column.type in ("string", "ordinal")


def _string(text: ir.StringValue, column: Column) -> ir.Value:
    return text


def _ordinal(text: ir.StringValue, column: Column) -> ir.Value:
    return ibis.ifelse(text.isin(column.order), text, ibis.null("string")) if column.order else text


def _int(text: ir.StringValue, column: Column) -> ir.Value:
    plain = _plain(text, column)
    whole = ibis.ifelse(plain.re_search(WHOLE), plain, ibis.null("string"))
    return ibis.ifelse(whole.contains("."), whole.re_replace(r"\.0*\z", ""), whole).try_cast("int64")


def _float(text: ir.StringValue, column: Column) -> ir.Value:
    number = _number(text, column).try_cast("float64")
    return ibis.ifelse(number.abs() <= MAX_FLOAT, number, ibis.null("float64"))


def _decimal(text: ir.StringValue, column: Column) -> ir.Value:
    return _number(text, column).try_cast(f"decimal({DECIMAL_DIGITS}, {column.scale})")


def _bool(text: ir.StringValue, column: Column) -> ir.Value:
    return text.lower().cases(*BOOLEANS.items(), else_=ibis.null("boolean"))


def _date(text: ir.StringValue, column: Column) -> ir.Value:
    return ibis.ifelse(text.re_search(TIMED), _day(text, column), ibis.null("string")).try_cast("date")


def _timestamp(text: ir.StringValue, column: Column) -> ir.Value:
    written = _written_moment(text, column)
    if column.epoch is None:
        return written
    is_counted = text.re_search(COUNTED)
    return ibis.ifelse(is_counted, _counted_moment(ibis.ifelse(is_counted, text, ibis.null("string")), column), written)


def _counted_moment(text: ir.StringValue, column: Column) -> ir.Value:
    """A moment counted since 1970; put together from text, for not every engine counts milliseconds."""
    per = 1000 if column.epoch == "ms" else 1
    read = text.try_cast("int64")
    counted = ibis.ifelse(read.abs() <= LAST_SECOND * per, read, ibis.null("int64"))
    into = ((counted % (DAY_SECONDS * per)) + DAY_SECONDS * per) % (DAY_SECONDS * per)
    day = ((counted - into) / per).round().cast("int64").as_timestamp("s").cast("date").cast("string")
    rest = into % per
    second = ((into - rest) / per).round().cast("int64")
    parts = ((second - second % 3600) / 3600, (second % 3600 - second % 60) / 60, second % 60)
    clock = ibis.literal(":").join([part.round().cast("int64").cast("string").lpad(2, "0") for part in parts])
    fraction = "." + rest.cast("string").lpad(3, "0") if per > 1 else ""
    return (day + " " + clock + fraction + "+00:00").try_cast("timestamp('UTC')")


def _written_moment(text: ir.StringValue, column: Column) -> ir.Value:
    hour, minute, second, fraction = (text.re_extract(TIME, group).nullif("") for group in (1, 2, 3, 4))
    sign, minutes = text.re_extract(OFFSET, 1).nullif(""), text.re_extract(OFFSET, 2).nullif("")
    clock = hour.fill_null("00").lpad(2, "0") + ":" + minute.fill_null("00") + ":" + second.fill_null("00")
    zone = ibis.ifelse(hour.notnull() & sign.notnull(), sign + ":" + minutes, "+00:00")
    stamp = _day(text, column) + " " + clock + fraction.substr(0, 7).fill_null("") + zone
    return ibis.ifelse(text.re_search(TIMED), stamp, ibis.null("string")).try_cast("timestamp('UTC')")


def _day(text: ir.StringValue, column: Column) -> ir.StringValue:
    pattern, (year, month, day) = DAY[column.date_order]
    parts = [text.re_extract(pattern, group) for group in (year, month, day)]
    return parts[0] + "-" + parts[1].lpad(2, "0") + "-" + parts[2].lpad(2, "0")


def _number(text: ir.StringValue, column: Column) -> ir.StringValue:
    plain = _plain(text, column)
    return ibis.ifelse(plain.re_search(NUMBER), plain, ibis.null("string"))


def _plain(text: ir.StringValue, column: Column) -> ir.StringValue:
    bare = text.replace(column.thousands, "") if column.thousands else text
    bare = bare.replace("\u00a0", "").replace("\u202f", "") if column.thousands in (" ", "\u00a0", "\u202f") else bare
    return bare.replace(",", ".") if column.decimal == "," else bare


_KINDS = {"int": "int64", "float": "float64", "bool": "boolean", "date": "date", "timestamp": "timestamp('UTC')", "string": "string"}
_READERS = {
    "string": _string,
    "ordinal": _ordinal,
    "int": _int,
    "float": _float,
    "decimal": _decimal,
    "bool": _bool,
    "date": _date,
    "timestamp": _timestamp,
}
