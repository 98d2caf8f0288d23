"""Numbers of a workbook as people see them."""

from __future__ import annotations

import pytest

from chaland.files.serial import Style, shown, style_of


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("", "number"),
        ("General", "number"),
        ("0.00", "number"),
        ('#,##0.00 "days"', "number"),
        ("[$-409]d mmm yyyy;@", "date"),
        ("yyyy\\-mm\\-dd", "date"),
        ("m/d/yy h:mm", "moment"),
        ("h:mm AM/PM", "clock"),
        ("mm:ss.0", "clock"),
        ("[h]:mm:ss", "span"),
        ("[Red]0.0", "number"),
        ("0%", "number"),
    ],
)
def test_a_format_tells_what_a_number_is(code: str, kind: str) -> None:
    assert style_of(code).kind == kind


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        ("0.10000000000000001", Style(), "0.1"),
        ("17850", Style(), "17850"),
        ("1E3", Style(), "1000"),
        ("75", Style("number", 5), "00075"),
        ("1", Style("date"), "1900-01-01"),
        ("59", Style("date"), "1900-02-28"),
        ("61", Style("date"), "1900-03-01"),
        ("45658", Style("moment"), "2025-01-01 00:00:00"),
        ("45658.52083333", Style("date"), "2025-01-01 12:30:00"),
        ("45658.500005787", Style("moment"), "2025-01-01 12:00:00.500"),
        ("0.25", Style("clock"), "06:00:00"),
        ("1.5", Style("span"), "36:00:00"),
        ("1.5", Style("clock"), "1900-01-01 12:00:00"),
        ("-3", Style("date"), "-3"),
        ("1e9", Style("date"), "1000000000"),
        (" #REF! ", Style(), "#REF!"),
    ],
)
def test_numbers_and_dates(value: str, style: Style, text: str) -> None:
    assert shown(value, style) == text
