"""Numbers of a workbook as text: days are counted from 1900 (or 1904), and only a cell's format tells that one is a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Kind = Literal["number", "date", "moment", "clock", "span"]

LAST = 2_958_466
"""The day after 9999-12-31."""
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)
_SPAN = re.compile(r"\[[hms]+\]", re.I)
_DAY, _CLOCK = re.compile(r"[dy]|mmm", re.I), re.compile(r"[hs]|am/pm", re.I)


@dataclass(frozen=True)
class Style:
    """How numbers are shown: as what, and with at least so many digits."""

    kind: Kind = "number"
    digits: int = 0


def style_of(code: str) -> Style:
    """The style that a number format says: "yyyy-mm-dd" a date, "h:mm" a time of day, "[h]:mm" a span, "00000" five digits."""
    first = code.split(";", maxsplit=1)[0]
    bare = _QUOTED.sub("", first)
    if bare.strip("0") == "" and bare:
        return Style("number", len(bare))
    if bare.lower().replace("general", "") == "":
        return Style()
    if _SPAN.search(bare):
        return Style("span")
    day, clock = bool(_DAY.search(bare)) or bare.lower().strip(" -/.") in ("m", "mm"), bool(_CLOCK.search(bare))
    return Style("moment" if day and clock else "date" if day else "clock" if clock else "number")


def shown(value: str, style: Style, of_1904: bool = False) -> str:
    """The text of a number: as short as it can be, a date in ISO 8601; as it is written where it is no number."""
    try:
        number = float(value)
    except ValueError:
        return value.strip()
    if style.kind in ("clock", "span") and 0 <= number < LAST:
        return _span(number) if style.kind == "span" or number < 1 else _moment(number, style, of_1904)
    if style.kind in ("date", "moment") and 0 <= number < LAST:
        return _moment(number, style, of_1904)
    return _short(number, value).zfill(style.digits)


def _short(number: float, value: str) -> str:
    """Workbooks write seventeen digits of a double; its shortest form is what was typed."""
    if re.fullmatch(r"-?\d{1,15}", value.strip()):
        return value.strip()
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)


def _moment(number: float, style: Style, of_1904: bool) -> str:
    milliseconds = timedelta(milliseconds=round(number * 86_400_000))
    # 1900 was no leap year, and the first spreadsheets thought it was: before March every day is one off.
    start = datetime(1904, 1, 1) if of_1904 else datetime(1899, 12, 31 if number < 60 else 30)
    moment = start + milliseconds
    if style.kind == "date" and not (moment.hour or moment.minute or moment.second or moment.microsecond):
        return moment.date().isoformat()
    return moment.isoformat(" ", "milliseconds" if moment.microsecond else "seconds")


def _span(number: float) -> str:
    seconds, milliseconds = divmod(round(number * 86_400_000), 1000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{milliseconds:03}" if milliseconds else text
