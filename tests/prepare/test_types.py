"""Text is read as its type, or not at all."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Read = Callable[..., list[Any]]


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("+12", 12), ("-0", 0), ("12.0", 12), ("12.", 12), ("1.5", None), ("1e3", None), ("x", None), ("1_000", None), ("0x10", None),
     ("99999999999999999999", None), ("9223372036854775807", 9_223_372_036_854_775_807), ("1 000", None)],
)  # fmt: skip
def test_whole_numbers(typed: Read, text: str, value: int | None) -> None:
    assert typed([text], type="int") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-2.5E-1", -0.25),
        ("nan", None),
        ("inf", None),
        ("1,5", None),
        ("1e999", None),
        ("1.0f", None),
        ("", None),
    ],
)
def test_numbers(typed: Read, text: str, value: float | None) -> None:
    assert typed([text], type="float") == [value]


def test_a_decimal_comma_and_a_sign_between_thousands(typed: Read) -> None:
    assert typed(["1.234.567,89", "0,5", "7"], type="float", decimal=",", thousands=".") == [1234567.89, 0.5, 7.0]
    assert typed(["1 234,5", "1\u00a0234,5", "1\u202f234,5"], type="float", decimal=",", thousands=" ") == [1234.5] * 3


def test_money_is_decimal_and_exact(typed: Read) -> None:
    assert typed(["0.1", "19.99", "-3"], type="decimal") == [Decimal("0.10"), Decimal("19.99"), Decimal("-3.00")]
    assert typed(["0.0015"], type="decimal", scale=4) == [Decimal("0.0015")]


def test_truths_and_their_declared_words(typed: Read) -> None:
    assert typed(["TRUE", "no", "1", "0", "perhaps"], type="bool") == [True, False, True, False, None]
    assert typed(["VRAI", "Faux", "vrai"], type="bool", words={"VRAI": "true", "FAUX": "false"}) == [True, False, True]


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [("2024-02-29", "ymd", dt.date(2024, 2, 29)), ("2023-02-29", "ymd", None), ("20240131", "ymd", dt.date(2024, 1, 31)), ("31/01/2024", "dmy", dt.date(2024, 1, 31)),
     ("1/31/2024", "mdy", dt.date(2024, 1, 31)), ("1/31/2024", "dmy", None), ("31.1.2024", "dmy", dt.date(2024, 1, 31)), ("31/1/24", "dmy", None), ("2024-01-31 12:00", "ymd", dt.date(2024, 1, 31)),
     ("2024-01-31 rubbish", "ymd", None)],
)  # fmt: skip
def test_days(typed: Read, text: str, order: str, day: dt.date | None) -> None:
    assert typed([text], type="date", date_order=order) == [day]


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [("12/1/2010 8:26", "mdy", (2010, 12, 1, 8, 26)), ("2024-03-31T02:30:15Z", "ymd", (2024, 3, 31, 2, 30, 15)), ("2024-03-31 02:30:15 UTC", "ymd", (2024, 3, 31, 2, 30, 15)),
     ("2024-03-31 02:30:15+02:00", "ymd", (2024, 3, 31, 0, 30, 15)), ("2024-03-31 02:30:15.123456", "ymd", (2024, 3, 31, 2, 30, 15, 123456)), ("2024-03-31", "ymd", (2024, 3, 31)),
     ("2024-03-31 25:00", "ymd", None)],
)  # fmt: skip
def test_times_are_utc(typed: Read, text: str, order: str, moment: tuple[int, ...] | None) -> None:
    expected = dt.datetime(*moment, tzinfo=dt.UTC) if moment else None  # type: ignore[misc]
    assert typed([text], type="timestamp", date_order=order) == [expected]


def test_an_ordinal_is_one_of_its_words(typed: Read) -> None:
    assert typed(["short", "endless"], type="ordinal", order=["short", "long"]) == ["short", None]


@pytest.mark.parametrize(
    ("epoch", "text", "moment"),
    [
        ("ms", "1433221332117", dt.datetime(2015, 6, 2, 5, 2, 12, 117_000, tzinfo=dt.UTC)),
        ("ms", "-1", dt.datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=dt.UTC)),
        ("s", "1433221332", dt.datetime(2015, 6, 2, 5, 2, 12, tzinfo=dt.UTC)),
        ("s", "999999999999999", None),
        ("s", "1.5", None),
        ("ms", "2019-10-01 00:00:05 UTC", dt.datetime(2019, 10, 1, 0, 0, 5, tzinfo=dt.UTC)),
        (None, "1433221332117", None),
    ],
)
def test_moments_may_be_counted_since_1970(typed: Read, epoch: str | None, text: str, moment: dt.datetime | None) -> None:
    assert typed([text], type="timestamp", **({"epoch": epoch} if epoch else {})) == [moment]
