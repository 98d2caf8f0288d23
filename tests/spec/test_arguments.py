"""Arguments written out."""

from __future__ import annotations

import datetime as dt

import pytest

from chaland.spec.arguments import as_moment, counted, spread


def test_repeated_arguments_take_what_the_last_takes() -> None:
    assert [*spread(("string", "any", "any*"), 4)] == ["string", "any", "any", "any"]
    assert counted(("any", "any*")) == "1 arguments or more"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-02-29", dt.date(2024, 2, 29)),
        ("2023-02-29", None),
        ("2024-2-9", None),
        ("2024-02-29 10:00", dt.datetime(2024, 2, 29, 10)),
        ("soon", None),
    ],
)
def test_a_moment_is_read_only_as_it_is_written_everywhere(text: str, moment: dt.date | None) -> None:
    assert as_moment(text) == moment
